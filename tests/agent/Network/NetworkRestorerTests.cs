// What a restart of the agent, or a reboot, leaves of the ports.
using Amphora.Fixtures;
using Amphora.Linux.Namespaces;
using Xunit;

namespace Amphora.Agent.Tests.Network;

public sealed class NetworkRestorerTests : IDisposable
{
    private const string Mac = "fa:16:3e:00:00:01";
    private const string MemberMac = "fa:16:3e:00:00:02";

    private readonly PluggableAmphora _amphora = new();

    public void Dispose() => _amphora.Dispose();

    [Fact]
    public async Task The_first_start_makes_the_namespace_with_lo_and_its_file()
    {
        var failures = await _amphora.Restorer.RestoreAsync(Cancellation);

        Assert.Empty(failures);
        Assert.Equal("UNKNOWN", Assert.Single(_amphora.Ip("link", "show", "lo", "up")).GetProperty("operstate").GetString());
        Assert.Equal(
            """{"name":"lo","if_type":"lo","addresses":[{"address":"127.0.0.1","prefixlen":8}],"routes":[],"rules":[],"scripts":{"up":[],"down":[]}}""",
            _amphora.ReadFile("interfaces/lo.json"));
    }

    [Theory]
    [InlineData("net/ipv4/ip_forward")]
    [InlineData("net/ipv6/conf/all/forwarding")]
    [InlineData("net/ipv4/ip_nonlocal_bind")]
    [InlineData("net/ipv6/ip_nonlocal_bind")]
    public async Task The_namespace_forwards_and_binds_addresses_it_does_not_have(string setting)
    {
        await _amphora.Restorer.RestoreAsync(Cancellation);

        Assert.Equal("1", NetworkNamespace.Run(_amphora.Inside.Name, () => File.ReadAllText("/proc/sys/" + setting)).Trim());
    }

    [Fact]
    public async Task After_a_reboot_every_port_is_back_under_its_name()
    {
        await PlugBothAsync();
        // The namespace is gone; the cards are found again under other names.
        Reboot();
        _amphora.HotPlug("enp1s0", MemberMac);
        _amphora.HotPlug("enp2s0", Mac);

        _amphora.Start();
        var failures = await _amphora.Restorer.RestoreAsync(Cancellation);

        Assert.Empty(failures);
        Assert.Equal(["10.0.0.7/24", "10.0.0.5/32"], _amphora.Addresses("eth1"));
        Assert.Equal(["10.1.0.7/24"], _amphora.Addresses("eth2"));
        Assert.Equal(["32000: from 10.0.0.5 lookup 1"], _amphora.Rules("-4"));
        Assert.Equal(3, _amphora.Routes("-4", "1").Count);
    }

    [Fact]
    public async Task A_port_that_is_missing_is_reported_and_the_others_are_back()
    {
        await PlugBothAsync();
        Reboot();
        _amphora.HotPlug("enp1s0", MemberMac);

        _amphora.Start();
        var failures = await _amphora.Restorer.RestoreAsync(Cancellation);

        Assert.Contains(Mac, Assert.Single(failures).Message, StringComparison.Ordinal);
        Assert.Equal(["10.1.0.7/24"], _amphora.Addresses("eth2"));
    }

    [Fact]
    public async Task A_route_the_kernel_refuses_does_not_keep_the_rest_of_a_port_down()
    {
        await PlugBothAsync();
        var path = Path.Combine(_amphora.Options.InterfaceDirectory, "eth1.json");
        await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(path, Cancellation)).Replace("10.0.0.9", "10.0.0.255", StringComparison.Ordinal), Cancellation);

        var failures = await _amphora.Restorer.RestoreAsync(Cancellation);

        Assert.All(failures, failure => Assert.Equal("Nexthop has invalid gateway", failure.Output));
        Assert.Equal(["10.0.0.7/24", "10.0.0.5/32"], _amphora.Addresses("eth1"));
        Assert.Contains("default via 10.0.0.1 dev eth1 proto static onlink", _amphora.Routes("-4", "main"));
    }

    [Fact]
    public async Task A_file_of_Octavias_agent_is_brought_up()
    {
        _amphora.HotPlug("ens7", Mac);
        Directory.CreateDirectory(_amphora.Options.InterfaceDirectory);
        await File.WriteAllTextAsync(_amphora.Options.PluggedInterfacesFile, $"{Mac} eth1\n", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(_amphora.Options.InterfaceDirectory, "eth1.json"), """
            {"name": "eth1", "if_type": "vip", "mtu": 1450, "is_sriov": null,
             "addresses": [{"address": "fd00:10::7", "prefixlen": 64},
               {"address": "fd00:0010:0000:0000:0000:0000:0000:0005", "prefixlen": 128, "octavia_owned": true}],
             "routes": [{"dst": "::/0", "gateway": "fd00:10::1", "flags": ["onlink"]},
               {"dst": "fd00:0010:0000:0000:0000:0000:0000:0000/64", "scope": "link", "prefsrc": "fd00:0010:0000:0000:0000:0000:0000:0005", "table": 1}],
             "rules": [{"src": "fd00:0010:0000:0000:0000:0000:0000:0005", "src_len": 128, "table": 1}],
             "scripts": {"up": [{"command": "/usr/local/bin/lvs-masquerade.sh add ipv6 eth1"}], "down": []}}
            """, Cancellation);

        var failures = await _amphora.Restorer.RestoreAsync(Cancellation);

        Assert.Empty(failures);
        Assert.Equal(["fd00:10::5/128", "fd00:10::7/64"], _amphora.Addresses("eth1").Order());
        Assert.Equal(["32000: from fd00:10::5 lookup 1"], _amphora.Rules("-6"));
        Assert.Null((await _amphora.Reader.ReadAsync(Cancellation))[0].Port);
    }

    [Fact]
    public async Task A_restart_of_the_agent_alone_changes_nothing()
    {
        await PlugBothAsync();
        var before = Everything();

        _amphora.Start();
        var failures = await _amphora.Restorer.RestoreAsync(Cancellation);

        Assert.Empty(failures);
        Assert.Equal(before, Everything());
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task PlugBothAsync()
    {
        var vip = await _amphora.Applier.ApplyAsync(_amphora.HotPlug("ens7", Mac), Ports.Read(Ports.Vip), Cancellation);
        var member = await _amphora.Applier.ApplyAsync(_amphora.HotPlug("ens8", MemberMac), Ports.Read(Ports.Member), Cancellation);
        Assert.True(vip.Ok && member.Ok);
    }

    private string Everything() => string.Join(
        '\n', _amphora.Addresses("eth1").Concat(_amphora.Addresses("eth2")).Concat(_amphora.Routes("-4", "all")).Concat(_amphora.Rules("-4")));

    private void Reboot()
    {
        _amphora.Fabric.Ip("link", "delete", "net-ens7");
        _amphora.Fabric.Ip("link", "delete", "net-ens8");
        NetworkNamespace.Delete(_amphora.Inside.Name);
    }
}
