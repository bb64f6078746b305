// Plugging ports, judged by ip(8) in namespaces of the kernel.
using System.Net.NetworkInformation;
using Amphora.Agent.Network;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Contract.Rest;
using Amphora.Fixtures;
using Amphora.Linux.Netlink;
using Xunit;

namespace Amphora.Agent.Tests.Network;

public sealed class NetworkApplierTests : IDisposable
{
    private const string Mac = "fa:16:3e:00:00:01";
    private const string MemberMac = "fa:16:3e:00:00:02";

    private readonly PluggableAmphora _amphora = new();

    public void Dispose() => _amphora.Dispose();

    [Fact]
    public async Task A_VIP_port_gets_address_routes_table_and_rule()
    {
        var mac = _amphora.HotPlug("ens7", Mac);

        var state = await ApplyAsync(mac, Ports.Vip);

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

        await ApplyAsync(mac, Ports.VipIPv6);

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

        await ApplyAsync(mac, Ports.DualStack);

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
        await Applied(_amphora.Applier.ApplyAsync(mac, port, Cancellation));
        Assert.Equal(["10.0.0.7/24"], _amphora.Addresses("eth1"));
        Assert.Empty(_amphora.Rules("-4"));
        Assert.Equal(["198.51.100.0/24 via 10.0.0.9 dev eth1 proto static onlink"], _amphora.Routes("-4", "1"));

        // keepalived becomes MASTER; the same document again must not take the VIP from it.
        _amphora.Inside.Ip("address", "add", "10.0.0.5/32", "dev", "eth1");
        _amphora.Inside.Ip("rule", "add", "from", "10.0.0.5", "lookup", "1", "priority", "100", "protocol", "keepalived");
        _amphora.Inside.Ip("route", "add", "10.0.0.0/24", "dev", "eth1", "src", "10.0.0.5", "table", "1", "protocol", "keepalived");
        var again = await Applied(_amphora.Applier.ApplyAsync(mac, port, Cancellation));

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
        await ApplyAsync(mac, document);
        var before = Everything();
        var again = await ApplyAsync(mac, document);

        Assert.Empty(again.Actions);
        Assert.Equal(before, Everything());
    }

    [Fact]
    public async Task What_is_no_longer_wanted_is_removed()
    {
        var mac = _amphora.HotPlug("ens7", Mac);
        await ApplyAsync(mac, Ports.DualStack);

        await ApplyAsync(mac, """
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
    public async Task A_port_that_is_hot_plugged_a_moment_later_is_plugged()
    {
        var applying = ApplyAsync(PhysicalAddress.Parse(Mac), Ports.Vip);
        await Task.Delay(300, Cancellation);
        Assert.False(applying.IsCompleted);

        _amphora.HotPlug("ens7", Mac);

        Assert.Equal("eth1", (await applying).Interface);
    }

    [Fact]
    public async Task A_MAC_address_that_never_appears_is_named_in_the_failure()
    {
        _amphora.Options = _amphora.Options with { Timeouts = new NetworkTimeouts { LinkAppears = TimeSpan.FromMilliseconds(200) } };
        _amphora.Start();

        var failure = await FailedAsync(PhysicalAddress.Parse(Mac), Ports.Vip);

        Assert.Equal(FailureKind.TimedOut, failure.Kind);
        Assert.Contains(Mac, failure.Message, StringComparison.Ordinal);
        Assert.False(_amphora.FileExists("plugged_interfaces"));
    }

    [Fact]
    public async Task A_port_that_cannot_be_configured_is_back_where_it_was()
    {
        var mac = _amphora.HotPlug("ens7", Mac);
        _amphora.Root.Ip("link", "set", "ens7", "up", "mtu", "1400");

        // The gateway is the subnet's broadcast address: a fine address for the contract, none for the kernel.
        var failure = await FailedAsync(mac, Ports.Vip.Replace("10.0.0.1\"", "10.0.0.255\"", StringComparison.Ordinal));

        Assert.Equal(("rtnetlink", 22, "Nexthop has invalid gateway"), (failure.Tool, failure.ExitCode, failure.Output));
        Assert.Equal(FailureKind.Refused, failure.Kind);
        Assert.Contains("default", failure.Step.Replace("0.0.0.0/0", "default", StringComparison.Ordinal), StringComparison.Ordinal);
        var link = _amphora.Root.OpenNetlink().FindLink("ens7");
        Assert.Equal((mac, 1400, true), (link?.Address, link?.Mtu, link?.IsUp));
        Assert.Empty(_amphora.Rules("-4"));
        Assert.False(_amphora.FileExists("plugged_interfaces"));
        Assert.False(_amphora.FileExists("interfaces/eth1.json"));
    }

    [Fact]
    public async Task A_change_that_fails_leaves_the_port_as_it_was()
    {
        var mac = _amphora.HotPlug("ens7", Mac);
        await ApplyAsync(mac, Ports.Vip);
        var before = Everything();
        var files = (_amphora.ReadFile("interfaces/eth1.json"), _amphora.ReadFile($"ports/{Mac}.json"));

        var failure = await FailedAsync(mac, """
            {"type": "vip", "mtu": 1300, "vrrp_ip": "10.0.0.77", "vips": [{"ip_address": "10.0.0.55", "subnet_cidr": "10.0.0.0/24",
             "host_routes": [{"destination": "203.0.113.0/24", "nexthop": "10.0.0.255"}]}]}
            """);

        Assert.Equal("Nexthop has invalid gateway", failure.Output);
        Assert.Equal(before, Everything());
        Assert.Equal(files, (_amphora.ReadFile("interfaces/eth1.json"), _amphora.ReadFile($"ports/{Mac}.json")));
    }

    [Fact]
    public async Task A_duplicate_IPv6_address_is_refused()
    {
        var mac = _amphora.HotPlug("ens7", Mac);
        _amphora.Fabric.Ip("address", "add", "fd00:10::5/64", "dev", "net-ens7", "nodad");

        var failure = await FailedAsync(mac, Ports.VipIPv6);

        Assert.Equal(FailureKind.Conflict, failure.Kind);
        Assert.Contains("fd00:10::5/128", failure.Message, StringComparison.Ordinal);
        Assert.Contains("ens7", _amphora.RootLinks(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Member_ports_are_named_in_order_and_leave_the_VIPs_rule_alone()
    {
        var vip = _amphora.HotPlug("ens7", Mac);
        var member = _amphora.HotPlug("ens8", MemberMac);
        var third = _amphora.HotPlug("ens9", "fa:16:3e:00:00:03");
        await ApplyAsync(vip, Ports.Vip);

        var second = await ApplyAsync(member, Ports.Member);
        var last = await ApplyAsync(third, Ports.Member.Replace("10.1.", "10.3.", StringComparison.Ordinal).Replace("10.2.", "10.4.", StringComparison.Ordinal));

        Assert.Equal(("eth2", "eth3"), (second.Interface, last.Interface));
        Assert.Equal(["10.1.0.7/24"], _amphora.Addresses("eth2"));
        Assert.Contains("10.2.0.0/16 via 10.1.0.1 dev eth2 proto static onlink", _amphora.Routes("-4", "main"));
        Assert.Equal(["32000: from 10.0.0.5 lookup 1"], _amphora.Rules("-4"));
        var all = await _amphora.Reader.ReadAsync(Cancellation);
        Assert.Equal(["eth1", "eth2", "eth3"], all.Select(port => port.Interface));
        Assert.Equal(Ports.Read(Ports.Member), all[1].Port);
    }

    [Fact]
    public async Task A_port_that_is_inside_already_keeps_its_name()
    {
        var mac = _amphora.HotPlug("ens7", Mac);
        await ApplyAsync(mac, Ports.Vip);
        _amphora.Inside.Ip("link", "set", "eth1", "down");
        _amphora.Inside.Ip("link", "set", "eth1", "name", "eth9");

        var state = await ApplyAsync(mac, Ports.Vip);

        Assert.Equal("eth9", state.Interface);
        Assert.Equal($"{Mac} eth9\n", _amphora.ReadFile("plugged_interfaces"));
        Assert.Equal(["10.0.0.7/24", "10.0.0.5/32"], _amphora.Addresses("eth9"));
    }

    [Fact]
    public async Task A_removed_port_is_back_outside_and_forgotten()
    {
        var mac = _amphora.HotPlug("ens7", Mac);
        await ApplyAsync(mac, Ports.Vip);

        var failure = await _amphora.Applier.RemoveAsync(mac, Cancellation);

        Assert.Null(failure);
        Assert.Equal(mac, _amphora.Root.OpenNetlink().FindLink("eth1")?.Address);
        Assert.Equal("lo", Assert.Single(_amphora.Ip("link")).GetProperty("ifname").GetString());
        Assert.Empty(_amphora.Rules("-4"));
        Assert.Equal("", _amphora.ReadFile("plugged_interfaces"));
        Assert.False(_amphora.FileExists("interfaces/eth1.json"));
        Assert.False(_amphora.FileExists($"ports/{Mac}.json"));
        Assert.Empty(await _amphora.Reader.ReadAsync(Cancellation));
    }

    [Fact]
    public async Task A_port_that_is_not_there_cannot_be_removed()
    {
        var failure = await _amphora.Applier.RemoveAsync(PhysicalAddress.Parse(Mac), Cancellation);

        Assert.Equal(FailureKind.NotFound, failure?.Kind);
        Assert.Contains(Mac, failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_removed_port_can_be_plugged_again()
    {
        var mac = _amphora.HotPlug("ens7", Mac);
        await ApplyAsync(mac, Ports.Vip);
        await _amphora.Applier.RemoveAsync(mac, Cancellation);

        var state = await ApplyAsync(mac, Ports.Vip);

        Assert.Equal("eth1", state.Interface);
        Assert.Equal(["10.0.0.7/24", "10.0.0.5/32"], _amphora.Addresses("eth1"));
    }

    [Fact]
    public async Task A_new_VIP_port_takes_the_name_of_one_that_is_gone()
    {
        await ApplyAsync(_amphora.HotPlug("ens7", Mac), Ports.Vip);
        _amphora.Inside.Ip("link", "delete", "eth1");

        var state = await ApplyAsync(_amphora.HotPlug("ens8", MemberMac), Ports.Vip);

        Assert.Equal("eth1", state.Interface);
        Assert.Equal($"{MemberMac} eth1\n", _amphora.ReadFile("plugged_interfaces"));
        Assert.False(_amphora.FileExists($"ports/{Mac}.json"));
    }

    [Fact]
    public async Task Announcements_leave_for_the_addresses_that_are_here()
    {
        var mac = _amphora.HotPlug("ens7", Mac);
        await ApplyAsync(mac, Ports.DualStack);
        using var capture = new Fixtures.PacketCapture(_amphora.Fabric.Name);

        var failure = await _amphora.Applier.AnnounceAsync(
            [.. new[] { "192.0.2.1", "10.0.0.5", "fd00:10::5" }.Select(System.Net.IPAddress.Parse)], Cancellation);

        Assert.Null(failure);
        var arp = await capture.NextAsync(frame => frame is [_, _, _, _, _, _, _, _, _, _, _, _, 0x08, 0x06, ..], Cancellation);
        Assert.Equal("FFFFFFFFFFFFFA163E000001080600010800060400" + "01FA163E0000010A000005FFFFFFFFFFFF0A000005", Convert.ToHexString(arp));
        var advertisement = await capture.NextAsync(frame => frame.Length > 54 && frame[54] == 136, Cancellation);
        Assert.Equal("FD000010000000000000000000000005", Convert.ToHexString(advertisement[62..78]));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Task<PortState> ApplyAsync(PhysicalAddress mac, string document) =>
        Applied(_amphora.Applier.ApplyAsync(mac, Ports.Read(document), Cancellation));

    private static async Task<PortState> Applied(Task<Outcome<PortState>> applying)
    {
        var outcome = await applying;
        Assert.True(outcome.Ok, $"{outcome.Failure?.Message} {outcome.Failure?.Output}");
        return outcome.Value;
    }

    private async Task<Failure> FailedAsync(PhysicalAddress mac, string document)
    {
        var outcome = await _amphora.Applier.ApplyAsync(mac, Ports.Read(document), Cancellation);
        Assert.NotNull(outcome.Failure);
        return outcome.Failure;
    }

    private string Everything() => string.Join(
        '\n', string.Join(' ', _amphora.Ip("link").Select(link => $"{link.GetProperty("ifname")} {link.GetProperty("mtu")}")), string.Join(' ', _amphora.Addresses(Name()).Order()),
        string.Join('\n', _amphora.Routes("-4", "all").Order()), string.Join('\n', _amphora.Routes("-6", "all").Order()),
        string.Join('\n', _amphora.Rules("-4").Concat(_amphora.Rules("-6")).Order()));

    private string Name() => _amphora.Ip("link").Select(link => link.GetProperty("ifname").GetString()!).First(name => name != "lo");
}
