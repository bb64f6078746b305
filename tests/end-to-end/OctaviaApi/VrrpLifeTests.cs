// The amphora's VRRP instance over API 1.0, with a real keepalived.
using System.Net;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.EndToEnd.Tests.OctaviaApi;

public sealed class VrrpLifeTests
{
    private static readonly TimeSpan Election = TimeSpan.FromSeconds(40);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_VIP_comes_with_start_stays_over_reloads_and_a_stopped_load_balancer_and_goes_with_stop()
    {
        await using StockLoadBalancer balancer = await StockLoadBalancer.StartAsync(members: 1, new AgentConfiguration { Topology = "ACTIVE_STANDBY" }, Cancellation);
        await balancer.UploadAsync(balancer.Config(members: 1), Cancellation);
        await balancer.ActAsync("start", Cancellation);
        await UploadAsync(balancer, priority: 100);

        Assert.Equal("keepalived started", await ActAsync(balancer, "start"));
        await UntilAsync(balancer, isThere: true);
        string pid = await PidAsync(balancer);
        await UploadAsync(balancer, priority: 110);
        Assert.Equal("keepalived reloaded", await ActAsync(balancer, "START"));
        Assert.Equal("keepalived reloaded", await ActAsync(balancer, "reload"));
        await UntilAsync(balancer, isThere: true);
        Assert.Equal(pid, await PidAsync(balancer));
        Assert.Equal(new Dictionary<string, int> { ["member-1"] = 2 }, await balancer.AskAsync(2, Cancellation));

        await balancer.ActAsync("stop", Cancellation);
        Assert.Equal(0, await CheckAsync(balancer));

        Assert.Equal("keepalived stoped", await ActAsync(balancer, "stop"));
        await UntilAsync(balancer, isThere: false);
        Assert.Equal("keepalived stoped", await ActAsync(balancer, "stop"));
    }

    [Fact]
    public async Task The_check_script_says_whether_every_load_balancer_answers()
    {
        await using StockLoadBalancer balancer = await StockLoadBalancer.StartAsync(members: 1, new AgentConfiguration { Topology = "ACTIVE_STANDBY" }, Cancellation);
        await UploadAsync(balancer, priority: 100);

        int nothing = await CheckAsync(balancer);
        await balancer.UploadAsync(balancer.Config(members: 1), Cancellation);
        int uploaded = await CheckAsync(balancer);
        await balancer.ActAsync("reload", Cancellation);
        int running = await CheckAsync(balancer);
        await balancer.ActAsync("stop", Cancellation);
        int stopped = await CheckAsync(balancer);
        (await balancer.Client.DeleteAsync($"/listeners/{balancer.Id}", Cancellation)).Expect(200);
        int deleted = await CheckAsync(balancer);

        Assert.Equal((1, 1, 0, 0, 1), (nothing, uploaded, running, stopped, deleted));
    }

    [Fact]
    public async Task A_keepalived_that_cannot_go_on_is_a_500_and_not_tried_again()
    {
        await using AgentProcess agent = await AgentProcess.StartAsync(new AgentConfiguration(), Cancellation);
        using OctaviaClient client = new(agent.CreateClient());
        string text = StockTexts.Vrrp(agent.BasePath, "eth9", IPAddress.Parse("10.77.0.10"), IPAddress.Parse("10.77.0.11"), priority: 100);
        (await client.PutAsync("/vrrp/upload", text, Cancellation)).Expect(200);

        OctaviaReply started = await client.PutAsync("/vrrp/start", "", Cancellation);
        string running = await Command.OutputAsync(["ip", "netns", "pids", agent.Configuration.NetworkNamespace!], Cancellation);

        Assert.Equal((500, "Failed to start octavia-keepalived service"), (started.Status, started.Message));
        Assert.NotNull(started.Details);
        Assert.Equal("", running.Trim());
    }

    private static async Task UploadAsync(StockLoadBalancer balancer, int priority)
    {
        string text = StockTexts.Vrrp(balancer.Agent.BasePath, "eth1", balancer.Topology.Vip, balancer.Topology.VrrpIp, priority);
        (await balancer.Client.PutAsync("/vrrp/upload", text, Cancellation)).Expect(200);
    }

    private static async Task<string?> ActAsync(StockLoadBalancer balancer, string action) =>
        (await balancer.Client.PutAsync($"/vrrp/{action}", "", Cancellation)).Expect(202).Details;

    private static async Task<string> PidAsync(StockLoadBalancer balancer) =>
        (await File.ReadAllTextAsync(Path.Combine(balancer.Agent.BasePath, "vrrp", "octavia-keepalived.pid"), Cancellation)).Trim();

    // What keepalived runs, as it runs it.
    private static async Task<int> CheckAsync(StockLoadBalancer balancer) =>
        (await Command.RunAsync([Path.Combine(balancer.Agent.BasePath, "vrrp", "check_script.sh")], Cancellation)).ExitCode;

    private static Task<TimeSpan> UntilAsync(StockLoadBalancer balancer, bool isThere) => Until.TrueAsync(
        $"the VIP is {(isThere ? "" : "not ")}there",
        Election,
        async () => (await Command.OutputAsync(["ip", "-n", balancer.Topology.AmphoraNetworkNamespace, "addr", "show", "dev", "eth1"], Cancellation))
            .Contains($"inet {balancer.Topology.Vip}/", StringComparison.Ordinal) == isThere,
        Cancellation);
}
