// kill -9 of the agent at any moment of upload, reload and delete: the driver sends again what was not answered, and all is well.
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Xunit;

namespace Amphora.EndToEnd.Tests.OctaviaApi;

public sealed class KilledAgentTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Traffic_goes_on_and_the_request_sent_again_succeeds()
    {
        await using StockLoadBalancer balancer = await StockLoadBalancer.StartAsync(members: 2, new AgentConfiguration(), Cancellation);
        await balancer.UploadAsync(balancer.Config(members: 1), Cancellation);
        await balancer.ActAsync("reload", Cancellation);

        IReadOnlyList<Answer> meanwhile = await balancer.Traffic.DuringAsync(balancer.Url, async () =>
        {
            foreach (int milliseconds in (int[])[1, 10, 25, 50, 75, 100, 150, 220])
            {
                Task sending = UpdateAsync(balancer, members: 1 + (milliseconds % 2));
                await Task.Delay(milliseconds, Cancellation);
                await balancer.Agent.KillAsync(Cancellation);
                await Record.ExceptionAsync(() => sending);
                await balancer.StartAgainAsync(Cancellation);
                await UpdateAsync(balancer, members: 2);
            }
        }, Cancellation);

        Assert.DoesNotContain(meanwhile, answer => answer.Failure is not null);
        Assert.Equal(new Dictionary<string, int> { ["member-1"] = 4, ["member-2"] = 4 }, await balancer.AskAsync(8, Cancellation));
    }

    [Fact]
    public async Task A_first_upload_or_a_delete_that_was_cut_off_can_be_sent_again()
    {
        await using StockLoadBalancer balancer = await StockLoadBalancer.StartAsync(members: 1, new AgentConfiguration(), Cancellation);
        foreach (int milliseconds in (int[])[5, 30, 60, 120])
        {
            await CutOffAsync(balancer, () => UpdateAsync(balancer, members: 1), milliseconds);
            await UpdateAsync(balancer, members: 1);
            Assert.Equal(new Dictionary<string, int> { ["member-1"] = 2 }, await balancer.AskAsync(2, Cancellation));

            await CutOffAsync(balancer, () => balancer.Client.DeleteAsync($"/listeners/{balancer.Id}", Cancellation), milliseconds / 4);
            (await balancer.Client.DeleteAsync($"/listeners/{balancer.Id}", Cancellation)).Expect(200);
            Assert.False(Directory.Exists(balancer.Directory));
            Assert.NotNull((await balancer.Traffic.SendAsync(balancer.Url, 1, Cancellation))[0].Failure);
        }
    }

    private static async Task CutOffAsync(StockLoadBalancer balancer, Func<Task> request, int milliseconds)
    {
        Task sending = request();
        await Task.Delay(milliseconds, Cancellation);
        await balancer.Agent.KillAsync(Cancellation);
        await Record.ExceptionAsync(() => sending);
        await balancer.StartAgainAsync(Cancellation);
    }

    private static async Task UpdateAsync(StockLoadBalancer balancer, int members)
    {
        await balancer.UploadAsync(balancer.Config(members), Cancellation);
        await balancer.ActAsync("reload", Cancellation);
    }
}
