// Use case: another amphora in the place of one (flows.md §8.1, §11; load-balancer-api.md §6).
using System.Text.Json;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;

namespace Amphora.Controller.LoadBalancers.Failover;

/// <summary>Takes the lock of its load balancer and records the flow, in one transaction. An amphora that serves no load balancer has no lock
/// and is only deleted; one that is DELETED only loses its health row.</summary>
internal sealed class FailoverAmphora(LoadBalancerServices services, FlowEngine engine)
{
    /// <summary>Somebody asked for it: the load balancer has to be ACTIVE.</summary>
    /// <returns>Its flow, null when there is nothing to do, or why it is refused.</returns>
    public Task<Decision<Begun?>> RecordAsync(Guid amphora, CancellationToken cancellationToken) => services.Database.InTransactionAsync(
        async (transaction, token) =>
        {
            var decision = await RecordAsync(transaction, amphora, [RowStatus.Active], token);
            if (decision.Refusal is not null)
            {
                transaction.Abandon();
            }

            return decision;
        },
        cancellationToken);

    /// <summary>In a transaction of the health manager, that has marked the amphora busy: the load balancer has to be ACTIVE or in ERROR. When it
    /// is refused the caller abandons the transaction, so that nothing is busy.</summary>
    /// <inheritdoc cref="RecordAsync(Guid, CancellationToken)"/>
    public Task<Decision<Begun?>> RecordSilentAsync(DatabaseTransaction transaction, Guid amphora, CancellationToken cancellationToken) =>
        RecordAsync(transaction, amphora, [RowStatus.Active, RowStatus.Error], cancellationToken);

    /// <summary>In a transaction that has taken the amphora with its load balancer's lock already (<see cref="HealthRows.TakeStaleAsync"/>).</summary>
    /// <returns>Its flow; null when the amphora is DELETED.</returns>
    public async Task<Begun?> RecordTakenAsync(DatabaseTransaction transaction, AmphoraRow amphora, CancellationToken cancellationToken)
    {
        if (amphora.Status == AmphoraStatus.Deleted)
        {
            await new HealthRows(transaction).DeleteAsync([amphora.Id], cancellationToken);
            return null;
        }

        var loadBalancer = amphora.LoadBalancerId is { } id ? await new LoadBalancerRows(transaction).GetAsync(id, cancellationToken) : null;
        var all = loadBalancer is null ? [] : await new AmphoraRows(transaction).OfLoadBalancerAsync(loadBalancer.Id, cancellationToken);
        var input = new FailoverAmphoraInput(amphora.Id, loadBalancer?.Id, RoleOf(amphora, loadBalancer), Guid.NewGuid(), loadBalancer?.ServerGroupId is not null)
        {
            OldAmphorae = [.. all.Select(static row => row.Id)],
        };
        var flow = engine.Prepare(FailoverAmphoraFlow.Name, loadBalancer?.Id ?? amphora.Id, JsonSerializer.Serialize(input, FlowInputs.Default.FailoverAmphoraInput));
        await new HealthRows(transaction).MarkBusyAsync([amphora.Id], cancellationToken);
        await new FlowRows(transaction).InsertAsync(flow, cancellationToken);
        return new Begun(loadBalancer?.Id ?? Guid.Empty, flow.Flow.Id);
    }

    private async Task<Decision<Begun?>> RecordAsync(DatabaseTransaction transaction, Guid id, IReadOnlyCollection<RowStatus> from, CancellationToken cancellationToken)
    {
        if (await new AmphoraRows(transaction).GetAsync(id, cancellationToken) is not { } amphora)
        {
            return new Refusal(RefusalKind.NotFound, $"Amphora {id} not found.");
        }

        if (amphora is { Status: not AmphoraStatus.Deleted, LoadBalancerId: { } loadBalancer }
            && await new LoadBalancerRows(transaction).TryLockAsync(loadBalancer, from, RowStatus.PendingUpdate, cancellationToken) is { IsTaken: false } taken)
        {
            return LockRefusals.Immutable(loadBalancer, taken);
        }

        return await RecordTakenAsync(transaction, amphora, cancellationToken);
    }

    // One that never became what it was to be has no role: any that its load balancer has.
    private static AmphoraRole RoleOf(AmphoraRow amphora, LoadBalancerRow? loadBalancer) =>
        amphora.Role ?? (loadBalancer?.Topology == Topology.ActiveStandby ? AmphoraRole.Backup : AmphoraRole.Standalone);
}
