// What can be done about an amphora: each is a flow that is recorded with the lock it needs, and run to its end.
using System.Text.Json;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.Failover;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.LoadBalancers.Objects;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;
using Amphora.Controller.Store.Watching;

namespace Amphora.Controller.Health.Repair;

/// <summary>An amphora that was taken.</summary>
/// <param name="LoadBalancer">Whose.</param>
/// <param name="Flow">What replaces it.</param>
internal sealed record TakenAmphora(Guid? LoadBalancer, Guid Flow);

/// <summary>Does it.</summary>
/// <param name="services">Rows and drivers.</param>
/// <param name="flows">Runs flows.</param>
internal sealed class Remedies(LoadBalancerServices services, FlowEngine flows)
{
    /// <summary>The clock.</summary>
    public DateTimeOffset Now => services.Time.GetUtcNow();

    /// <summary>Takes an amphora and records what replaces it: both, or nothing.</summary>
    /// <returns>Null: it was heard of, or somebody else has it or its load balancer.</returns>
    public Task<TakenAmphora?> TakeAsync(Suspect suspect, CancellationToken cancellationToken) => services.Database.InTransactionAsync(
        async (transaction, token) => await new SilentRows(transaction).TakeAsync(suspect, token) is { } amphora
            && await new FailoverAmphora(services, flows).RecordTakenAsync(transaction, amphora, token) is { } begun
            ? new TakenAmphora(amphora.LoadBalancerId, begun.FlowId)
            : null,
        cancellationToken);

    /// <summary>Runs a flow to its end, or waits for it when another worker was quicker: it counts against the same limit.</summary>
    /// <returns>True when it worked.</returns>
    public async Task<bool> EndAsync(Guid flow, CancellationToken cancellationToken) =>
        await new FlowFollower(flows, services.Database).EndAsync(flow, null, cancellationToken) is { State: FlowState.Success };

    /// <summary>Gives the amphorae of a load balancer their document once more: a change of nothing.</summary>
    /// <returns>False: somebody else has the load balancer, or it did not work.</returns>
    public async Task<bool> RestartAsync(Guid amphoraId, CancellationToken cancellationToken)
    {
        var flow = await services.Database.InTransactionAsync(
            async (transaction, token) =>
            {
                if ((await new AmphoraRows(transaction).GetAsync(amphoraId, token))?.LoadBalancerId is not { } id
                    || !(await new LoadBalancerRows(transaction).TryLockAsync(id, [RowStatus.Active], RowStatus.PendingUpdate, token)).IsTaken)
                {
                    return (Guid?)null;
                }

                var prepared = flows.Prepare(ChangeObjectsFlow.Name, id, JsonSerializer.Serialize(new ChangeObjectsInput(id, [], []), FlowInputs.Default.ChangeObjectsInput));
                await new FlowRows(transaction).InsertAsync(prepared, token);
                return prepared.Flow.Id;
            },
            cancellationToken);
        return flow is { } recorded && await EndAsync(recorded, cancellationToken);
    }

    /// <summary>Deletes the machine of an amphora that should not be there any more; its row says what it is called.</summary>
    public async Task DeleteZombieAsync(Guid amphoraId, CancellationToken cancellationToken)
    {
        var row = await services.Database.ReadAsync((transaction, token) => new AmphoraRows(transaction).GetAsync(amphoraId, token), cancellationToken);
        if ((row?.ComputeId ?? await services.Amphorae.Compute.FindAsync(amphoraId, cancellationToken)) is { } compute)
        {
            await services.Amphorae.Compute.DeleteAsync(compute, cancellationToken);
        }
    }
}
