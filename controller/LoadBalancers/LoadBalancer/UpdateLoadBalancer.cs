// Use case and flow: another name, description or admin state of a load balancer (flows.md §6.3, LB update).
using System.Text.Json;
using Amphora.Controller.Flows;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;
using Amphora.Controller.Vips;
using static Amphora.Controller.Flows.FlowsSlice;

namespace Amphora.Controller.LoadBalancers.LoadBalancer;

/// <summary>Takes the lock, stores the fields and records the flow that tells the amphorae, in one transaction.</summary>
internal sealed class UpdateLoadBalancer(LoadBalancerServices services, FlowEngine engine)
{
    /// <summary>Records it.</summary>
    /// <returns>Its flow, null when everything is as it is wanted already, or why it is refused.</returns>
    public async Task<Decision<Begun?>> RecordAsync(Guid id, LoadBalancerChange change, CancellationToken cancellationToken) =>
        LoadBalancerTexts.Check(change.Name, change.Description) is { } wrong
            ? wrong
            : await services.Database.InTransactionAsync(
                async (transaction, token) =>
                {
                    var decision = await RecordAsync(transaction, id, change, token);
                    if (decision.Refusal is not null || decision.Value is null)
                    {
                        transaction.Abandon();
                    }

                    return decision;
                },
                cancellationToken);

    private async Task<Decision<Begun?>> RecordAsync(DatabaseTransaction transaction, Guid id, LoadBalancerChange change, CancellationToken cancellationToken)
    {
        var loadBalancers = new LoadBalancerRows(transaction);
        var taken = await loadBalancers.TryLockAsync(id, [RowStatus.Active], RowStatus.PendingUpdate, cancellationToken);
        if (!taken.IsTaken)
        {
            return LockRefusals.Locked(id, taken);
        }

        var now = taken.LoadBalancer!;
        var wanted = now with { Name = change.Name ?? now.Name, Description = change.Description ?? now.Description, AdminStateUp = change.AdminStateUp ?? now.AdminStateUp };
        if (wanted == now)
        {
            return default(Begun);
        }

        await loadBalancers.SetFieldsAsync(id, wanted.Name, wanted.Description, wanted.AdminStateUp, cancellationToken);
        var flow = engine.Prepare(UpdateLoadBalancerFlow.Name, id, JsonSerializer.Serialize(new UpdateLoadBalancerInput(id), FlowInputs.Default.UpdateLoadBalancerInput));
        await new FlowRows(transaction).InsertAsync(flow, cancellationToken);
        return new Begun(id, flow.Flow.Id);
    }
}

/// <summary>What of a load balancer is to change; null stays.</summary>
internal sealed record LoadBalancerChange
{
    /// <summary>For people.</summary>
    public string? Name { get; init; }

    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <summary>False: no traffic.</summary>
    public bool? AdminStateUp { get; init; }
}

/// <summary>flows.md §6.3, last row: VIP's rules, push; the rows were stored when it was recorded.</summary>
internal sealed class UpdateLoadBalancerFlow(LoadBalancerServices services) : IFlowDefinition
{
    /// <summary>Its name.</summary>
    public const string Name = "update-load-balancer";

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public FlowNode Define(string input)
    {
        var id = JsonSerializer.Deserialize(input, FlowInputs.Default.UpdateLoadBalancerInput)!.LoadBalancerId;
        return Linear(
            Step("loadbalancer-to-error-on-revert", new LoadBalancerToErrorOnRevert(services, id)),
            VipsSlice.UpdateSecurityGroup(services.Vips, id),
            Step("update-listeners", new UpdateListeners(services, id)),
            Step("mark-loadbalancer-active", new MarkLoadBalancerActive(services, id)));
    }
}

/// <summary>What the change of a load balancer is recorded with; what is wanted stands in its row.</summary>
/// <param name="LoadBalancerId">Which.</param>
internal sealed record UpdateLoadBalancerInput(Guid LoadBalancerId);
