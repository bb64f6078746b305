// kill -9 at any moment of a load balancer's first PUT: it is there whole, or nothing of it is.
using Amphora.EndToEnd.Tests.Applying;
using Xunit;

namespace Amphora.EndToEnd.Tests.Recovery;

public sealed class FirstPushTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_first_put_that_was_killed_serves_or_leaves_nothing_behind()
    {
        await using var amphora = await PushedLoadBalancer.StartAsync(members: 1, Cancellation);

        for (var delay = 0; delay < 160; delay += 16)
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

            Assert.DoesNotContain(
                Directory.EnumerateFileSystemEntries(amphora.Agent.BasePath, "*", SearchOption.AllDirectories),
                path => path.Contains(amphora.Document.Id, StringComparison.Ordinal));
        }
    }
}
