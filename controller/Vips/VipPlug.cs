// A VIP's way into an amphora: a port of its own beside the VIP's, that may send from the VIP (flows.md §4.3; upstream's PlugVIPAmphora).
using Amphora.Contract;
using Amphora.Contract.Rest;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.Compute;
using Amphora.Controller.Drivers.Networking;
using Topology = Amphora.Contract.DesiredState.Topology;

namespace Amphora.Controller.Vips;

/// <summary>Plugs base ports.</summary>
/// <param name="network">Makes them.</param>
/// <param name="compute">Puts them into machines.</param>
internal sealed class VipPlug(INetworkDriver network, IComputeDriver compute)
{
    /// <summary>Makes an amphora's base port, or finds it, and plugs it.</summary>
    /// <exception cref="DriverException">Network or compute refused; what was made for it is found again or removed by the same calls.</exception>
    public async Task<NetworkPort> PlugAsync(Guid amphora, string computeId, Vip vip, Guid securityGroup, CancellationToken cancellationToken)
    {
        var port = await network.FindPortsAsync(VipNames.BasePort(amphora), cancellationToken) is [var there, ..]
            ? there
            : await network.CreatePortAsync(
                new PortRequest
                {
                    Name = VipNames.BasePort(amphora),
                    NetworkId = vip.NetworkId,
                    FixedIps = [new WantedIp(vip.SubnetId, null), .. vip.AdditionalVips.Select(static additional => new WantedIp(additional.SubnetId, null))],
                    DeviceOwner = VipNames.DeviceOwner,
                },
                cancellationToken);
        // Before it is plugged: a tenant's packets find the rules there already.
        port = await network.UpdatePortAsync(port.Id, new PortChange { AllowedAddresses = vip.Addresses, SecurityGroups = [securityGroup] }, cancellationToken);
        await compute.AttachPortAsync(computeId, port.Id, cancellationToken);
        return port;
    }

    /// <summary>Takes an amphora's base port out and deletes it; none is fine.</summary>
    public Task UnplugAsync(Guid amphora, string? computeId, CancellationToken cancellationToken) => UnplugAsync(VipNames.BasePort(amphora), computeId, cancellationToken);

    /// <summary>The same with its ports in members' networks.</summary>
    public async Task UnplugAllAsync(Guid amphora, string? computeId, CancellationToken cancellationToken)
    {
        await UnplugAsync(VipNames.MemberPort(amphora), computeId, cancellationToken);
        await UnplugAsync(VipNames.BasePort(amphora), computeId, cancellationToken);
    }

    private async Task UnplugAsync(string name, string? computeId, CancellationToken cancellationToken)
    {
        foreach (var port in await network.FindPortsAsync(name, cancellationToken))
        {
            if (computeId is not null)
            {
                await compute.DetachPortAsync(computeId, port.Id, cancellationToken);
            }

            await network.DeletePortAsync(port.Id, cancellationToken);
        }
    }

    /// <summary>What the agent is told of the port.</summary>
    /// <exception cref="DriverException">A subnet or network of it is gone (NotFound).</exception>
    public async Task<Port> DescribeAsync(NetworkPort port, Vip vip, Topology topology, CancellationToken cancellationToken)
    {
        var at = await network.GetNetworkAsync(port.NetworkId, cancellationToken)
            ?? throw new DriverException($"cannot describe port {port.Id}: there is no network {port.NetworkId}", DriverErrorKind.NotFound);
        List<PortVip> vips = [await VipAsync(new FixedIp(vip.SubnetId, vip.Address))];
        foreach (var additional in vip.AdditionalVips)
        {
            vips.Add(await VipAsync(additional));
        }

        List<PortFixedIp> others = [];
        foreach (var ip in port.FixedIps.Where(ip => !vip.Subnets.Contains(ip.SubnetId)))
        {
            var subnet = await SubnetAsync(ip.SubnetId);
            others.Add(new PortFixedIp { IpAddress = ip.IpAddress, SubnetCidr = subnet.Cidr, HostRoutes = subnet.HostRoutes });
        }

        return new Port
        {
            Type = PortType.Vip,
            Mtu = at.Mtu,
            Topology = topology,
            VrrpIp = port.FixedIps.First(ip => ip.SubnetId == vip.SubnetId).IpAddress,
            Vips = [.. vips],
            FixedIps = [.. others],
        };

        async Task<PortVip> VipAsync(FixedIp ip)
        {
            var subnet = await SubnetAsync(ip.SubnetId);
            return new PortVip { IpAddress = ip.IpAddress, SubnetCidr = subnet.Cidr, GatewayIp = subnet.GatewayIp, HostRoutes = subnet.HostRoutes };
        }

        async Task<Subnet> SubnetAsync(Guid id) => await network.GetSubnetAsync(id, cancellationToken)
            ?? throw new DriverException($"cannot describe port {port.Id}: there is no subnet {id}", DriverErrorKind.NotFound);
    }
}
