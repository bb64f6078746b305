// The stats socket of HAProxy: one command a connection, the answer until end of file.
using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Amphora.Agent.Haproxy.Slots;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy;

/// <summary>Asks HAProxy over its unix socket (HAProxy management guide §9.3).</summary>
internal sealed class HaproxySocket(HaproxyOptions options) : IHaproxyRuntime
{
    // 100,000 servers have room; more is not an answer of HAProxy.
    private const int MaxAnswerBytes = 64 * 1024 * 1024;
    private const int BufferBytes = 64 * 1024;
    private const string ServersStateVersion = "1\n# be_id be_name srv_id srv_name srv_addr ";

    public async Task<Outcome<HaproxyWorker>> ShowInfoAsync(string loadBalancerId, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(loadBalancerId, "show info", cancellationToken);
        return answer.Ok ? HaproxyWorker.Parse(answer.Value) : answer.Failure!;
    }

    // Any proxy, types 1 + 2 + 4 (frontends, backends, servers), any server.
    public Task<Outcome<HaproxyStatistics>> ShowStatAsync(string loadBalancerId, CancellationToken cancellationToken) =>
        StatisticsAsync(loadBalancerId, "show stat -1 7 -1", cancellationToken);

    public Task<Outcome<HaproxyStatistics>> ShowTrafficAsync(string loadBalancerId, CancellationToken cancellationToken) =>
        StatisticsAsync(loadBalancerId, "show stat -1 3 -1", cancellationToken);

    public async Task<Outcome<string>> ShowServersStateAsync(string loadBalancerId, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(loadBalancerId, "show servers state", cancellationToken);
        if (answer.Ok && !answer.Value.StartsWith(ServersStateVersion, StringComparison.Ordinal))
        {
            return Failed("show servers state", "the answer is not a state of version 1", answer.Value);
        }

        return answer;
    }

    private async Task<Outcome<HaproxyStatistics>> StatisticsAsync(string loadBalancerId, string command, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(loadBalancerId, command, cancellationToken);
        return answer.Ok ? HaproxyStatistics.Parse(answer.Value, SlotNames.Load(options.Paths(loadBalancerId).SlotNames)) : answer.Failure!;
    }

    private async Task<Outcome<string>> AskAsync(string loadBalancerId, string command, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Timeouts.Socket);
        var path = options.Paths(loadBalancerId).Socket;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), limit.Token);
            await socket.SendAsync(Encoding.ASCII.GetBytes(command + "\n"), limit.Token);
            return await ReadToEndAsync(socket, command, limit.Token);
        }
        catch (SocketException exception)
        {
            return Failed(command, $"{path}: {exception.Message}", output: null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(command, $"{path} gave no answer within {options.Timeouts.Socket.TotalSeconds:0.###} s", output: null) with
            {
                Kind = FailureKind.TimedOut,
            };
        }
    }

    private static async Task<Outcome<string>> ReadToEndAsync(Socket socket, string command, CancellationToken cancellationToken)
    {
        var answer = new ArrayBufferWriter<byte>(BufferBytes);
        while (await socket.ReceiveAsync(answer.GetMemory(BufferBytes), cancellationToken) is > 0 and var count)
        {
            answer.Advance(count);
            if (answer.WrittenCount > MaxAnswerBytes)
            {
                return Failed(command, $"the answer is longer than {MaxAnswerBytes} bytes", output: null);
            }
        }

        return answer.WrittenCount > 0
            ? Encoding.UTF8.GetString(answer.WrittenSpan)
            : Failed(command, "the connection was closed without an answer", output: null);
    }

    private static Failure Failed(string command, string reason, string? output) =>
        new($"ask HAProxy: {command}", $"cannot ask HAProxy '{command}': {reason}")
        {
            Tool = "haproxy",
            Output = output is { Length: > 500 } ? output[..500] : output,
        };
}
