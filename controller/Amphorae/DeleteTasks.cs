// The end of one amphora: idempotent, whatever is left of it (flows.md §7).
using Amphora.Contract.DesiredState;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Flows;
using Amphora.Controller.Store;
using Amphora.Controller.Vips;

namespace Amphora.Controller.Amphorae;

/// <summary>Upstream's MarkAmphoraPendingDeleteInDB and MarkAmphoraHealthBusy: the health manager leaves it alone.</summary>
internal sealed class MarkAmphoraPendingDelete(AmphoraServices services, Guid amphora) : IFlowTask
{
    /// <inheritdoc/>
    public Task ExecuteAsync(StepValues values, CancellationToken cancellationToken) => services.Database.InTransactionAsync(
        async (transaction, token) =>
        {
            await new AmphoraRows(transaction).SetStatusAsync(amphora, AmphoraStatus.PendingDelete, token);
            await new HealthRows(transaction).MarkBusyAsync([amphora], token);
        },
        cancellationToken);
}

/// <summary>Upstream's ComputeDelete.</summary>
internal sealed class DeleteCompute(AmphoraServices services, Guid amphora) : IFlowTask
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        var row = await services.GetAsync(amphora, cancellationToken);
        if ((row.ComputeId ?? await services.Compute.FindAsync(amphora, cancellationToken)) is { } compute)
        {
            await services.Compute.DeleteAsync(compute, cancellationToken);
        }
    }
}

/// <summary>Its ports in its members' networks.</summary>
internal sealed class DeleteMemberPorts(VipServices services, Guid amphora) : IFlowTask
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        foreach (var port in await services.Network.FindPortsAsync(VipNames.MemberPort(amphora), cancellationToken))
        {
            await services.Network.DeletePortAsync(port.Id, cancellationToken);
        }
    }
}

/// <summary>Upstream's DisableAmphoraHealthMonitoring and MarkAmphoraDeletedInDB.</summary>
internal sealed class MarkAmphoraDeleted(AmphoraServices services, Guid amphora) : IFlowTask
{
    /// <inheritdoc/>
    public Task ExecuteAsync(StepValues values, CancellationToken cancellationToken) => services.Database.InTransactionAsync(
        async (transaction, token) =>
        {
            await new HealthRows(transaction).DeleteAsync([amphora], token);
            await new AmphoraRows(transaction).SetStatusAsync(amphora, AmphoraStatus.Deleted, token);
        },
        cancellationToken);
}

/// <summary>Its port in the VIP's network. What the network keeps is at least without traffic, and is found as an orphan later.</summary>
internal sealed class DeleteVrrpPort(VipServices services, Guid amphora) : IFlowTask
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        foreach (var port in await services.Network.FindPortsAsync(VipNames.BasePort(amphora), cancellationToken))
        {
            try
            {
                await services.Network.DeletePortAsync(port.Id, cancellationToken);
            }
            catch (DriverException)
            {
                await services.Network.UpdatePortAsync(port.Id, new PortChange { AdminStateUp = false }, cancellationToken);
            }
        }
    }
}
