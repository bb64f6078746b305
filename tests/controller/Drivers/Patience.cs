// What is tried again while an agent boots, what is not, and when the patience ends.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.AmphoraAgent;
using Amphora.Controller.Tests.Peers;
using Xunit;

namespace Amphora.Controller.Tests.Drivers;

public sealed class Patience
{
    private static readonly TestCredentials Own = TestCredentials.Own;
    private static readonly Guid LoadBalancer = new(Answers.LoadBalancerId);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_agent_that_starts_later_is_waited_for()
    {
        var port = FreePort();
        var asking = AskAsync($"https://127.0.0.1:{port}", (client, token) => client.GetVersionsAsync(token), new Attempts(wanted: 2, out var refusedTwice));
        await refusedTwice;

        await using var agent = new ScriptedAgent(Own.ServerPem, Own.AuthorityPem, (_, _) => Answers.Versions, port: port);

        Assert.True((await asking).Ok);
    }

    [Fact]
    public async Task Resets_before_the_handshake_are_tried_again()
    {
        await using var agent = Agent((_, _) => Answers.Versions);
        agent.ResetsLeft = 2;

        var answer = await AskAsync(agent.Url, (client, token) => client.GetVersionsAsync(token));

        Assert.True(answer.Ok, answer.Error?.Message);
        Assert.Equal(3, agent.Connections);
    }

    [Fact]
    public async Task Service_unavailable_is_tried_again()
    {
        await using var agent = Agent((_, number) => number < 2 ? Answers.Booting : Answers.Versions);

        var answer = await AskAsync(agent.Url, (client, token) => client.GetVersionsAsync(token));

        Assert.True(answer.Ok, answer.Error?.Message);
        Assert.Equal(3, agent.Calls.Count);
    }

    [Theory]
    [InlineData("CloseBefore")]
    [InlineData("ResetBefore")]
    [InlineData("CloseInTheMiddle")]
    public async Task A_lost_answer_is_asked_for_again(string ending)
    {
        await using var agent = Agent((_, number) => number == 0 ? Answers.Applied() with { Ending = Enum.Parse<Ending>(ending) } : Answers.Applied("unchanged"));

        var answer = await AskAsync(agent.Url, (client, token) => client.DeleteAsync(LoadBalancer, null, token));

        Assert.Equal("unchanged", answer.Value.Result);
        Assert.Equal(2, agent.Calls.Count);
    }

    [Fact]
    public async Task A_conditional_removal_is_not_repeated_when_its_answer_is_lost()
    {
        await using var agent = Agent((_, _) => Answers.Applied() with { Ending = Ending.ResetBefore });

        var answer = await AskAsync(agent.Url, (client, token) => client.DeleteAsync(LoadBalancer, 3, token));

        Assert.Equal(AgentErrorKind.Unreachable, answer.Error?.Kind);
        Assert.Equal("\"3\"", Assert.Single(agent.Calls).Headers["If-Match"]);
    }

    [Fact]
    public async Task A_conditional_removal_is_repeated_while_the_agent_boots()
    {
        await using var agent = Agent((_, number) => number == 0 ? Answers.Booting : Answers.Applied());
        agent.ResetsLeft = 1;

        var answer = await AskAsync(agent.Url, (client, token) => client.DeleteAsync(LoadBalancer, 3, token));

        Assert.True(answer.Ok, answer.Error?.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Patience_ends_with_the_timeout(bool isListening)
    {
        await using var agent = Agent((_, _) => Answers.Versions with { Ending = Ending.NeverAnswer });
        var watch = Stopwatch.StartNew();

        var answer = await AskAsync(isListening ? agent.Url : $"https://127.0.0.1:{FreePort()}", (client, token) => client.GetVersionsAsync(token), seconds: 1);

        Assert.Equal(AgentErrorKind.Unreachable, answer.Error?.Kind);
        Assert.Contains("within 1 s", answer.Error!.Message, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task An_agent_that_stays_unavailable_is_unreachable_in_its_own_words()
    {
        await using var agent = Agent((_, _) => Answers.Booting);

        var answer = await AskAsync(agent.Url, (client, token) => client.GetVersionsAsync(token), seconds: 1);

        Assert.Equal(AgentErrorKind.Unreachable, answer.Error?.Kind);
        Assert.Contains("503", answer.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancellation_ends_the_waiting()
    {
        await using var agent = Agent((_, _) => Answers.Versions with { Ending = Ending.NeverAnswer });
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var group = Own.Group(agent.Url);

        var cancelling = CancelOnArrivalAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => DriversSlice.AskAllAsync(group, null, (client, token) => client.GetVersionsAsync(token), cancel.Token));
        await cancelling;

        async Task CancelOnArrivalAsync()
        {
            await Fixtures.Until.TrueAsync("the request arrived", TimeSpan.FromSeconds(20), () => agent.Calls.Count == 1, Token);
            await cancel.CancelAsync();
        }
    }

    [Fact]
    public void Delays_grow_and_are_spread()
    {
        var timeouts = new AgentTimeouts { Overall = TimeSpan.FromMinutes(1) };

        Assert.All(Enumerable.Range(1, 100), attempt =>
        {
            var longest = Math.Min(200 * Math.Pow(2, attempt - 1), 5000);
            Assert.InRange(RetryPolicy.DelayAfter(attempt, timeouts).TotalMilliseconds, longest / 2, longest);
        });
        Assert.True(Enumerable.Range(0, 20).Select(_ => RetryPolicy.DelayAfter(5, timeouts)).Distinct().Count() > 1);
    }

    private static ScriptedAgent Agent(Func<Call, int, Reply> script) => new(Own.ServerPem, Own.AuthorityPem, script);

    private static async Task<AgentAnswer<T>> AskAsync<T>(
        string url, Func<IAmphoraAgent, CancellationToken, Task<AgentAnswer<T>>> ask, IProgress<AgentProgress>? progress = null, double seconds = 30)
    {
        using var group = Own.Group(url, TestCredentials.AmphoraId, seconds);
        return (await DriversSlice.AskAllAsync(group, progress, ask, Token))[0];
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Tells when so many attempts have failed.</summary>
    private sealed class Attempts : IProgress<AgentProgress>
    {
        private readonly int _wanted;
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Attempts(int wanted, out Task reached) => (_wanted, reached) = (wanted, _reached.Task);

        public void Report(AgentProgress value)
        {
            if (value.Reason is not null && value.Attempt >= _wanted)
            {
                _reached.TrySetResult();
            }
        }
    }
}
