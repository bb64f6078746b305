// Use case: any change below a load balancer, from one member to a whole new tree (load-balancer-api.md §§6, 8–12).
using System.Text.Json;
using System.Text.Json.Nodes;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.Fields;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.LoadBalancers.Quotas;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;
using Subnet = Amphora.Controller.Drivers.Networking.Subnet;

namespace Amphora.Controller.LoadBalancers.Objects;

/// <summary>Takes the lock, edits the tree, validates, counts and records: all in one transaction, or nothing.</summary>
internal sealed class ChangeObjects(LoadBalancerServices services, FlowEngine engine)
{
    /// <summary>Records it.</summary>
    /// <param name="loadBalancer">Which.</param>
    /// <param name="edit">Changes the load balancer's object of a document in place; may refuse.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Its flow, null when there is nothing to do, or why it is refused.</returns>
    public async Task<Decision<Begun?>> RecordAsync(Guid loadBalancer, Func<JsonObject, Refusal?> edit, CancellationToken cancellationToken)
    {
        var row = await services.Database.ReadAsync((transaction, token) => new LoadBalancerRows(transaction).GetAsync(loadBalancer, token), cancellationToken);
        if (row is not { ProvisioningStatus: not RowStatus.Deleted, VipSubnetId: { } subnetId })
        {
            return new Refusal(RefusalKind.NotFound, $"Load Balancer {loadBalancer} not found.");
        }

        if (await services.Network.GetSubnetAsync(subnetId, cancellationToken) is not { } subnet)
        {
            return new Refusal(RefusalKind.Invalid, $"Subnet {subnetId} not found.");
        }

        var subnets = new MemberSubnets(services.Network);
        return await subnets.RecordAsync(cancel => services.Database.InTransactionAsync(
            async (transaction, token) =>
            {
                var decision = await ChangeAsync(transaction, row, edit, (subnet, subnets), token);
                if (decision.Refusal is not null || decision.Value is null)
                {
                    transaction.Abandon();
                }

                return decision;
            },
            cancel), cancellationToken);
    }

    private async Task<Decision<Begun?>> ChangeAsync(
        DatabaseTransaction transaction, LoadBalancerRow row, Func<JsonObject, Refusal?> edit, (Subnet Vip, MemberSubnets Members) subnets, CancellationToken cancellationToken)
    {
        var id = row.Id;
        var taken = await new LoadBalancerRows(transaction).TryLockAsync(id, [RowStatus.Active], RowStatus.PendingUpdate, cancellationToken);
        if (taken.IsMissing)
        {
            return new Refusal(RefusalKind.NotFound, $"Load Balancer {id} not found.");
        }

        var objects = new ObjectRows(transaction);
        var now = await objects.LoadAsync(id, cancellationToken);
        var tree = LoadBalancerTree.Join(taken.LoadBalancer!, now);
        if ((edit(tree) ?? await TreeRules.CheckAsync(transaction, row, tree, subnets.Vip, cancellationToken) ?? subnets.Members.Check(tree, now)) is { } refusal)
        {
            return refusal;
        }

        var change = TreeChange.Between(now, LoadBalancerTree.Split(tree, id, taken.LoadBalancer!.ProjectId));
        if (change.IsNothing)
        {
            return taken.IsTaken ? default(Begun) : LockRefusals.Immutable(id, taken);
        }

        return await RefuseAsync(transaction, change, now, taken, cancellationToken) is { } no
            ? no
            : await WriteAsync(transaction, id, change, now, cancellationToken);
    }

    private async Task<Refusal?> RefuseAsync(DatabaseTransaction transaction, TreeChange change, IReadOnlyList<ObjectRow> now, StatusLock taken, CancellationToken cancellationToken)
    {
        // What is wrong, what there is too much of, what is busy: in this order (load-balancer-api.md §6).
        if (change.Immutable(now) is { } immutable)
        {
            return new Refusal(RefusalKind.Invalid, immutable);
        }

        var row = taken.LoadBalancer!;
        if (await new QuotaRows(transaction).TakeAsync(row.ProjectId, QuotaUse.OfObjects(change.Created), services.Settings.Quotas, cancellationToken) is { Count: > 0 } met)
        {
            return QuotaRefusal.Of(met);
        }

        return taken.IsTaken ? Busy(change, now) : LockRefusals.Immutable(row.Id, taken);
    }

    private static Refusal? Busy(TreeChange change, IReadOnlyList<ObjectRow> now)
    {
        // load-balancer-api.md §6: members and monitors need their pool ACTIVE, rules their policy.
        var old = now.ToDictionary(static row => row.Id);
        return change.All.FirstOrDefault(row => row.ParentId is { } parent && row.Kind is ObjectKind.Member or ObjectKind.HealthMonitor or ObjectKind.L7Rule
            && old.TryGetValue(row.ParentId!.Value, out var parentRow) && parentRow.ProvisioningStatus != RowStatus.Active && change.Deleted.All(gone => gone.Id != row.ParentId)) is { } child
            && old[child.ParentId!.Value] is var above
            ? new Refusal(RefusalKind.Conflict, LockRefusals.Immutable(ObjectTypes.Of(above.Kind).Title, above.Id, above.ProvisioningStatus))
            : null;
    }

    private async Task<Decision<Begun?>> WriteAsync(DatabaseTransaction transaction, Guid id, TreeChange change, IReadOnlyList<ObjectRow> now, CancellationToken cancellationToken)
    {
        var objects = new ObjectRows(transaction);
        await objects.SetStatusAsync(change.Deleted.Select(static row => row.Id), RowStatus.PendingDelete, cancellationToken);
        if (change.Created.Count > 0 && await objects.InsertAsync(change.Created, cancellationToken) is { } conflict)
        {
            return new Refusal(RefusalKind.Conflict, $"cannot create {conflict.Objects[0].Kind.ToWire()} {conflict.Objects[0].Id}: there is one with {conflict.Objects[0].UniqueKey ?? "its id"}");
        }

        foreach (var row in change.Updated)
        {
            await objects.SetBodyAsync(row.Id, row.Body, cancellationToken);
        }

        await objects.SetPositionsAsync(change.Updated.ToDictionary(static row => row.Id, static row => row.Position), cancellationToken);
        await objects.SetStatusAsync(change.Updated.Select(static row => row.Id).Union(Above(change, now)), RowStatus.PendingUpdate, cancellationToken);
        var input = new ChangeObjectsInput(id, [.. change.Created.Concat(change.Updated).Select(static row => row.Id)], [.. change.Deleted.Select(static row => row.Id)]);
        var flow = engine.Prepare(ChangeObjectsFlow.Name, id, JsonSerializer.Serialize(input, FlowInputs.Default.ChangeObjectsInput));
        await new FlowRows(transaction).InsertAsync(flow, cancellationToken);
        return new Begun(id, flow.Flow.Id);
    }

    // Parents of what changes that are there and stay.
    private static IEnumerable<Guid> Above(TreeChange change, IReadOnlyList<ObjectRow> now)
    {
        var there = now.Select(static row => row.Id).Except(change.Deleted.Select(static row => row.Id)).ToHashSet();
        return change.All.Where(row => row.ParentId is { } parent && there.Contains(parent)).Select(static row => row.ParentId!.Value).Distinct();
    }
}
