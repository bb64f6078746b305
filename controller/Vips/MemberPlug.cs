// An amphora's ways into the networks of its members: at most one port in each (flows.md §6.2).
using System.Text.Json.Nodes;
using Amphora.Contract;
using Amphora.Contract.Rest;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Store;

namespace Amphora.Controller.Vips;

/// <summary>Plugs and unplugs member ports.</summary>
/// <param name="services">Rows and drivers.</param>
internal sealed class MemberPlug(VipServices services)
{
    /// <summary>The networks that members are in, the VIP's own only with subnets that have no VIP; members without a subnet, or on their way out, want
    /// none.</summary>
    /// <exception cref="DriverException">A subnet is gone (NotFound).</exception>
    public async Task<IReadOnlyList<MemberNetwork>> WantedAsync(Guid loadBalancer, CancellationToken cancellationToken)
    {
        var row = await services.GetAsync(loadBalancer, cancellationToken);
        var objects = await services.Database.ReadAsync((transaction, token) => new ObjectRows(transaction).LoadAsync(loadBalancer, token), cancellationToken);
        List<Subnet> subnets = [];
        foreach (var id in objects.Where(static child => child is { Kind: ObjectKind.Member, ProvisioningStatus: not RowStatus.PendingDelete }).Select(SubnetOf).OfType<Guid>().Distinct())
        {
            subnets.Add(await SubnetAsync(id, cancellationToken));
        }

        var vip = VipServices.VipOf(row);
        return [.. subnets.Where(subnet => !vip.Subnets.Contains(subnet.Id)).GroupBy(static subnet => subnet.NetworkId)
            .Select(static network => new MemberNetwork(network.Key, [.. network.Select(static subnet => subnet.Id).Order()]))];
    }

    /// <summary>What of a network an amphora does not have yet; null: it has everything.</summary>
    public async Task<MissingNetwork?> MissingAsync(AmphoraRow amphora, MemberNetwork wanted, LoadBalancerRow loadBalancer, CancellationToken cancellationToken)
    {
        if (wanted.NetworkId != loadBalancer.VipNetworkId)
        {
            return (await PortsAsync(amphora.Id, cancellationToken)).Any(port => port.NetworkId == wanted.NetworkId) ? null : new MissingNetwork(amphora.Id, wanted.NetworkId, []);
        }

        var there = (await BasePortAsync(amphora, cancellationToken))?.FixedIps.Select(static ip => ip.SubnetId).ToHashSet() ?? [];
        return wanted.Subnets.Where(subnet => !there.Contains(subnet)).ToArray() is { Length: > 0 } missing ? new MissingNetwork(amphora.Id, wanted.NetworkId, missing) : null;
    }

    /// <summary>Takes addresses of an amphora's base port away that are neither in a VIP's subnet nor meant to stay. An agent that does not answer loses
    /// them all the same.</summary>
    public async Task RemoveFromBaseAsync(AmphoraRow amphora, LoadBalancerRow loadBalancer, Func<Guid, bool> stays, CancellationToken cancellationToken)
    {
        var vip = VipServices.VipOf(loadBalancer);
        if (await BasePortAsync(amphora, cancellationToken) is not { } port || port.FixedIps.Where(ip => vip.Subnets.Contains(ip.SubnetId) || stays(ip.SubnetId)).ToValueList() is var kept
            && kept.Count == port.FixedIps.Count)
        {
            return;
        }

        // The agent first: whoever repeats this still finds at the port what is to be taken away.
        try
        {
            await TellBaseAsync(amphora, loadBalancer, port with { FixedIps = kept }, cancellationToken);
        }
        catch (DriverException)
        {
            // Nobody is there to use it.
        }

        await services.Network.UpdatePortAsync(port.Id, new PortChange { FixedIps = [.. kept.Select(static ip => new WantedIp(ip.SubnetId, ip.IpAddress))] }, cancellationToken);
    }

    /// <summary>Makes an amphora's port in a network, or finds it, with an address in each subnet, and plugs it; in the VIP's network it has one.</summary>
    /// <exception cref="DriverException">Network, compute or agent refused.</exception>
    public async Task PlugAsync(AmphoraRow amphora, MemberNetwork wanted, LoadBalancerRow loadBalancer, CancellationToken cancellationToken)
    {
        if (wanted.NetworkId == loadBalancer.VipNetworkId)
        {
            await AddToBaseAsync(amphora, loadBalancer, wanted.Subnets, cancellationToken);
            return;
        }

        ValueList<WantedIp> addresses = [.. wanted.Subnets.Select(static subnet => new WantedIp(subnet, null))];
        var port = (await PortsAsync(amphora.Id, cancellationToken)).FirstOrDefault(there => there.NetworkId == wanted.NetworkId)
            ?? await services.Network.CreatePortAsync(
                new PortRequest { Name = VipNames.MemberPort(amphora.Id), NetworkId = wanted.NetworkId, FixedIps = addresses, DeviceOwner = VipNames.DeviceOwner }, cancellationToken);
        if (!port.FixedIps.Select(static ip => ip.SubnetId).Order().SequenceEqual(wanted.Subnets))
        {
            port = await services.Network.UpdatePortAsync(port.Id, new PortChange { FixedIps = addresses }, cancellationToken);
        }

        await services.Compute.AttachPortAsync(amphora.ComputeId!, port.Id, cancellationToken);
        await services.Agents.PlugAsync(AgentAddress.Of(amphora), port.MacAddress, await DescribeAsync(port, cancellationToken), cancellationToken);
    }

    /// <summary>Takes ports of an amphora out and deletes them. An agent that does not answer loses them all the same.</summary>
    public async Task UnplugAsync(AmphoraRow amphora, Func<Guid, bool> isNetworkMeant, CancellationToken cancellationToken)
    {
        foreach (var port in (await PortsAsync(amphora.Id, cancellationToken)).Where(port => isNetworkMeant(port.NetworkId)))
        {
            if (amphora.ComputeId is { } compute)
            {
                await TellAsync(amphora, port, cancellationToken);
                await services.Compute.DetachPortAsync(compute, port.Id, cancellationToken);
            }

            await services.Network.DeletePortAsync(port.Id, cancellationToken);
        }
    }

    /// <summary>An amphora's ports in members' networks.</summary>
    public Task<IReadOnlyList<NetworkPort>> PortsAsync(Guid amphora, CancellationToken cancellationToken) =>
        services.Network.FindPortsAsync(VipNames.MemberPort(amphora), cancellationToken);

    private async Task AddToBaseAsync(AmphoraRow amphora, LoadBalancerRow loadBalancer, ValueList<Guid> subnets, CancellationToken cancellationToken)
    {
        var port = await BasePortAsync(amphora, cancellationToken)
            ?? throw new DriverException($"cannot reach members from amphora {amphora.Id}: it has no port in the VIP's network", DriverErrorKind.NotFound);
        // VRRP speaks from the address that is there: it has to stay.
        if (subnets.Where(subnet => port.FixedIps.All(ip => ip.SubnetId != subnet)).ToList() is { Count: > 0 } missing)
        {
            ValueList<WantedIp> addresses = [.. port.FixedIps.Select(static ip => new WantedIp(ip.SubnetId, ip.IpAddress)), .. missing.Select(static subnet => new WantedIp(subnet, null))];
            port = await services.Network.UpdatePortAsync(port.Id, new PortChange { FixedIps = addresses }, cancellationToken);
        }

        await TellBaseAsync(amphora, loadBalancer, port, cancellationToken);
    }

    private async Task TellBaseAsync(AmphoraRow amphora, LoadBalancerRow loadBalancer, NetworkPort port, CancellationToken cancellationToken)
    {
        var described = await new VipPlug(services.Network, services.Compute).DescribeAsync(port, VipServices.VipOf(loadBalancer), loadBalancer.Topology, cancellationToken);
        await services.Agents.PlugAsync(AgentAddress.Of(amphora), port.MacAddress, described, cancellationToken);
    }

    private async Task<NetworkPort?> BasePortAsync(AmphoraRow amphora, CancellationToken cancellationToken) =>
        await services.Network.FindPortsAsync(VipNames.BasePort(amphora.Id), cancellationToken) is [var port, ..] ? port : null;

    private async Task TellAsync(AmphoraRow amphora, NetworkPort port, CancellationToken cancellationToken)
    {
        try
        {
            await services.Agents.UnplugAsync(AgentAddress.Of(amphora), port.MacAddress, cancellationToken);
        }
        catch (DriverException)
        {
            // It has no such port any more once it is detached.
        }
    }

    private async Task<Port> DescribeAsync(NetworkPort port, CancellationToken cancellationToken)
    {
        var network = await services.Network.GetNetworkAsync(port.NetworkId, cancellationToken);
        List<PortFixedIp> addresses = [];
        foreach (var ip in port.FixedIps)
        {
            var subnet = await SubnetAsync(ip.SubnetId, cancellationToken);
            addresses.Add(new PortFixedIp { IpAddress = ip.IpAddress, SubnetCidr = subnet.Cidr, HostRoutes = subnet.HostRoutes });
        }

        return new Port { Type = PortType.Member, Mtu = network?.Mtu, FixedIps = [.. addresses] };
    }

    private async Task<Subnet> SubnetAsync(Guid id, CancellationToken cancellationToken) => await services.Network.GetSubnetAsync(id, cancellationToken)
        ?? throw new DriverException($"cannot reach members in subnet {id}: there is no such subnet", DriverErrorKind.NotFound);

    private static Guid? SubnetOf(ObjectRow member) => (Guid?)JsonNode.Parse(member.Body)!["subnet_id"];
}

/// <summary>A network that members are in.</summary>
/// <param name="NetworkId">Which.</param>
/// <param name="Subnets">Its subnets that they are in, in order.</param>
internal sealed record MemberNetwork(Guid NetworkId, ValueList<Guid> Subnets);
