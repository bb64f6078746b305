// Receives heartbeats: one socket, one loop, no memory per message.
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Amphora.Contract.Heartbeat;

namespace Amphora.Controller.Health;

/// <summary>What to receive, and what to believe.</summary>
internal sealed record HeartbeatListenOptions
{
    /// <summary>Where.</summary>
    public required IPEndPoint EndPoint { get; init; }

    /// <summary>Which macs are accepted.</summary>
    public required HeartbeatKeys Keys { get; init; }

    /// <summary>How far an amphora's clock may be from ours; upstream's agent does not tell its clock.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>Takes what was received. The view is overwritten by the next one.</summary>
/// <param name="message">What it says.</param>
/// <param name="from">Who sent it, as the kernel says.</param>
/// <param name="now">When it came.</param>
internal delegate void HeartbeatHandler(HeartbeatView message, SocketAddress from, DateTimeOffset now);

/// <summary>The loop.</summary>
internal sealed class HeartbeatReceiver(HeartbeatListenOptions options, TimeProvider clock)
{
    // For a burst of a thousand amphorae while the loop is held up.
    private const int BufferedBytes = 8 * 1024 * 1024;
    private const int LargestDatagram = 65536;

    // asm-generic/socket.h.
    private const int SolSocket = 1;
    private const int SoRcvBufForce = 33;

    private readonly HeartbeatDecoder _decoder = new(options.Keys);
    private readonly HeartbeatReplays _replays = new(options.Window);

    /// <summary>How much came, and what became of it.</summary>
    public HeartbeatCounts Counts { get; } = new();

    /// <summary>Receives until it is cancelled.</summary>
    /// <param name="listening">Called with the address once packets are taken.</param>
    /// <param name="handle">Called for each heartbeat.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="SocketException">The address cannot be had.</exception>
    public async Task RunAsync(Action<EndPoint> listening, HeartbeatHandler handle, CancellationToken cancellationToken)
    {
        using var socket = new Socket(options.EndPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = BufferedBytes };
        if (options.EndPoint.Address.Equals(IPAddress.IPv6Any))
        {
            socket.DualMode = true;
        }

        Enlarge(socket);
        socket.Bind(options.EndPoint);
        listening(socket.LocalEndPoint!);
        var buffer = new byte[LargestDatagram];
        var from = new SocketAddress(options.EndPoint.AddressFamily);
        try
        {
            while (true)
            {
                var length = await socket.ReceiveFromAsync(buffer, SocketFlags.None, from, cancellationToken);
                Take(buffer.AsSpan(0, length), from, handle);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }

    // The kernel holds what anybody asks for to net.core.rmem_max, a few hundred heartbeats; root may ask for more.
    private static void Enlarge(Socket socket)
    {
        Span<byte> size = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(size, BufferedBytes);
        try
        {
            socket.SetRawSocketOption(SolSocket, SoRcvBufForce, size);
        }
        catch (SocketException)
        {
            // Not root: it stays as large as the kernel allows.
        }
    }

    /// <summary>Takes one datagram.</summary>
    public void Take(ReadOnlySpan<byte> datagram, SocketAddress from, HeartbeatHandler handle)
    {
        var refusal = _decoder.Decode(datagram);
        var now = clock.GetUtcNow();
        if (refusal == HeartbeatRefusal.None)
        {
            refusal = _replays.Check(_decoder.View, now);
        }

        Counts.Add(refusal);
        if (refusal == HeartbeatRefusal.None)
        {
            handle(_decoder.View, from, now);
        }
    }
}

/// <summary>Datagrams by what became of them.</summary>
internal sealed class HeartbeatCounts
{
    private readonly long[] _counts = new long[(int)HeartbeatRefusal.Clock + 1];

    /// <summary>Heartbeats that were taken.</summary>
    public long Taken => this[HeartbeatRefusal.None];

    /// <summary>Everything else.</summary>
    public long Refused => _counts.Sum() - Taken;

    /// <summary>How many were refused for this reason.</summary>
    public long this[HeartbeatRefusal refusal] => _counts[(int)refusal];

    /// <summary>Counts one.</summary>
    public void Add(HeartbeatRefusal refusal) => _counts[(int)refusal]++;
}
