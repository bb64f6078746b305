// Octavia's driver makes two amphorae one load balancer by VRRP, and replaces one of them that died.
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Octavia;
using Xunit;

namespace Amphora.EndToEnd.Tests.Compatibility;

public sealed class StockStandbyTests : IAsyncDisposable
{
    private const int Master = 0;
    private const int Backup = 1;
    private const int Replacement = 2;

    private static readonly TimeSpan VrrpLimit = TimeSpan.FromSeconds(60);
    private static readonly Uri Url = new("http://www.example/");

    private DrivenAmphorae? _amphorae;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private DrivenAmphorae Amphorae => _amphorae!;

    private StockDriver Driver => Amphorae.Driver;

    [Fact]
    public async Task The_vip_is_the_masters_until_its_host_is_cut_off_and_stays_through_reloads()
    {
        await CreateAsync(places: 2);
        Assert.Null(await Amphorae.InterfaceAsync(Backup, Amphorae.Topology.Vip));

        // What a failover's last round and an operator do: keepalived stays MASTER.
        using Traffic traffic = new(Amphorae.Topology.Client, Amphorae.Topology.Vip, authority: null);
        var meanwhile = await traffic.DuringAsync(Url, async () =>
        {
            await Driver.OrderAsync("vrrp", Cancellation);
            await Driver.OrderAsync("reload_vrrp", Cancellation);
            await Driver.OrderAsync("reload", Cancellation);
        }, Cancellation);
        Assert.DoesNotContain(meanwhile, answer => answer.Failure is not null);
        Assert.Equal("eth1", await Amphorae.InterfaceAsync(Master, Amphorae.Topology.Vip));

        await Amphorae.Topology.CutVipPortAsync(Amphorae.Topology.Places[Master], Cancellation);
        await UntilAnswersAsync();
        Assert.Equal("eth1", await Amphorae.InterfaceAsync(Backup, Amphorae.Topology.Vip));

        await Amphorae.Topology.RejoinVipPortAsync(Amphorae.Topology.Places[Master], Cancellation);
        await Until.TrueAsync("one of them has the VIP", VrrpLimit, async () => await HoldersAsync() == 1, Cancellation);
        await UntilAnswersAsync();
    }

    [Fact]
    public async Task The_last_listeners_delete_and_a_stop_take_the_vip_from_both()
    {
        var listener = await CreateAsync(places: 2);

        await listener.DeleteAsync();
        Assert.False(await Amphorae.AnswersAsync());
        // Without a load balancer the check fails: neither may be MASTER.
        await Until.TrueAsync("nobody has the VIP", VrrpLimit, async () => await HoldersAsync() == 0, Cancellation);

        await Amphorae.AddListenerAsync("HTTP", 80, members: 1);
        await Driver.OrderAsync("update", Cancellation);
        await UntilAnswersAsync();
        await Driver.OrderAsync("stop_vrrp", Cancellation);
        Assert.Equal(0, await HoldersAsync());
    }

    [Fact]
    public async Task A_dead_amphora_is_replaced_while_the_other_serves()
    {
        await CreateAsync(places: 3);
        await KillAsync(Master);
        await UntilAnswersAsync();
        await UnreachableIsSaidInTimeAsync();
        using Traffic traffic = new(Amphorae.Topology.Client, Amphorae.Topology.Vip, authority: null);

        var meanwhile = await traffic.DuringAsync(Url, ReplaceAsync, Cancellation);

        Assert.True(meanwhile.Count > 50, $"{meanwhile.Count} requests");
        Assert.DoesNotContain(meanwhile, answer => answer.Failure is not null);
        Assert.Equal("eth1", await Amphorae.InterfaceAsync(Backup, Amphorae.Topology.Vip));
        Assert.Null(await Amphorae.InterfaceAsync(Replacement, Amphorae.Topology.Vip));

        // The new one can do it: the survivor dies as well.
        await KillAsync(Backup);
        await UntilAnswersAsync();
        Assert.Equal("eth1", await Amphorae.InterfaceAsync(Replacement, Amphorae.Topology.Vip));
    }

    public async ValueTask DisposeAsync()
    {
        if (_amphorae is not null)
        {
            await _amphorae.DisposeAsync();
        }
    }

    // driver-calls §4, "Create LB, ACTIVE_STANDBY", then a listener.
    private async Task<StockListener> CreateAsync(int places)
    {
        _amphorae = await DrivenAmphorae.StartAsync(members: 2, places, running: 2, vip: null);
        foreach (var place in Amphorae.Topology.Places.Take(2))
        {
            await Amphorae.Topology.PlugVipPortAsync(place, Cancellation);
        }

        await Driver.OrderAsync("info", Cancellation);
        await Driver.OrderAsync("plug_vip", Cancellation);
        await Driver.OrderAsync("vrrp", Cancellation);
        var listener = await Amphorae.AddListenerAsync("HTTP", 80, members: 2);
        await Driver.OrderAsync("update", Cancellation);
        await Until.TrueAsync(
            "the MASTER has the VIP", VrrpLimit, async () => await Amphorae.InterfaceAsync(Master, Amphorae.Topology.Vip) == "eth1", Cancellation);
        await UntilAnswersAsync();
        return listener;
    }

    // driver-calls §4, "Failover of one amphora", after the new server was built.
    private async Task ReplaceAsync()
    {
        await Amphorae.StartAgentAsync();
        await Amphorae.Topology.PlugVipPortAsync(Amphorae.Topology.Places[Replacement], Cancellation);
        await Driver.AddAmphoraAsync(Amphorae.Stock(Replacement) with { Role = "MASTER" }, Cancellation);
        JsonArray replacement = [Replacement];
        await Driver.OrderAsync("info", new JsonObject { ["amphorae"] = replacement.DeepClone() }, Cancellation);
        await Driver.OrderAsync("plug_vip", new JsonObject { ["amphorae"] = replacement.DeepClone() }, Cancellation);
        await Driver.OrderAsync("delete_amphora", new JsonObject { ["amphora"] = Master }, Cancellation);
        foreach (var step in (string[])["update", "vrrp", "reload"])
        {
            await Driver.OrderAsync(step, new JsonObject { ["timeouts"] = Timeouts() }, Cancellation);
        }
    }

    // The driver probes with the few attempts a failover gives it, and goes on.
    private async Task UnreachableIsSaidInTimeAsync()
    {
        JsonObject Order() => new() { ["amphorae"] = new JsonArray(Master), ["timeouts"] = Timeouts() };
        var update = await Assert.ThrowsAsync<StockDriverException>(() => Driver.OrderAsync("update", Order(), Cancellation));
        Assert.Contains("TimeOutException", update.Message, StringComparison.Ordinal);
        Assert.InRange(Driver.Took, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5));

        var find = Order();
        find["address"] = $"{Amphorae.Topology.Vip}";
        Assert.Null((await Driver.OrderAsync("interfaces", find, Cancellation))![0]);
        Assert.InRange(Driver.Took, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5));
    }

    private static JsonObject Timeouts() => new() { ["conn_max_retries"] = 2, ["conn_retry_interval"] = 1, ["req_conn_timeout"] = 1 };

    // Power off: agent, keepalived and HAProxy at once, and the wire with them.
    private async Task KillAsync(int amphora)
    {
        var place = Amphorae.Topology.Places[amphora];
        await Amphorae.Topology.CutVipPortAsync(place, Cancellation);
        await Amphorae.Agents[amphora].KillAsync(Cancellation);
        await Fixtures.Networks.TestNamespace.DeleteAsync(place.HaproxyNamespace, Cancellation);
    }

    private Task UntilAnswersAsync() => Until.TrueAsync("the VIP serves", VrrpLimit, Amphorae.AnswersAsync, Cancellation);

    private async Task<int> HoldersAsync()
    {
        var found = (await Driver.OrderAsync("interfaces", new JsonObject { ["address"] = $"{Amphorae.Topology.Vip}" }, Cancellation))!.AsArray();
        return found.Count(name => name is not null);
    }
}
