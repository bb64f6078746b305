// VIPs of load balancers: allocated, opened, plugged (flows.md §4).
using System.Net.Sockets;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Flows;
using Amphora.Controller.Store;

namespace Amphora.Controller.Vips;

/// <summary>Upstream's AllocateVIP and UpdateVIPAfterAllocation.</summary>
/// <param name="services">What it takes.</param>
/// <param name="loadBalancer">Whose.</param>
/// <param name="isKept">Undoing leaves it: AllocateVIPforFailover (flows.md §8.2).</param>
internal sealed class AllocateVip(VipServices services, Guid loadBalancer, bool isKept) : IFlowTask
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        var row = await services.GetAsync(loadBalancer, cancellationToken);
        var vip = await new VipAllocation(services.Network, services.Time).AllocateAsync(
            new VipRequest
            {
                LoadBalancerId = loadBalancer,
                ProjectId = row.ProjectId,
                NetworkId = row.VipNetworkId!.Value,
                SubnetId = row.VipSubnetId!.Value,
                Address = row.VipAddress,
                PortId = row.VipPortId,
                AdditionalVips = [.. row.AdditionalVips.Select(static vip => new WantedIp(vip.SubnetId, vip.IpAddress))],
            },
            cancellationToken);
        var fields = new VipFields
        {
            Address = vip.Address,
            PortId = vip.PortId,
            SubnetId = vip.SubnetId,
            NetworkId = vip.NetworkId,
            IsPortOwned = vip.IsOwned,
            AdditionalVips = [.. vip.AdditionalVips.Select(static ip => new AdditionalVip { SubnetId = ip.SubnetId, IpAddress = ip.IpAddress })],
        };
        await services.Database.InTransactionAsync(
            (transaction, token) => new LoadBalancerRows(transaction).SetVipAsync(loadBalancer, fields, token), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task RevertAsync(StepValues values, CancellationToken cancellationToken)
    {
        if (isKept)
        {
            return;
        }

        var row = await services.GetAsync(loadBalancer, cancellationToken);
        await new VipAllocation(services.Network, services.Time).DeallocateAsync(loadBalancer, row.VipPortId, [], cancellationToken);
    }
}

/// <summary>Upstream's UpdateVIPSecurityGroup and UpdateVIP: what listeners need may come in, and nothing else.</summary>
internal sealed class UpdateVipSecurityGroup(VipServices services, Guid loadBalancer) : IFlowTask
{
    // Upstream's first peer port (flows.md §4.2).
    private const int PeerPort = 1025;

    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        var row = await services.GetAsync(loadBalancer, cancellationToken);
        var vip = VipServices.VipOf(row);
        var group = await services.Network.CreateSecurityGroupAsync(VipNames.SecurityGroup(loadBalancer), cancellationToken);
        int? peers = row.Topology == Topology.ActiveStandby ? PeerPort : null;
        await services.Network.SetRulesAsync(
            group, SecurityRules.For(await services.OpenPortsAsync(loadBalancer, cancellationToken), vip.Addresses, row.Topology, peers), cancellationToken);
        await services.Network.UpdatePortAsync(vip.PortId, new PortChange { SecurityGroups = [group] }, cancellationToken);
    }
}

/// <summary>Upstream's PlugVIPAmphora, UpdateAmphoraVIPData and AmphoraPostVIPPlug.</summary>
internal sealed class PlugVip(VipServices services, Guid loadBalancer, FlowKey<Guid> amphoraKey) : IFlowTask
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        var amphora = values.Get(amphoraKey);
        var (row, at) = (await services.GetAsync(loadBalancer, cancellationToken), await AmphoraAsync(amphora, cancellationToken));
        var vip = VipServices.VipOf(row);
        var plug = new VipPlug(services.Network, services.Compute);
        var group = await services.Network.CreateSecurityGroupAsync(VipNames.SecurityGroup(loadBalancer), cancellationToken);
        var port = await plug.PlugAsync(amphora, at.ComputeId!, vip, group, cancellationToken);
        var described = await plug.DescribeAsync(port, vip, row.Topology, cancellationToken);
        var fields = new PluggedFields { VrrpIp = described.VrrpIp!, HaIp = vip.Address, VrrpPortId = port.Id, HaPortId = vip.PortId };
        await ChangeAsync((amphorae, token) => amphorae.SetPluggedAsync(amphora, fields, token), cancellationToken);
        var inside = await services.Agents.PlugAsync(AgentAddress.Of(at), port.MacAddress, described, cancellationToken);
        await ChangeAsync((amphorae, token) => amphorae.SetVrrpInterfaceAsync(amphora, inside, token), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task RevertAsync(StepValues values, CancellationToken cancellationToken)
    {
        var amphora = values.Get(amphoraKey);
        var at = await services.Database.ReadAsync((transaction, token) => new AmphoraRows(transaction).GetAsync(amphora, token), cancellationToken);
        await new VipPlug(services.Network, services.Compute).UnplugAsync(amphora, at?.ComputeId, cancellationToken);
        await ChangeAsync((amphorae, token) => amphorae.SetPluggedAsync(amphora, null, token), cancellationToken);
    }

    private Task ChangeAsync(Func<AmphoraRows, CancellationToken, Task> change, CancellationToken cancellationToken) =>
        services.Database.InTransactionAsync((transaction, token) => change(new AmphoraRows(transaction), token), cancellationToken);

    private async Task<AmphoraRow> AmphoraAsync(Guid amphora, CancellationToken cancellationToken) =>
        await services.Database.ReadAsync((transaction, token) => new AmphoraRows(transaction).GetAsync(amphora, token), cancellationToken)
        ?? throw new Drivers.DriverException($"cannot plug the VIP into amphora {amphora}: its row is gone", Drivers.DriverErrorKind.NotFound);
}

/// <summary>Upstream's UnplugVIP and DeallocateVIP: everything that was made for the VIP goes.</summary>
internal sealed class DeallocateVip(VipServices services, Guid loadBalancer) : IFlowTask
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        var row = await services.GetAsync(loadBalancer, cancellationToken);
        var amphorae = await services.Database.ReadAsync((transaction, token) => new AmphoraRows(transaction).OfLoadBalancerAsync(loadBalancer, token), cancellationToken);
        var plug = new VipPlug(services.Network, services.Compute);
        foreach (var amphora in amphorae)
        {
            await plug.UnplugAllAsync(amphora.Id, amphora.ComputeId, cancellationToken);
        }

        await new VipAllocation(services.Network, services.Time).DeallocateAsync(loadBalancer, row.VipPortId, amphorae.Select(static amphora => amphora.Id), cancellationToken);
    }
}

/// <summary>Upstream's AdminDownPort: an amphora that is replaced while it runs would answer the new one's duplicate address detection.</summary>
internal sealed class SilencePort(VipServices services, Guid loadBalancer, Func<StepValues, Guid?> amphoraOf) : IFlowTask
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        var vip = VipServices.VipOf(await services.GetAsync(loadBalancer, cancellationToken));
        if (vip.Addresses.Any(static address => address.AddressFamily == AddressFamily.InterNetworkV6))
        {
            await SetAsync(values, false, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task RevertAsync(StepValues values, CancellationToken cancellationToken) => SetAsync(values, true, cancellationToken);

    private async Task SetAsync(StepValues values, bool isUp, CancellationToken cancellationToken)
    {
        if (amphoraOf(values) is { } amphora)
        {
            foreach (var port in await services.Network.FindPortsAsync(VipNames.BasePort(amphora), cancellationToken))
            {
                await services.Network.UpdatePortAsync(port.Id, new PortChange { AdminStateUp = isUp }, cancellationToken);
            }
        }
    }
}
