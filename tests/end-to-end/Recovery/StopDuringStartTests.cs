// SIGTERM at every moment of the agent's start: an orderly end, and nobody's stack trace.
using Amphora.Fixtures.Agents;
using Xunit;

namespace Amphora.EndToEnd.Tests.Recovery;

public sealed class StopDuringStartTests
{
    // 128 + SIGTERM: before the program has a handler.
    private const int Terminated = 143;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_agent_that_is_stopped_while_it_starts_says_nothing_of_it()
    {
        await using AgentProcess agent = await AgentProcess.StartAsync(new AgentConfiguration(), Cancel);
        await agent.StopAsync(Cancel);
        List<int> exits = [];
        for (int milliseconds = 0; milliseconds <= 100; milliseconds += 5)
        {
            agent.Launch();
            await Task.Delay(milliseconds, Cancel);
            exits.Add(await agent.StopAsync(Cancel));
            Assert.DoesNotContain("   at ", agent.Log, StringComparison.Ordinal);
        }

        Assert.All(exits, exit => Assert.True(exit is 0 or Terminated, $"exit code {exit}"));
        Assert.Contains(0, exits);
    }
}
