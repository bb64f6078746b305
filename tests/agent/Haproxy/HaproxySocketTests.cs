// The stats socket: limits, and answers that do not answer.
using System.Net.Sockets;
using System.Text;
using Amphora.Agent.Haproxy;
using Amphora.Contract;
using Amphora.Fixtures;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy;

public sealed class HaproxySocketTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private HaproxySocket Client => new(new HaproxyOptions
    {
        BasePath = _folder.Path,
        Timeouts = new HaproxyTimeouts { Socket = TimeSpan.FromMilliseconds(200) },
    });

    [Fact]
    public async Task A_socket_that_is_not_there_is_a_failure_that_names_it()
    {
        var outcome = await Client.ShowInfoAsync("lb1", TestContext.Current.CancellationToken);

        Assert.Contains(_folder["lb1.sock"], outcome.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_says_nothing_is_not_waited_for()
    {
        using var listener = Listen();

        var outcome = await Client.ShowStatAsync("lb1", TestContext.Current.CancellationToken);

        Assert.Equal(FailureKind.TimedOut, outcome.Failure!.Kind);
    }

    [Theory]
    [InlineData("Permission denied\n")]
    [InlineData("Unknown command, but maybe one of the following ones is a better match:\n")]
    public async Task A_refused_command_is_a_failure_with_HAProxys_words(string answer)
    {
        var serving = AnswerAsync(Listen(), answer, times: 3);

        var info = await Client.ShowInfoAsync("lb1", TestContext.Current.CancellationToken);
        var statistics = await Client.ShowStatAsync("lb1", TestContext.Current.CancellationToken);
        var state = await Client.ShowServersStateAsync("lb1", TestContext.Current.CancellationToken);

        await serving;
        Assert.All(new[] { info.Failure, statistics.Failure, state.Failure }, failure => Assert.Equal(answer, failure!.Output));
    }

    [Fact]
    public async Task A_connection_closed_without_a_word_is_a_failure()
    {
        var serving = AnswerAsync(Listen(), "", times: 1);

        var outcome = await Client.ShowServersStateAsync("lb1", TestContext.Current.CancellationToken);

        await serving;
        Assert.Contains("without an answer", outcome.Failure!.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Socket Listen()
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_folder["lb1.sock"]));
        listener.Listen();
        return listener;
    }

    private static async Task AnswerAsync(Socket listener, string answer, int times)
    {
        using var _ = listener;
        for (var i = 0; i < times; i++)
        {
            using var connection = await listener.AcceptAsync();
            await connection.ReceiveAsync(new byte[100]);
            await connection.SendAsync(Encoding.ASCII.GetBytes(answer));
        }
    }
}
