// A lasting connection to a socket of HAProxy: many questions, always to the same process.
using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Amphora.Agent.Journal.Records;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Runtime;

/// <summary>HAProxy's interactive command line (management guide §9.3, <c>prompt</c>). A reload leaves it where it is: with the process
/// that has been replaced, which answers until its last connection has ended, this one included. Not for several questions at once.</summary>
internal sealed class HaproxyConversation : IDisposable
{
    private const int MaxAnswerBytes = 64 * 1024 * 1024;
    private const int BufferBytes = 64 * 1024;
    private const string Info = "show info";

    private static readonly byte[] s_prompt = "\n> "u8.ToArray();

    private readonly Socket _socket;
    private readonly TimeSpan _limit;
    private readonly ArrayBufferWriter<byte> _answer = new(BufferBytes);

    private readonly List<SaidCommand> _said = [];

    private HaproxyConversation(Socket socket, TimeSpan limit, HaproxyWorker worker) => (_socket, _limit, Worker) = (socket, limit, worker);

    /// <summary>The process at the other end, as it was last heard of.</summary>
    public HaproxyWorker Worker { get; private set; }

    /// <summary>What the process was told so far, and what it said.</summary>
    public IReadOnlyList<SaidCommand> Said => _said;

    /// <summary>Connects and asks who is there.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="limit">For connecting, and for each answer.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static async Task<Outcome<HaproxyConversation>> OpenAsync(string path, TimeSpan limit, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var conversation = new HaproxyConversation(socket, limit, new HaproxyWorker("", 0, TimeSpan.Zero, Stopping: false, Connections: 0, MaxConnections: 0));
        var failure = await conversation.GreetAsync(path, cancellationToken);
        if (failure is null)
        {
            return conversation;
        }

        conversation.Dispose();
        return failure;
    }

    /// <summary>Asks whether the process is still in service; the answer is in <see cref="Worker"/>.</summary>
    public async Task<Failure?> RefreshAsync(CancellationToken cancellationToken) => Take(await AskAsync(Info, cancellationToken));

    /// <summary>Sends a command.</summary>
    /// <returns>The answer, valid until the next question.</returns>
    public Task<Outcome<ReadOnlyMemory<byte>>> AskAsync(string command, CancellationToken cancellationToken) => AskAsync(command, before: 0, cancellationToken);

    /// <summary>As <see cref="AskAsync(string, CancellationToken)"/>, for a command that changes something: it is remembered.</summary>
    /// <returns>What HAProxy said, without blanks around it; that may be a refusal.</returns>
    public async Task<Outcome<string>> TellAsync(string command, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(command, cancellationToken);
        Outcome<string> said = answer.Ok ? Encoding.UTF8.GetString(answer.Value.Span).Trim() : answer.Failure!;
        _said.Add(SaidCommand.Of(command, said.Ok ? said.Value : $"no answer: {said.Failure!.Kind}"));
        return said;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private async Task<Failure?> GreetAsync(string path, CancellationToken cancellationToken)
    {
        using var limit = Limit(cancellationToken);
        try
        {
            await _socket.ConnectAsync(new UnixDomainSocketEndPoint(path), limit.Token);
        }
        catch (SocketException exception)
        {
            return Failed("connect", $"{path}: {exception.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed("connect", $"{path}: not within {_limit.TotalSeconds:0.###} s") with { Kind = FailureKind.TimedOut };
        }

        // Two questions at once: the answer to the first one is nothing but a prompt.
        var answer = await AskAsync($"prompt\n{Info}", s_prompt.Length, cancellationToken);
        return Take(answer);
    }

    private Failure? Take(Outcome<ReadOnlyMemory<byte>> info)
    {
        var worker = info.Ok ? HaproxyWorker.Parse(Encoding.UTF8.GetString(info.Value.Span)) : info.Failure!;
        Worker = worker.Ok ? worker.Value : Worker;
        return worker.Failure;
    }

    // What stands before the answer belongs to another question.
    private async Task<Outcome<ReadOnlyMemory<byte>>> AskAsync(string command, int before, CancellationToken cancellationToken)
    {
        using var limit = Limit(cancellationToken);
        try
        {
            _answer.ResetWrittenCount();
            await _socket.SendAsync(Encoding.UTF8.GetBytes(command + "\n"), limit.Token);
            // An answer ends with a line that is a prompt and nothing else.
            while (_answer.WrittenCount <= before || !_answer.WrittenSpan[before..].EndsWith(s_prompt))
            {
                var count = await _socket.ReceiveAsync(_answer.GetMemory(BufferBytes), limit.Token);
                _answer.Advance(count);
                if (count == 0 || _answer.WrittenCount > MaxAnswerBytes)
                {
                    return Failed(command, count == 0 ? "the connection was closed" : $"the answer is longer than {MaxAnswerBytes} bytes");
                }
            }

            return _answer.WrittenMemory[before..^s_prompt.Length];
        }
        catch (SocketException exception)
        {
            return Failed(command, exception.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(command, $"no answer within {_limit.TotalSeconds:0.###} s") with { Kind = FailureKind.TimedOut };
        }
    }

    private CancellationTokenSource Limit(CancellationToken cancellationToken)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_limit);
        return limit;
    }

    // What follows the first line may be a key.
    private static Failure Failed(string command, string reason)
    {
        var line = command.Split('\n')[0];
        return new Failure($"ask HAProxy: {line}", $"cannot ask HAProxy '{line}': {reason}") { Tool = "haproxy" };
    }
}
