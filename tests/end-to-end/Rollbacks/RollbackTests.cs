// A change that makes things worse, or that nobody confirms, does not stay: with traffic, over both APIs, and when the agent dies.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.EndToEnd.Tests.OctaviaApi;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Xunit;

namespace Amphora.EndToEnd.Tests.Rollbacks;

public sealed class RollbackTests
{
    private static readonly string[] s_both = ["member-1", "member-2"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_push_that_kills_all_members_is_back_within_the_window_and_clients_are_served_again()
    {
        await using WatchedLoadBalancer balancer = await WatchedLoadBalancer.StartAsync(Cancel);
        TimeSpan took = TimeSpan.Zero;
        balancer.ReplaceMembers();

        IReadOnlyList<Answer> meanwhile = await balancer.Traffic.DuringAsync(balancer.Url, async () =>
        {
            await balancer.PushAsync("", Cancel);
            Assert.Equal(2, await balancer.GenerationAsync(Cancel));
            took = await balancer.UntilAsync(generation: 1, WatchedLoadBalancer.Window, Cancel);
        }, Cancel);
        IReadOnlyList<Answer> after = await balancer.Traffic.SendAsync(balancer.Url, 10, Cancel);
        JsonArray history = await balancer.HistoryAsync(Cancel);
        JsonNode rolledBack = (await balancer.StatusAsync(Cancel))["rolled_back"]!;

        Assert.Contains(meanwhile, answer => answer.Failure is not null);
        Assert.Equal(s_both, Traffic.Count(after).Keys.Order());
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(WatchedLoadBalancer.Window));
        Assert.Equal(["in_force", "rolled_back", "replaced"], history.Select(entry => (string)entry!["outcome"]!));
        Assert.Equal([1, 2, 1], history.Select(entry => (long)entry!["generation"]!));
        Assert.Equal((2, 2), ((long)rolledBack["generation"]!, (long)rolledBack["sequence"]!));
        Assert.Contains("0 of 2 members are up", (string)rolledBack["reason"]!, StringComparison.Ordinal);
        Assert.Contains("was rolled back", balancer.Agent.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_removed_on_purpose_is_no_reason_to_go_back()
    {
        await using WatchedLoadBalancer balancer = await WatchedLoadBalancer.StartAsync(Cancel);
        balancer.RemoveMember();

        await balancer.PushAsync("", Cancel);
        JsonNode watched = (await balancer.HistoryAsync(Cancel))[0]!;
        await balancer.UntilConfirmedAsync(Cancel);

        Assert.True((bool)watched["watched"]!);
        Assert.Equal(2, await balancer.GenerationAsync(Cancel));
        Assert.Equal(new Dictionary<string, int> { ["member-2"] = 5 }, Traffic.Count(await balancer.Traffic.SendAsync(balancer.Url, 5, Cancel)));
    }

    [Fact]
    public async Task What_is_confirmed_stays_what_is_not_goes_and_an_earlier_one_comes_back_with_its_ports_when_asked()
    {
        await using WatchedLoadBalancer balancer = await WatchedLoadBalancer.StartAsync(Cancel);
        await balancer.ChangePortAsync(mtu: 1400, Cancel);
        balancer.RemoveMember();
        await balancer.PushAsync("?confirm_within=60", Cancel);
        await balancer.PostAsync("confirm", Cancel);
        await balancer.ChangePortAsync(mtu: 1450, Cancel);
        balancer.ReplaceMembers();
        await balancer.PushAsync("?confirm_within=1", Cancel);
        await balancer.UntilAsync(generation: 2, seconds: 4, Cancel);
        string reason = (string)(await balancer.StatusAsync(Cancel))["rolled_back"]!["reason"]!;

        JsonNode rolledBack = await balancer.PostAsync("rollback", Cancel);
        long mtu = await balancer.MtuAsync(Cancel);
        await balancer.PostAsync("rollback?to=2&ports=true", Cancel);

        Assert.Equal("nobody confirmed it within 1 s", reason);
        Assert.Contains(rolledBack["changes"]!.AsArray(), change => ((string)change!).Contains("is not as it was then", StringComparison.Ordinal));
        Assert.Equal((1450, 1400), (mtu, await balancer.MtuAsync(Cancel)));
        Assert.Equal(new Dictionary<string, int> { ["member-2"] = 5 }, Traffic.Count(await balancer.Traffic.SendAsync(balancer.Url, 5, Cancel)));
    }

    [Fact]
    public async Task An_agent_that_dies_in_the_time_to_confirm_goes_back_in_time_or_at_once_when_it_starts_later()
    {
        await using WatchedLoadBalancer balancer = await WatchedLoadBalancer.StartAsync(Cancel);
        balancer.RemoveMember();
        await balancer.PushAsync("?confirm_within=15", Cancel);

        await balancer.KillAndRestartAsync(TimeSpan.Zero, Cancel);
        long still = await balancer.GenerationAsync(Cancel);
        await balancer.UntilAsync(generation: 1, seconds: 20, Cancel);
        await balancer.PushAsync("?confirm_within=1", Cancel);
        await balancer.KillAndRestartAsync(TimeSpan.FromSeconds(1), Cancel);
        long late = await balancer.GenerationAsync(Cancel);

        Assert.Equal((2, 1), (still, late));
        Assert.Equal(["in_force", "rolled_back", "replaced", "rolled_back", "replaced"], (await balancer.HistoryAsync(Cancel)).Select(entry => (string)entry!["outcome"]!));
        Assert.Equal(s_both, Traffic.Count(await balancer.Traffic.SendAsync(balancer.Url, 10, Cancel)).Keys.Order());
    }

    [Fact]
    public async Task A_reload_over_API_1_that_makes_requests_fail_is_undone_though_the_agent_died_meanwhile()
    {
        AgentConfiguration configuration = new() { More = $"[amphora_agent]\nconfirm_window = {WatchedLoadBalancer.Window}\n" };
        await using StockLoadBalancer balancer = await StockLoadBalancer.StartAsync(members: 2, configuration, Cancel);
        string good = balancer.Config(members: 2), bad = good.Replace(":80 weight", ":81 weight", StringComparison.Ordinal);
        await balancer.UploadAsync(good, Cancel);
        await balancer.ActAsync("reload", Cancel);
        await balancer.AskAsync(40, Cancel);

        IReadOnlyList<Answer> meanwhile = await balancer.Traffic.DuringAsync(balancer.Url, async () =>
        {
            await balancer.UploadAsync(bad, Cancel);
            await balancer.ActAsync("reload", Cancel);
            await balancer.Agent.KillAsync(Cancel);
            await balancer.StartAgainAsync(Cancel);
            await Until.TrueAsync("it is rolled back", TimeSpan.FromSeconds(WatchedLoadBalancer.Window), async () => (await HistoryAsync(balancer)).Count == 3, Cancel);
        }, Cancel);
        JsonArray history = await HistoryAsync(balancer);

        Assert.Contains(meanwhile, answer => answer.Failure == "503");
        Assert.Equal(s_both, (await balancer.AskAsync(10, Cancel)).Keys.Order());
        Assert.Equal(good, (await balancer.Client.GetAsync($"/loadbalancer/{balancer.Id}/haproxy", Cancel)).Text);
        Assert.Equal(["in_force", "rolled_back", "replaced"], history.Select(entry => (string)entry!["outcome"]!));
        Assert.Contains("requests have failed since the change", (string)history[0]!["reason"]!, StringComparison.Ordinal);
    }

    private static async Task<JsonArray> HistoryAsync(StockLoadBalancer balancer) =>
        (await balancer.Api.SendAsync(HttpMethod.Get, $"/2.0/load-balancers/{balancer.Id}/history", null, Cancel))["generations"]!.AsArray();
}
