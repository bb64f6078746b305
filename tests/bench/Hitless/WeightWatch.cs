// When a server has another weight, as HAProxy itself says.
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Amphora.Bench.Hitless;

/// <summary>Asks HAProxy's socket for a server's weight (management guide §9.3, <c>get weight</c>) about once a millisecond, so that it has time left for the change.</summary>
internal sealed class WeightWatch : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = (int)s_limit.TotalMilliseconds };
    private readonly byte[] _buffer = new byte[4096];

    /// <param name="path">The socket.</param>
    public WeightWatch(string path)
    {
        _socket.Connect(new UnixDomainSocketEndPoint(path));
        Ask("prompt");
    }

    /// <summary>The moment (<see cref="Stopwatch.GetTimestamp"/>) a server was first seen with a weight.</summary>
    /// <param name="server">Backend and server, with a slash between them.</param>
    /// <param name="weight">1 to 256.</param>
    public Task<long> WaitAsync(string server, int weight) => Task.Run(
        () =>
        {
            string wanted = string.Create(CultureInfo.InvariantCulture, $"{weight} (initial");
            for (long begun = Stopwatch.GetTimestamp(); !Ask($"get weight {server}").StartsWith(wanted, StringComparison.Ordinal); Thread.Sleep(1))
            {
                if (Stopwatch.GetElapsedTime(begun) > s_limit)
                {
                    throw new TimeoutException($"{server} has not got weight {weight} within {s_limit.TotalSeconds} s");
                }
            }

            return Stopwatch.GetTimestamp();
        });

    public void Dispose() => _socket.Dispose();

    private string Ask(string question)
    {
        _socket.Send(Encoding.ASCII.GetBytes(question + "\n"));
        StringBuilder answer = new();
        while (!answer.ToString().EndsWith("\n> ", StringComparison.Ordinal))
        {
            int count = _socket.Receive(_buffer);
            answer.Append(count > 0 ? Encoding.ASCII.GetString(_buffer, 0, count) : throw new IOException("HAProxy closed its socket"));
        }

        return answer.ToString();
    }
}
