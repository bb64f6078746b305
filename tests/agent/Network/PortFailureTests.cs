// Ports the kernel or the network refuses: everything is as before.
using Amphora.Contract;
using Xunit;

namespace Amphora.Agent.Tests.Network;

public sealed class PortFailureTests : IDisposable
{
    private const string Mac = "fa:16:3e:00:00:01";

    private readonly PluggableAmphora _amphora = new();

    public void Dispose() => _amphora.Dispose();

    [Fact]
    public async Task A_port_that_cannot_be_configured_is_back_where_it_was()
    {
        var mac = _amphora.HotPlug("ens7", Mac);
        _amphora.Root.Ip("link", "set", "ens7", "up", "mtu", "1400");

        // The gateway is the subnet's broadcast address: a fine address for the contract, none for the kernel.
        var failure = await _amphora.FailedAsync(mac, Ports.Vip.Replace("10.0.0.1\"", "10.0.0.255\"", StringComparison.Ordinal));

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
        await _amphora.ApplyAsync(mac, Ports.Vip);
        var before = _amphora.Everything();
        var files = (_amphora.ReadFile("interfaces/eth1.json"), _amphora.ReadFile($"ports/{Mac}.json"));

        var failure = await _amphora.FailedAsync(mac, """
            {"type": "vip", "mtu": 1300, "vrrp_ip": "10.0.0.77", "vips": [{"ip_address": "10.0.0.55", "subnet_cidr": "10.0.0.0/24",
             "host_routes": [{"destination": "203.0.113.0/24", "nexthop": "10.0.0.255"}]}]}
            """);

        Assert.Equal("Nexthop has invalid gateway", failure.Output);
        Assert.Equal(before, _amphora.Everything());
        Assert.Equal(files, (_amphora.ReadFile("interfaces/eth1.json"), _amphora.ReadFile($"ports/{Mac}.json")));
    }

    [Fact]
    public async Task A_duplicate_IPv6_address_is_refused()
    {
        var mac = _amphora.HotPlug("ens7", Mac);
        _amphora.Fabric.Ip("address", "add", "fd00:10::5/64", "dev", "net-ens7", "nodad");

        var failure = await _amphora.FailedAsync(mac, Ports.VipIPv6);

        Assert.Equal(FailureKind.Conflict, failure.Kind);
        Assert.Contains("fd00:10::5/128", failure.Message, StringComparison.Ordinal);
        Assert.Contains("ens7", _amphora.RootLinks(), StringComparison.Ordinal);
    }
}
