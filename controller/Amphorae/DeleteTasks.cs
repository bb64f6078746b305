// The end of one amphora: idempotent, whatever is left of it (flows.md §7).
using Amphora.Contract.DesiredState;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Flows;
using Amphora.Controller.Store;
using Amphora.Controller.Vips;

namespace Amphora.Controller.Amphorae;

/// <summary>Upstream's MarkAmphoraPendingDeleteInDB and MarkAmphoraHealthBusy: no document has it any more, and the health manager leaves it alone.</summary>
internal sealed class MarkAmphoraPendingDelete(AmphoraServices services, Func<StepValues, Guid?> amphoraOf) : IFlowTask
{
    /// <inheritdoc/>
    public Task ExecuteAsync(StepValues values, CancellationToken cancellationToken) => amphoraOf(values) is not { } amphora ? Task.CompletedTask : services.Database.InTransactionAsync(
        async (transaction, token) =>
        {
            var amphorae = new AmphoraRows(transaction);
            if (await amphorae.GetAsync(amphora, token) is { Status: not AmphoraStatus.Deleted })
            {
                await amphorae.SetStatusAsync(amphora, AmphoraStatus.PendingDelete, token);
                await new HealthRows(transaction).MarkBusyAsync([amphora], token);
            }
        },
        cancellationToken);
}

/// <summary>Upstream's ComputeDelete.</summary>
/// <param name="services">What it takes.</param>
/// <param name="amphoraOf">Which one; null: none.</param>
/// <param name="mayStay">A machine that cannot be deleted is left to the search of orphans: a host that is down must not keep others from being
/// repaired. Its ports go next, so that it serves nobody (flows.md §7).</param>
internal sealed class DeleteCompute(AmphoraServices services, Func<StepValues, Guid?> amphoraOf, bool mayStay = false) : IFlowTask
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        if (amphoraOf(values) is not { } amphora)
        {
            return;
        }

        try
        {
            var row = await services.Database.ReadAsync((transaction, token) => new AmphoraRows(transaction).GetAsync(amphora, token), cancellationToken);
            if ((row?.ComputeId ?? await services.Compute.FindAsync(amphora, cancellationToken)) is { } compute)
            {
                await services.Compute.DeleteAsync(compute, cancellationToken);
            }
        }
        catch (DriverException exception) when (mayStay)
        {
            values.Set(AmphoraKeys.ComputeLeft, exception.Message);
        }
    }
}

/// <summary>Its ports in its members' networks.</summary>
internal sealed class DeleteMemberPorts(VipServices services, Func<StepValues, Guid?> amphoraOf) : IFlowTask
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        foreach (var port in amphoraOf(values) is { } amphora ? await services.Network.FindPortsAsync(VipNames.MemberPort(amphora), cancellationToken) : [])
        {
            await services.Network.DeletePortAsync(port.Id, cancellationToken);
        }
    }
}

/// <summary>Upstream's DisableAmphoraHealthMonitoring and MarkAmphoraDeletedInDB.</summary>
internal sealed class MarkAmphoraDeleted(AmphoraServices services, Func<StepValues, Guid?> amphoraOf) : IFlowTask
{
    /// <inheritdoc/>
    public Task ExecuteAsync(StepValues values, CancellationToken cancellationToken) => amphoraOf(values) is not { } amphora ? Task.CompletedTask : services.Database.InTransactionAsync(
        async (transaction, token) =>
        {
            await new HealthRows(transaction).DeleteAsync([amphora], token);
            await new AmphoraRows(transaction).SetStatusAsync(amphora, AmphoraStatus.Deleted, token);
        },
        cancellationToken);
}

/// <summary>Its port in the VIP's network. What the network keeps is at least without traffic, and is found as an orphan later.</summary>
internal sealed class DeleteVrrpPort(VipServices services, Func<StepValues, Guid?> amphoraOf) : IFlowTask
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(StepValues values, CancellationToken cancellationToken)
    {
        foreach (var port in amphoraOf(values) is { } amphora ? await services.Network.FindPortsAsync(VipNames.BasePort(amphora), cancellationToken) : [])
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
