// Use case: the end of a load balancer.
using System.Text.Json;
using Amphora.Controller.Flows;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;

namespace Amphora.Controller.LoadBalancers.LoadBalancer;

/// <summary>Takes the lock and records the flow, in one transaction.</summary>
internal sealed class DeleteLoadBalancer(LoadBalancerServices services, FlowEngine engine)
{
    /// <summary>Records it.</summary>
    /// <param name="id">Which.</param>
    /// <param name="cascade">With everything below it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Its flow, or why it is refused.</returns>
    public Task<Decision<Begun>> RecordAsync(Guid id, bool cascade, CancellationToken cancellationToken) => services.Database.InTransactionAsync<Decision<Begun>>(
        async (transaction, token) =>
        {
            // This comes before the state (load-balancer-api.md §7).
            if (!cascade && (await new ObjectRows(transaction).LoadAsync(id, token)).Any(static child => child.Kind is ObjectKind.Listener or ObjectKind.Pool))
            {
                return new Refusal(RefusalKind.Invalid, $"Cannot delete Load Balancer {id} - it has children");
            }

            var taken = await new LoadBalancerRows(transaction).TryLockAsync(id, [RowStatus.Active, RowStatus.Error], RowStatus.PendingDelete, token);
            if (!taken.IsTaken)
            {
                return LockRefusals.Locked(id, taken);
            }

            var flow = engine.Prepare(DeleteLoadBalancerFlow.Name, id, JsonSerializer.Serialize(new DeleteLoadBalancerInput(id), FlowInputs.Default.DeleteLoadBalancerInput));
            await new FlowRows(transaction).InsertAsync(flow, token);
            return new Begun(id, flow.Flow.Id);
        },
        cancellationToken);
}
