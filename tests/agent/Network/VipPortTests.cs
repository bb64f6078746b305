// What a VIP port gets, and that the same again touches nothing; judged by ip(8) in namespaces of the kernel.
using Amphora.Contract.DesiredState;
using Amphora.Fixtures;
using Xunit;

namespace Amphora.Agent.Tests.Network;

public sealed class VipPortTests : IDisposable
{
    private const string Mac = "fa:16:3e:00:00:01";

    private readonly PluggableAmphora _amphora = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _amphora.Dispose();

    [Fact]
    public async Task A_VIP_port_gets_address_routes_table_and_rule()
    {
        var mac = _amphora.HotPlug("ens7", Mac);

        var state = await _amphora.ApplyAsync(mac, Ports.Vip);

        Assert.Equal((Mac, "eth1", true, 1450), (state.MacAddress, state.Interface, state.Up, state.Mtu));
        Assert.Equal(["10.0.0.7/24", "10.0.0.5/32"], _amphora.Addresses("eth1"));
        Assert.Equal(
            ["default via 10.0.0.1 dev eth1 proto static onlink", "198.51.100.0/24 via 10.0.0.9 dev eth1 proto static onlink"],
            _amphora.Routes("-4", "main"));
        Assert.Equal(
            ["default via 10.0.0.1 dev eth1 proto static onlink", "10.0.0.0/24 dev eth1 proto static scope link src 10.0.0.5",
             "198.51.100.0/24 via 10.0.0.9 dev eth1 proto static onlink"],
            _amphora.Routes("-4", "1"));
        Assert.Equal(["32000: from 10.0.0.5 lookup 1"], _amphora.Rules("-4"));
        Assert.Equal("UP", _amphora.Ip("link", "show", "eth1")[0].GetProperty("operstate").GetString());
        Assert.DoesNotContain("ens7", _amphora.RootLinks(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_IPv6_VIP_is_usable_when_the_answer_comes()
    {
        var mac = _amphora.HotPlug("ens7", Mac);

        await _amphora.ApplyAsync(mac, Ports.VipIPv6);

        Assert.Equal(["fd00:10::5/128", "fd00:10::7/64"], _amphora.Addresses("eth1").Order());
        Assert.DoesNotContain("tentative", _amphora.Inside.Ip("address", "show", "eth1", "scope", "global"), StringComparison.Ordinal);
        // The kernel's own link-local address is not waited for by the answer; it comes by itself.
        await Until.TrueAsync(
            "no address is tentative",
            TimeSpan.FromSeconds(10),
            () => Task.FromResult(!_amphora.Inside.Ip("address", "show", "eth1").Contains("tentative", StringComparison.Ordinal)),
            TestContext.Current.CancellationToken);
        Assert.Contains("fe80::", _amphora.Inside.Ip("address", "show", "eth1"), StringComparison.Ordinal);
        Assert.Equal(
            ["default via fd00:10::1 dev eth1 proto static metric 1024 onlink pref medium",
             "fd00:10::/64 dev eth1 proto static metric 1024 pref medium",
             "fd00:99::/64 via fd00:10::9 dev eth1 proto static metric 1024 onlink pref medium"],
            _amphora.Routes("-6", "main").Order());
        Assert.Contains("fd00:10::/64 dev eth1 proto static src fd00:10::5 metric 1024 pref medium", _amphora.Routes("-6", "1"));
        Assert.Equal(["32000: from fd00:10::5 lookup 1"], _amphora.Rules("-6"));
    }

    [Fact]
    public async Task A_dual_stack_port_with_additional_VIPs_gets_all_of_them()
    {
        var mac = _amphora.HotPlug("ens7", Mac);

        await _amphora.ApplyAsync(mac, Ports.DualStack);

        Assert.Equal(["10.0.0.5/32", "10.0.0.6/32", "10.0.0.7/24", "fd00:10::5/128", "fd00:10::7/64"], _amphora.Addresses("eth1").Order());
        Assert.Equal(["32000: from 10.0.0.5 lookup 1", "32000: from 10.0.0.6 lookup 1"], _amphora.Rules("-4").Order());
        Assert.Equal(["32000: from fd00:10::5 lookup 1"], _amphora.Rules("-6"));
        Assert.Equal(2, _amphora.Routes("-4", "1").Count);
    }

    [Fact]
    public async Task With_ACTIVE_STANDBY_the_VIP_is_left_to_keepalived()
    {
        var mac = _amphora.HotPlug("ens7", Mac);
        var port = Ports.Read(Ports.Vip) with { Topology = Topology.ActiveStandby };
        await _amphora.ApplyAsync(mac, port);
        Assert.Equal(["10.0.0.7/24"], _amphora.Addresses("eth1"));
        Assert.Empty(_amphora.Rules("-4"));
        Assert.Equal(["198.51.100.0/24 via 10.0.0.9 dev eth1 proto static onlink"], _amphora.Routes("-4", "1"));

        // keepalived becomes MASTER; the same document again must not take the VIP from it.
        _amphora.Inside.Ip("address", "add", "10.0.0.5/32", "dev", "eth1");
        _amphora.Inside.Ip("rule", "add", "from", "10.0.0.5", "lookup", "1", "priority", "100", "protocol", "keepalived");
        _amphora.Inside.Ip("route", "add", "10.0.0.0/24", "dev", "eth1", "src", "10.0.0.5", "table", "1", "protocol", "keepalived");
        var again = await _amphora.ApplyAsync(mac, port);

        Assert.Empty(again.Actions);
        Assert.Equal(["10.0.0.7/24", "10.0.0.5/32"], _amphora.Addresses("eth1"));
        Assert.Equal(["100: from 10.0.0.5 lookup 1 proto keepalived"], _amphora.Rules("-4"));
    }

    [Theory]
    [InlineData(Ports.Vip)]
    [InlineData(Ports.VipIPv6)]
    [InlineData(Ports.DualStack)]
    [InlineData(Ports.Member)]
    public async Task The_same_port_again_touches_nothing(string document)
    {
        var mac = _amphora.HotPlug("ens7", Mac);
        await _amphora.ApplyAsync(mac, document);
        var before = _amphora.Everything();
        var again = await _amphora.ApplyAsync(mac, document);

        Assert.Empty(again.Actions);
        Assert.Equal(before, _amphora.Everything());
    }

    [Fact]
    public async Task What_is_no_longer_wanted_is_removed()
    {
        var mac = _amphora.HotPlug("ens7", Mac);
        await _amphora.ApplyAsync(mac, Ports.DualStack);

        await _amphora.ApplyAsync(mac, """
            {"type": "vip", "vrrp_ip": "10.0.0.8", "vips": [{"ip_address": "10.0.0.6", "subnet_cidr": "10.0.0.0/24", "gateway_ip": "10.0.0.2"}]}
            """);

        Assert.Equal(["10.0.0.6/32", "10.0.0.8/24"], _amphora.Addresses("eth1").Order());
        Assert.Equal(["default via 10.0.0.2 dev eth1 proto static onlink"], _amphora.Routes("-4", "main"));
        Assert.Equal(
            ["10.0.0.0/24 dev eth1 proto static scope link src 10.0.0.6", "default via 10.0.0.2 dev eth1 proto static onlink"],
            _amphora.Routes("-4", "1").Order());
        Assert.Equal(["32000: from 10.0.0.6 lookup 1"], _amphora.Rules("-4"));
        Assert.Empty(_amphora.Rules("-6"));
        Assert.Empty(_amphora.Routes("-6", "1"));
    }

    [Fact]
    public async Task Announcements_leave_for_the_addresses_that_are_here()
    {
        var mac = _amphora.HotPlug("ens7", Mac);
        await _amphora.ApplyAsync(mac, Ports.DualStack);
        using var capture = new PacketCapture(_amphora.Fabric.Name);

        var failure = await _amphora.Applier.AnnounceAsync(
            [.. new[] { "192.0.2.1", "10.0.0.5", "fd00:10::5" }.Select(System.Net.IPAddress.Parse)], Cancellation);

        Assert.Null(failure);
        var arp = await capture.NextAsync(frame => frame is [_, _, _, _, _, _, _, _, _, _, _, _, 0x08, 0x06, ..], Cancellation);
        Assert.Equal("FFFFFFFFFFFFFA163E000001080600010800060400" + "01FA163E0000010A000005FFFFFFFFFFFF0A000005", Convert.ToHexString(arp));
        var advertisement = await capture.NextAsync(frame => frame.Length > 54 && frame[54] == 136, Cancellation);
        Assert.Equal("FD000010000000000000000000000005", Convert.ToHexString(advertisement[62..78]));
    }
}
