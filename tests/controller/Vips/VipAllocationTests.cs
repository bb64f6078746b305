// Allocating and freeing VIPs, row by row of flows.md §4.1 and §4.4.
using System.Net;
using Amphora.Contract;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.Compute;
using Amphora.Controller.Drivers.Compute.Noop;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Drivers.Networking.Noop;
using Amphora.Controller.Vips;
using Xunit;

namespace Amphora.Controller.Tests.Vips;

public sealed class VipAllocationTests
{
    private static readonly Guid s_subnet = Guid.Parse("5e0a5e5b-6f3f-4d0c-9d0c-1f3f2d3c4b5a");

    private readonly NoopNetworkDriver _network = new();
    private readonly NoopComputeDriver _compute = new();
    private readonly VipRequest _request = new() { LoadBalancerId = Guid.NewGuid(), ProjectId = "demo", NetworkId = s_subnet, SubnetId = s_subnet };

    private VipAllocation Vips => new(_network, TimeProvider.System);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_port_is_made_that_is_down_and_the_users()
    {
        var vip = await Vips.AllocateAsync(_request, Cancel);

        var port = (await _network.GetPortAsync(vip.PortId, Cancel))!;
        Assert.Equal(($"octavia-lb-{_request.LoadBalancerId}", $"lb-{_request.LoadBalancerId}", "Octavia", false), (port.Name, port.DeviceId, port.DeviceOwner, port.AdminStateUp));
        Assert.Equal((port.FixedIps[0].IpAddress, s_subnet, true), (vip.Address, vip.SubnetId, vip.IsOwned));
    }

    [Fact]
    public async Task Allocating_twice_is_allocating_once_with_and_without_the_port_recorded()
    {
        var vip = await Vips.AllocateAsync(_request, Cancel);

        Assert.Equal(vip, await Vips.AllocateAsync(_request, Cancel));
        Assert.Equal(vip, await Vips.AllocateAsync(_request with { PortId = vip.PortId, Address = vip.Address }, Cancel));
        Assert.Single(await _network.ListPortsAsync(Cancel));
    }

    [Fact]
    public async Task A_port_of_ours_that_does_not_fit_is_replaced()
    {
        var vip = await Vips.AllocateAsync(_request with { Address = IPAddress.Parse("198.18.0.5") }, Cancel);

        var other = await Vips.AllocateAsync(_request with { PortId = vip.PortId, Address = IPAddress.Parse("198.18.0.6") }, Cancel);

        Assert.NotEqual(vip.PortId, other.PortId);
        Assert.Equal([other.PortId], (await _network.ListPortsAsync(Cancel)).Select(port => port.Id));
    }

    [Fact]
    public async Task A_users_port_is_used_refused_when_it_does_not_fit_and_kept_when_the_load_balancer_goes()
    {
        var port = await _network.CreatePortAsync(new PortRequest { Name = "mine", NetworkId = s_subnet, FixedIps = [new WantedIp(s_subnet, null)] }, Cancel);

        var vip = await Vips.AllocateAsync(_request with { PortId = port.Id }, Cancel);
        var refusal = await Assert.ThrowsAsync<DriverException>(() =>
            Vips.AllocateAsync(_request with { PortId = port.Id, Address = IPAddress.Parse("198.18.0.9") }, Cancel));
        await Vips.DeallocateAsync(_request.LoadBalancerId, vip.PortId, [], Cancel);

        Assert.Equal((port.Id, false), (vip.PortId, vip.IsOwned));
        Assert.Equal(DriverErrorKind.Conflict, refusal.Kind);
        Assert.NotNull(await _network.GetPortAsync(port.Id, Cancel));
    }

    [Fact]
    public async Task A_recorded_port_that_is_gone_is_made_anew_with_its_address()
    {
        var vip = await Vips.AllocateAsync(_request, Cancel);
        await _network.DeletePortAsync(vip.PortId, Cancel);

        var again = await Vips.AllocateAsync(_request with { PortId = vip.PortId, Address = vip.Address }, Cancel);

        Assert.NotEqual(vip.PortId, again.PortId);
        Assert.Equal(vip.Address, again.Address);
    }

    [Fact]
    public async Task An_address_in_use_is_a_conflict_that_names_it()
    {
        var vip = await Vips.AllocateAsync(_request, Cancel);

        var refusal = await Assert.ThrowsAsync<DriverException>(() =>
            Vips.AllocateAsync(_request with { LoadBalancerId = Guid.NewGuid(), Address = vip.Address }, Cancel));

        Assert.Equal(DriverErrorKind.Conflict, refusal.Kind);
        Assert.Contains(vip.Address.ToString(), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugged_vip_is_freed_with_everything_that_was_made_for_it()
    {
        var amphora = Guid.NewGuid();
        var machine = await _compute.BuildAsync(new ComputeBuild { AmphoraId = amphora, Files = [] }, Cancel);
        var vip = await Vips.AllocateAsync(_request, Cancel);
        var group = await _network.CreateSecurityGroupAsync(VipNames.SecurityGroup(_request.LoadBalancerId), Cancel);
        await _network.UpdatePortAsync(vip.PortId, new PortChange { SecurityGroups = [group] }, Cancel);
        var plug = new VipPlug(_network, _compute);
        var port = await plug.PlugAsync(amphora, machine, vip, group, Cancel);

        Assert.Equal(port.Id, (await plug.PlugAsync(amphora, machine, vip, group, Cancel)).Id);
        Assert.Equal([port.Id], _compute.Ports(machine));
        Assert.Equal([vip.Address], port.AllowedAddresses);
        Assert.Equal([group], port.SecurityGroups);

        await Vips.DeallocateAsync(_request.LoadBalancerId, null, [amphora], Cancel);
        await Vips.DeallocateAsync(_request.LoadBalancerId, null, [amphora], Cancel);

        Assert.Empty(await _network.ListPortsAsync(Cancel));
        Assert.Empty(_network.SecurityGroups);
    }

    [Fact]
    public async Task A_base_port_is_taken_out_and_deleted()
    {
        var amphora = Guid.NewGuid();
        var machine = await _compute.BuildAsync(new ComputeBuild { AmphoraId = amphora, Files = [] }, Cancel);
        var plug = new VipPlug(_network, _compute);
        var vip = await Vips.AllocateAsync(_request, Cancel);
        await plug.PlugAsync(amphora, machine, vip, await _network.CreateSecurityGroupAsync("g", Cancel), Cancel);

        await plug.UnplugAsync(amphora, machine, Cancel);
        await plug.UnplugAsync(amphora, machine, Cancel);

        Assert.Empty(_compute.Ports(machine));
        Assert.Equal([vip.PortId], (await _network.ListPortsAsync(Cancel)).Select(left => left.Id));
    }
}
