// kill -9 of the agent: traffic goes on, and at whatever point of a PUT it comes, one whole generation is in force afterwards.
using System.Globalization;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Xunit;

namespace Amphora.EndToEnd.Tests;

public sealed class KilledAgentTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Traffic_goes_on_while_the_agent_is_dead_and_after_it_is_back()
    {
        await using var amphora = await AmphoraUnderTest.StartAsync(members: 2, Cancellation);
        await amphora.ApplyAsync(Cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var traffic = AskUntilAsync(amphora, stop.Token);

        await amphora.Agent.KillAsync(Cancellation);
        Assert.Equal("member", (await amphora.AskAsync(Cancellation))[..6]);
        await amphora.KillAndRestartAsync(Cancellation);
        amphora.Document.Generation = 2;
        await amphora.ApplyAsync(Cancellation);
        await stop.CancelAsync();

        Assert.True(await traffic > 10, "hardly any traffic");
    }

    [Fact]
    public async Task A_kill_at_any_point_of_a_put_leaves_one_whole_generation_in_force_and_serving()
    {
        await using var amphora = await AmphoraUnderTest.StartAsync(members: 1, Cancellation);
        await amphora.ApplyAsync(Cancellation);
        var finished = 0;
        var cutOff = 0;

        // From the first millisecond of the PUT to well after its end, so that every stage is hit.
        for (var delay = 0; finished < 3 && delay < 400; delay += 5)
        {
            amphora.Document.Generation++;
            amphora.Listener["connection_limit"] = 1000 + amphora.Document.Generation;
            var put = amphora.PushAsync(Cancellation);
            await Task.Delay(delay, Cancellation);
            finished += put.IsCompletedSuccessfully ? 1 : 0;
            await amphora.KillAndRestartAsync(Cancellation);
            await Record.ExceptionAsync(() => put);

            cutOff += await AssertWholeAsync(amphora) ? 0 : 1;
        }

        Assert.True(cutOff > 0, "no PUT was cut off");
        Assert.Equal(3, finished);
    }

    [Fact]
    public async Task A_first_put_that_was_killed_leaves_nothing_behind()
    {
        await using var amphora = await AmphoraUnderTest.StartAsync(members: 1, Cancellation);

        for (var delay = 0; delay < 120; delay += 8)
        {
            var put = amphora.PushAsync(Cancellation);
            await Task.Delay(delay, Cancellation);
            await amphora.KillAndRestartAsync(Cancellation);
            await Record.ExceptionAsync(() => put);

            using var found = await amphora.Api.GetAsync(amphora.LoadBalancerUri, Cancellation);
            if (found.IsSuccessStatusCode)
            {
                Assert.Equal("member-1", await amphora.AskAsync(Cancellation));
                (await amphora.Api.DeleteAsync(amphora.LoadBalancerUri, Cancellation)).EnsureSuccessStatusCode();
            }

            Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(amphora.Agent.BasePath), path => path.Contains(amphora.Document.Id, StringComparison.Ordinal));
        }
    }

    // True when the generation last pushed is the one in force.
    private static async Task<bool> AssertWholeAsync(AmphoraUnderTest amphora)
    {
        var inForce = JsonNode.Parse(await amphora.Api.GetStringAsync(amphora.LoadBalancerUri, Cancellation))!;
        var generation = (long)inForce["generation"]!;
        var limit = (long?)inForce["loadbalancer"]!["listeners"]![0]!["connection_limit"] ?? 50000;
        var config = await File.ReadAllTextAsync(amphora.HaproxyConfigFile, Cancellation);

        Assert.InRange(generation, amphora.Document.Generation - 1, amphora.Document.Generation);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"maxconn {limit}"), config, StringComparison.Ordinal);
        Assert.Equal("member-1", await amphora.AskAsync(Cancellation));
        var pushed = amphora.Document.Generation;
        if (generation < pushed)
        {
            await amphora.ApplyAsync(Cancellation);
        }

        return generation == pushed;
    }

    private static async Task<int> AskUntilAsync(AmphoraUnderTest amphora, CancellationToken stop)
    {
        var answers = 0;
        while (!stop.IsCancellationRequested)
        {
            await amphora.AskAsync(Cancellation);
            answers++;
        }

        return answers;
    }
}
