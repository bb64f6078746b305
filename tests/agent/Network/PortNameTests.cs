// How a port is found by its MAC address, and which name it gets.
using System.Net.NetworkInformation;
using Amphora.Agent.Network;
using Amphora.Contract;
using Xunit;

namespace Amphora.Agent.Tests.Network;

public sealed class PortNameTests : IDisposable
{
    private const string Mac = "fa:16:3e:00:00:01";
    private const string MemberMac = "fa:16:3e:00:00:02";

    private readonly PluggableAmphora _amphora = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _amphora.Dispose();

    [Fact]
    public async Task A_port_that_is_hot_plugged_a_moment_later_is_plugged()
    {
        var applying = _amphora.ApplyAsync(PhysicalAddress.Parse(Mac), Ports.Vip);
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

        var failure = await _amphora.FailedAsync(PhysicalAddress.Parse(Mac), Ports.Vip);

        Assert.Equal(FailureKind.TimedOut, failure.Kind);
        Assert.Contains(Mac, failure.Message, StringComparison.Ordinal);
        Assert.False(_amphora.FileExists("plugged_interfaces"));
    }

    [Fact]
    public async Task Member_ports_are_named_in_order_and_leave_the_VIPs_rule_alone()
    {
        var vip = _amphora.HotPlug("ens7", Mac);
        var member = _amphora.HotPlug("ens8", MemberMac);
        var third = _amphora.HotPlug("ens9", "fa:16:3e:00:00:03");
        await _amphora.ApplyAsync(vip, Ports.Vip);

        var second = await _amphora.ApplyAsync(member, Ports.Member);
        var last = await _amphora.ApplyAsync(third, Ports.Member.Replace("10.1.", "10.3.", StringComparison.Ordinal).Replace("10.2.", "10.4.", StringComparison.Ordinal));

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
        await _amphora.ApplyAsync(mac, Ports.Vip);
        _amphora.Inside.Ip("link", "set", "eth1", "down");
        _amphora.Inside.Ip("link", "set", "eth1", "name", "eth9");

        var state = await _amphora.ApplyAsync(mac, Ports.Vip);

        Assert.Equal("eth9", state.Interface);
        Assert.Equal($"{Mac} eth9\n", _amphora.ReadFile("plugged_interfaces"));
        Assert.Equal(["10.0.0.7/24", "10.0.0.5/32"], _amphora.Addresses("eth9"));
    }

    [Fact]
    public async Task A_new_VIP_port_takes_the_name_of_one_that_is_gone()
    {
        await _amphora.ApplyAsync(_amphora.HotPlug("ens7", Mac), Ports.Vip);
        _amphora.Inside.Ip("link", "delete", "eth1");

        var state = await _amphora.ApplyAsync(_amphora.HotPlug("ens8", MemberMac), Ports.Vip);

        Assert.Equal("eth1", state.Interface);
        Assert.Equal($"{MemberMac} eth1\n", _amphora.ReadFile("plugged_interfaces"));
        Assert.False(_amphora.FileExists($"ports/{Mac}.json"));
    }
}
