// Use case: new amphorae for a load balancer (flows.md §8.2).
using System.Text.Json;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;

namespace Amphora.Controller.LoadBalancers.Failover;

/// <summary>Takes the lock, also of one in ERROR, and records the flow, in one transaction.</summary>
internal sealed class FailoverLoadBalancer(LoadBalancerServices services, FlowEngine engine)
{
    /// <summary>Records it.</summary>
    /// <returns>Its flow, or why it is refused.</returns>
    public Task<Decision<Begun>> RecordAsync(Guid id, CancellationToken cancellationToken) => services.Database.InTransactionAsync<Decision<Begun>>(
        async (transaction, token) =>
        {
            var taken = await new LoadBalancerRows(transaction).TryLockAsync(id, [RowStatus.Active, RowStatus.Error], RowStatus.PendingUpdate, token);
            if (!taken.IsTaken)
            {
                return LockRefusals.Locked(id, taken);
            }

            var row = taken.LoadBalancer!;
            var isPair = row.Topology == Topology.ActiveStandby;
            var amphorae = await new AmphoraRows(transaction).OfLoadBalancerAsync(id, token);
            var input = new FailoverLoadBalancerInput(id, Guid.NewGuid(), isPair ? Guid.NewGuid() : null, isPair && (row.ServerGroupId is not null || services.Settings.EnableAntiAffinity))
            {
                OldAmphorae = [.. amphorae.Select(static amphora => amphora.Id)],
                NeedsServerGroup = isPair && row.ServerGroupId is null && services.Settings.EnableAntiAffinity,
            };
            var flow = engine.Prepare(FailoverLoadBalancerFlow.Name, id, JsonSerializer.Serialize(input, FlowInputs.Default.FailoverLoadBalancerInput));
            await new FlowRows(transaction).InsertAsync(flow, token);
            return new Begun(id, flow.Flow.Id);
        },
        cancellationToken);
}
