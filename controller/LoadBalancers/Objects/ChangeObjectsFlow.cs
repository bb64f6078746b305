// The flow of every change below a load balancer: the tables of flows.md §6.3 have one order, and this is it.
using System.Text.Json;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Store;
using Amphora.Controller.Vips;
using static Amphora.Controller.Flows.FlowsSlice;

namespace Amphora.Controller.LoadBalancers.Objects;

/// <summary>Push, VIP's rules, rows. One push for any number of objects, as upstream has it for batches of members.</summary>
internal sealed class ChangeObjectsFlow(LoadBalancerServices services) : IFlowDefinition
{
    /// <summary>Its name.</summary>
    public const string Name = "change-objects";

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public FlowNode Define(string input)
    {
        var wanted = JsonSerializer.Deserialize(input, FlowInputs.Default.ChangeObjectsInput)!;
        return Linear(
            Step("objects-to-error-on-revert", new ObjectsToErrorOnRevert(services, wanted)),
            VipsSlice.AddMemberNetworks(services.Vips, wanted.LoadBalancerId),
            Step("update-listeners", new UpdateListeners(services, wanted.LoadBalancerId)),
            VipsSlice.RemoveMemberNetworks(services.Vips, wanted.LoadBalancerId),
            VipsSlice.UpdateSecurityGroup(services.Vips, wanted.LoadBalancerId),
            Step("mark-objects-active", new MarkObjectsActive(services, wanted)));
    }
}

/// <summary>What a change is recorded with.</summary>
/// <param name="LoadBalancerId">Of which load balancer.</param>
/// <param name="Changed">What comes or changes.</param>
/// <param name="Deleted">What goes.</param>
internal sealed record ChangeObjectsInput(Guid LoadBalancerId, IReadOnlyList<Guid> Changed, IReadOnlyList<Guid> Deleted);

/// <summary>Upstream's ListenerToErrorOnRevert, PoolToErrorOnRevert, …: only what was to be changed is in ERROR, all the rest and the load
/// balancer are usable again (flows.md §1). Upstream leaves every listener in ERROR after a failed push; an agent of ours applies all of a push
/// or nothing, so the others go on as they were.</summary>
internal sealed class ObjectsToErrorOnRevert(LoadBalancerServices services, ChangeObjectsInput change) : IFlowTask
{
    /// <inheritdoc/>
    public Task ExecuteAsync(StepValues values, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task RevertAsync(StepValues values, CancellationToken cancellationToken) => services.GiveBackAsync(
        values,
        change.LoadBalancerId,
        async (transaction, token) =>
        {
            var objects = new ObjectRows(transaction);
            HashSet<Guid> wrong = [.. change.Changed, .. change.Deleted];
            var others = (await objects.LoadAsync(change.LoadBalancerId, token)).Where(row => !wrong.Contains(row.Id)).Select(static row => row.Id);
            await objects.SetStatusAsync(others, RowStatus.Active, token);
            await objects.SetStatusAsync(wrong, RowStatus.Error, token);
            await new LoadBalancerRows(transaction).SetStatusAsync(change.LoadBalancerId, RowStatus.Active, token);
        },
        cancellationToken);
}

/// <summary>Upstream's Delete…InDB, DecrementQuota and MarkLBAndListenersActiveInDB; in one transaction, so that doing it again gives no quota
/// back twice.</summary>
internal sealed class MarkObjectsActive(LoadBalancerServices services, ChangeObjectsInput change) : IFlowTask
{
    /// <inheritdoc/>
    public Task ExecuteAsync(StepValues values, CancellationToken cancellationToken) => services.GiveBackAsync(
        values,
        change.LoadBalancerId,
        async (transaction, token) =>
        {
            var (objects, id) = (new ObjectRows(transaction), change.LoadBalancerId);
            var rows = await objects.LoadAsync(id, token);
            List<ObjectRow> gone = [.. rows.Where(row => change.Deleted.Contains(row.Id))];
            if (gone.Count > 0)
            {
                await new QuotaRows(transaction).GiveBackAsync(gone[0].ProjectId, QuotaUse.OfObjects(gone), token);
                await objects.DeleteAsync(gone.Select(static row => row.Id), token);
            }

            // A member whose pool has no monitor any more is not OFFLINE (flows.md §6.3).
            var unmonitored = gone.Where(static row => row.Kind == ObjectKind.HealthMonitor).Select(static row => row.ParentId).ToHashSet();
            await objects.SetOperatingStatusesAsync(
                rows.Where(row => row.Kind == ObjectKind.Member && unmonitored.Contains(row.ParentId)).Select(static row => new OperatingStatusUpdate(row.Id, OperatingStatus.NoMonitor)), token);
            await objects.SetStatusAsync(change.Changed, RowStatus.Active, token);
            await objects.MarkActiveAsync(id, token);
            await new LoadBalancerRows(transaction).SetStatusAsync(id, RowStatus.Active, token);
        },
        cancellationToken);
}
