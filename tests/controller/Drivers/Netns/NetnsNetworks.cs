// Networks, subnets and ports of one host: what is remembered, and that several controllers may do it at once.
using System.Diagnostics;
using System.Net;
using Amphora.Contract;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Drivers.Networking.Netns;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Netlink;
using Xunit;

namespace Amphora.Controller.Tests.Drivers.Netns;

public sealed class NetnsNetworks : IAsyncLifetime
{
    private NetnsWorld _world = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _world = await NetnsWorld.CreateAsync(Token);

    public async ValueTask DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task The_ready_made_subnet_is_found_by_name_and_id_and_made_once()
    {
        var again = await _world.NewNetwork().Operator.InitializeAsync(Token);

        Assert.Equal(_world.Demo, again);
        Assert.Equal(again, await _world.Network.FindSubnetAsync("demo", Token));
        Assert.Equal(again, await _world.Network.FindSubnetAsync(again.Id.ToString(), Token));
        Assert.Null(await _world.Network.FindSubnetAsync("nosuch", Token));
        Assert.Equal(["demo", "management"], _world.Operator.Networks.Select(network => network.Name));
        Assert.Equal(["demo", "demo-ipv6", "management"], _world.Operator.Subnets.Select(subnet => subnet.Name));
    }

    [Fact]
    public async Task Two_controllers_that_race_for_addresses_give_each_once()
    {
        NetnsNetworkDriver[] drivers = [_world.NewNetwork(), _world.NewNetwork()];

        var ports = await Task.WhenAll(Enumerable.Range(0, 60).Select(number => drivers[number % 2].CreatePortAsync(Request($"port-{number}"), Token)));

        Assert.Equal(60, ports.Select(port => port.FixedIps[0].IpAddress).Distinct().Count());
        Assert.Equal(60, ports.Select(port => port.MacAddress).Distinct().Count());
        Assert.Equal(60, ports.Select(port => NetnsNames.Plug(port.Id)).Distinct().Count());
    }

    [Fact]
    public async Task Of_two_controllers_that_want_one_address_one_gets_it()
    {
        NetnsNetworkDriver[] drivers = [_world.NewNetwork(), _world.NewNetwork()];
        var wanted = IPAddress.Parse("10.66.0.77");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(async number =>
        {
            try
            {
                await drivers[number % 2].CreatePortAsync(Request("vip") with { FixedIps = [new WantedIp(_world.Demo.Id, wanted)] }, Token);
                return (DriverErrorKind?)null;
            }
            catch (DriverException exception)
            {
                return exception.Kind;
            }
        }));

        Assert.Single(outcomes, outcome => outcome is null);
        Assert.Equal(9, outcomes.Count(outcome => outcome == DriverErrorKind.Conflict));
        Assert.Single(await _world.Network.FindPortsAsync("vip", Token));
    }

    [Fact]
    public async Task Many_ports_do_not_make_the_next_one_slow()
    {
        Assert.True(Cidr.TryParse("10.99.0.0/16", out var cidr));
        var network = await _world.Operator.CreateNetworkAsync("large", null, Token);
        await _world.Operator.CreateSubnetAsync(network.Id, "large", cidr.Value, null, Token);
        for (var i = 0; i < 500; i++)
        {
            await _world.Network.CreatePortAsync(new PortRequest { Name = $"p{i}", NetworkId = network.Id }, Token);
        }

        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 20; i++)
        {
            await _world.Network.CreatePortAsync(new PortRequest { Name = $"q{i}", NetworkId = network.Id }, Token);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"the 501st to 520th port took {clock.Elapsed.TotalMilliseconds / 20:0.0} ms each");
        Assert.InRange(clock.Elapsed.TotalMilliseconds / 20, 0, 200);
    }

    [Fact]
    public async Task A_port_has_addresses_of_both_families_and_keeps_them_when_it_is_changed()
    {
        var ipv6 = (await _world.Network.FindSubnetAsync("demo-ipv6", Token))!;
        var port = await _world.Network.CreatePortAsync(Request("both") with { FixedIps = [new(_world.Demo.Id, null), new(ipv6.Id, null)], AdminStateUp = false }, Token);

        var changed = await _world.Network.UpdatePortAsync(
            port.Id, new PortChange { AllowedAddresses = [IPAddress.Parse("10.66.0.200")], FixedIps = [new(_world.Demo.Id, null), new(ipv6.Id, null)] }, Token);

        Assert.Equal(port with { AllowedAddresses = [IPAddress.Parse("10.66.0.200")] }, changed);
        Assert.Equal(changed, await _world.NewNetwork().GetPortAsync(port.Id, Token));
        Assert.True((port.MacAddress.GetAddressBytes()[0] & 0b11) == 0b10, "locally administered, not a group's");
    }

    [Fact]
    public async Task Only_ports_of_load_balancers_are_listed_and_deleting_twice_is_fine()
    {
        var port = await _world.Network.CreatePortAsync(Request("octavia-lb-vrrp-1"), Token);
        await _world.Network.CreatePortAsync(Request("somebody-else"), Token);

        Assert.Equal(port, Assert.Single(await _world.Network.ListPortsAsync(Token)));

        await _world.Network.DeletePortAsync(port.Id, Token);
        await _world.Network.DeletePortAsync(port.Id, Token);
        Assert.Empty(await _world.Network.ListPortsAsync(Token));
    }

    [Fact]
    public async Task What_is_used_is_not_deleted_and_what_is_not_there_is_not_found()
    {
        var port = await _world.Network.CreatePortAsync(Request("user"), Token);
        var group = await _world.Network.CreateSecurityGroupAsync("lb-1", Token);
        await _world.Network.UpdatePortAsync(port.Id, new PortChange { SecurityGroups = [group] }, Token);

        Assert.Equal(group, await _world.Network.CreateSecurityGroupAsync("lb-1", Token));
        Assert.Equal(group, await _world.Network.FindSecurityGroupAsync("lb-1", Token));
        Assert.Equal(DriverErrorKind.Conflict, await KindAsync(() => _world.Network.DeleteSecurityGroupAsync(group, Token)));
        Assert.Equal(DriverErrorKind.Conflict, await KindAsync(() => _world.Operator.DeleteSubnetAsync(_world.Demo.Id, Token)));
        Assert.Equal(DriverErrorKind.Conflict, await KindAsync(() => _world.Operator.DeleteNetworkAsync(_world.Demo.NetworkId, Token)));
        Assert.Equal(DriverErrorKind.NotFound, await KindAsync(() => _world.Network.UpdatePortAsync(Guid.NewGuid(), new PortChange(), Token)));
        Assert.Equal(DriverErrorKind.NotFound, await KindAsync(() => _world.Network.CreatePortAsync(Request("x") with { NetworkId = Guid.NewGuid() }, Token)));
        Assert.Equal(DriverErrorKind.NotFound, await KindAsync(() => _world.Network.SetRulesAsync(Guid.NewGuid(), [], Token)));

        await _world.Network.DeletePortAsync(port.Id, Token);
        await _world.Network.DeleteSecurityGroupAsync(group, Token);
        await _world.Network.DeleteSecurityGroupAsync(group, Token);
        Assert.Null(await _world.Network.FindSecurityGroupAsync("lb-1", Token));
    }

    [Fact]
    public async Task Networks_and_subnets_go_with_their_bridge_and_gateway()
    {
        Assert.True(Cidr.TryParse("10.98.0.0/24", out var cidr));
        var network = await _world.Operator.CreateNetworkAsync("other", 1400, Token);
        var subnet = await _world.Operator.CreateSubnetAsync(network.Id, "other", cidr.Value, IPAddress.Parse("10.98.0.1"), Token);
        Assert.Contains("10.98.0.1/24", Addresses(network.Id));
        Assert.Equal(DriverErrorKind.Conflict, await KindAsync(() => _world.Operator.CreateSubnetAsync(network.Id, "twice", cidr.Value, null, Token)));

        await _world.Operator.DeleteSubnetAsync(subnet.Id, Token);
        Assert.DoesNotContain("10.98.0.1/24", Addresses(network.Id));
        await _world.Operator.DeleteNetworkAsync(network.Id, Token);
        await _world.Operator.DeleteNetworkAsync(network.Id, Token);

        using var netlink = RouteNetlink.Open(_world.Network.Names.Fabric);
        Assert.Null(netlink.FindLink(NetnsNames.Bridge(network.Id)));
    }

    [Fact]
    public async Task Everything_goes_at_the_end_and_comes_again_for_what_is_remembered()
    {
        // The kernel forgets, as at a boot of the host; the files do not.
        using (var host = RouteNetlink.Open(null))
        {
            host.DeleteLink(host.FindLink(_world.Network.Names.HostLink)!);
        }

        NetworkNamespace.Delete(_world.Network.Names.Fabric);
        var client = _world.NewSpace("client");
        var port = await _world.Operator.ConnectAsync(_world.Demo.NetworkId, client.Name, null, Token);
        Assert.True(NetworkNamespace.Exists(_world.Network.Names.Fabric));
        Assert.Equal(port.Id, (await _world.Operator.ConnectAsync(_world.Demo.NetworkId, client.Name, null, Token)).Id);

        await _world.Operator.DisconnectAsync(port.Id, Token);
        await _world.Operator.DeleteAllAsync(Token);

        Assert.Empty(_world.Traces());
    }

    private static async Task<DriverErrorKind?> KindAsync(Func<Task> call) => (await Assert.ThrowsAsync<DriverException>(call)).Kind;

    private PortRequest Request(string name) => new() { Name = name, NetworkId = _world.Demo.NetworkId, FixedIps = [new WantedIp(_world.Demo.Id, null)] };

    private IEnumerable<string> Addresses(Guid networkId)
    {
        using var netlink = RouteNetlink.Open(_world.Network.Names.Fabric);
        return [.. netlink.ReadAddresses(netlink.FindLink(NetnsNames.Bridge(networkId))!).Select(address => address.ToString())];
    }
}
