// Octavia's driver plugs ports that appear while the amphora runs: VIPs, member networks, and both on one port.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures.Networks;
using Amphora.Fixtures.Octavia;
using Xunit;

namespace Amphora.EndToEnd.Tests.Compatibility;

public sealed class StockPluggingTests : IAsyncDisposable
{
    private const string MemberNetwork = "10.78.0.0/24";
    private const string MemberGateway = "10.78.0.1";
    private const string OtherVip = "10.77.0.99";

    private static readonly string MemberMac = $"02:78:{string.Join(':', Guid.NewGuid().ToString("N")[..8].Chunk(2).Select(pair => new string(pair)))}";

    private DrivenAmphorae? _amphora;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private DrivenAmphorae Amphora => _amphora!;

    private Topology Topology => Amphora.Topology;

    [Fact]
    public async Task A_vip_port_that_is_not_there_yet_is_asked_for_again_and_then_has_every_vip_and_route()
    {
        _amphora = await DrivenAmphorae.StartAsync(members: 1, places: 1, running: 1, Vip);
        var early = await Assert.ThrowsAsync<StockDriverException>(() => Amphora.Driver.OrderAsync("plug_vip", Cancellation));
        // Anything but the 404 that says "not yet" would have ended the first of its attempts.
        Assert.Contains("TimeOutException", early.Message, StringComparison.Ordinal);
        Assert.InRange(Amphora.Driver.Took, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15));

        await Topology.PlugVipPortAsync(Cancellation);
        await Amphora.Driver.OrderAsync("plug_vip", Cancellation);

        Assert.Equal((1400, "10.77.0.10/32 10.77.0.11/24 10.77.0.99/32 fd77::10/128"), (await MtuAsync("eth1"), await AddressesAsync("eth1")));
        var table = await IpAsync("route", "show", "table", "1");
        Assert.Contains("default via 10.77.0.1 dev eth1", table, StringComparison.Ordinal);
        Assert.Contains("10.79.0.0/24 via 10.77.0.1 dev eth1", table, StringComparison.Ordinal);
        Assert.Contains("default via fd77::1 dev eth1", await IpAsync("-6", "route", "show", "table", "1"), StringComparison.Ordinal);
        Assert.Equal("eth1", await Amphora.InterfaceAsync(0, IPAddress.Parse(OtherVip)));

        await Amphora.AddListenerAsync("HTTP", 80, members: 1);
        await Amphora.Driver.OrderAsync("update", Cancellation);
        foreach (var host in (string[])[$"{Topology.Vip}", OtherVip, "[fd77::10]"])
        {
            Assert.Equal("member-1", (await Amphora.Client.GetStringAsync(new Uri($"http://{host}/"), Cancellation)).Trim());
        }
    }

    [Fact]
    public async Task A_member_network_is_plugged_carries_traffic_and_changes_as_it_is_sent_again()
    {
        _amphora = await DrivenAmphorae.StartSingleAsync(members: 1);
        await Amphora.Driver.OrderAsync("plug_vip", Cancellation);
        await Topology.Members[0].IpAsync("addr add 10.78.0.31/24 dev eth0", Cancellation);
        await Topology.PlugPortAsync(Topology.Places[0], "member0", MemberMac, Cancellation);

        await PlugAsync(MemberMac, "10.78.0.5");
        Assert.Equal((1300, "10.78.0.5/24"), (await MtuAsync("eth2"), await AddressesAsync("eth2")));
        Assert.Contains($"10.79.0.0/24 via {MemberGateway} dev eth2", await IpAsync("route", "show"), StringComparison.Ordinal);
        var listener = await Amphora.AddListenerAsync("HTTP", 80, members: 0);
        await listener.SetMemberAsync("10.78.0.31");
        await Amphora.Driver.OrderAsync("update", Cancellation);
        Assert.Equal("member-1", await Amphora.AskAsync());

        await PlugAsync(MemberMac, "10.78.0.6", "10.78.0.7");
        Assert.Equal("10.78.0.6/24 10.78.0.7/24", await AddressesAsync("eth2"));
        Assert.Null(await Amphora.InterfaceAsync(0, IPAddress.Parse("10.78.0.5")));
        Assert.Equal("member-1", await Amphora.AskAsync());
    }

    [Fact]
    public async Task The_vips_port_serves_members_of_its_network_as_well()
    {
        _amphora = await DrivenAmphorae.StartSingleAsync(members: 1);
        await Amphora.Driver.OrderAsync("plug_vip", Cancellation);
        await Topology.Members[0].IpAsync("addr add 10.78.0.31/24 dev eth0", Cancellation);

        await PlugAsync(Topology.VipPortMac, "10.78.0.5");
        Assert.Equal("10.77.0.10/32 10.77.0.11/24 10.78.0.5/24", await AddressesAsync("eth1"));
        var listener = await Amphora.AddListenerAsync("HTTP", 80, members: 0);
        await listener.SetMemberAsync("10.78.0.31");
        await Amphora.Driver.OrderAsync("update", Cancellation);
        Assert.Equal("member-1", await Amphora.AskAsync());

        await PlugAsync(Topology.VipPortMac);
        Assert.Equal("10.77.0.10/32 10.77.0.11/24", await AddressesAsync("eth1"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_amphora is not null)
        {
            await _amphora.DisposeAsync();
        }
    }

    private static JsonObject Vip(Topology topology)
    {
        var vip = StockDriver.Vip(topology);
        vip["mtu"] = 1400;
        vip["routes"] = Routes($"{topology.Gateway}");
        vip["additional"] = new JsonArray(
            new JsonObject { ["address"] = OtherVip, ["cidr"] = topology.VipSubnet, ["gateway"] = $"{topology.Gateway}" },
            new JsonObject { ["address"] = $"{topology.Vip6}", ["cidr"] = "fd77::/64", ["gateway"] = "fd77::1" });
        return vip;
    }

    private static JsonArray Routes(string nexthop) => [new JsonObject { ["destination"] = "10.79.0.0/24", ["nexthop"] = nexthop }];

    private Task PlugAsync(string mac, params string[] addresses) => Amphora.Driver.OrderAsync(
        "plug_network",
        new JsonObject
        {
            ["mac"] = mac,
            ["cidr"] = MemberNetwork,
            ["mtu"] = 1300,
            ["routes"] = Routes(MemberGateway),
            ["addresses"] = new JsonArray([.. addresses]),
        },
        Cancellation);

    private async Task<int> MtuAsync(string name) => (int)JsonNode.Parse(await IpAsync("-j", "link", "show", name))![0]!["mtu"]!;

    private async Task<string> AddressesAsync(string name)
    {
        var found = JsonNode.Parse(await IpAsync("-j", "addr", "show", name))![0]!["addr_info"]!.AsArray();
        return string.Join(' ', found.Where(address => (string)address!["scope"]! == "global").Select(address => $"{address!["local"]}/{address["prefixlen"]}").Order(StringComparer.Ordinal));
    }

    private Task<string> IpAsync(params string[] arguments) =>
        Fixtures.Programs.Command.OutputAsync(["ip", "-n", Topology.AmphoraNetworkNamespace, .. arguments], Cancellation);
}
