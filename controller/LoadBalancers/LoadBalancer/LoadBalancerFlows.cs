// The flows of load balancers, as the tables of flows.md have them.
using System.Text.Json;
using System.Text.Json.Serialization;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Amphorae;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.Failover;
using Amphora.Controller.LoadBalancers.Objects;
using Amphora.Controller.Vips;
using static Amphora.Controller.Flows.FlowsSlice;

namespace Amphora.Controller.LoadBalancers.LoadBalancer;

/// <summary>flows.md §2.</summary>
internal sealed class CreateLoadBalancerFlow(LoadBalancerServices services) : IFlowDefinition
{
    /// <summary>Its name.</summary>
    public const string Name = "create-load-balancer";

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public FlowNode Define(string input)
    {
        var wanted = JsonSerializer.Deserialize(input, FlowInputs.Default.CreateLoadBalancerInput)!;
        var id = wanted.LoadBalancerId;
        return Linear(
            Step("loadbalancer-to-error-on-revert", new LoadBalancerToErrorOnRevert(services, id)),
            VipsSlice.Allocate(services.Vips, id),
            wanted.BackupAmphoraId is { } backup ? Pair(wanted, backup) : Amphora(wanted, AmphoraRole.Standalone, wanted.AmphoraId),
            Step("update-listeners", new UpdateListeners(services, id)),
            Step("mark-loadbalancer-active", new MarkLoadBalancerActive(services, id)));
    }

    private FlowNode Pair(CreateLoadBalancerInput wanted, Guid backup)
    {
        var amphorae = Unordered(
            Scope("master", Amphora(wanted, AmphoraRole.Master, wanted.AmphoraId)),
            Scope("backup", Amphora(wanted, AmphoraRole.Backup, backup)));
        var vrrp = Step("create-vrrp-group", new CreateVrrpGroup(services, wanted.LoadBalancerId));
        return wanted.IsKeptApart
            ? Linear(Step("create-server-group", new CreateServerGroup(services, wanted.LoadBalancerId)), amphorae, vrrp)
            : Linear(amphorae, vrrp);
    }

    private FlowNode Amphora(CreateLoadBalancerInput wanted, AmphoraRole role, Guid amphora) => Linear(
        AmphoraeSlice.Get(services.Amphorae, new AmphoraPlace(wanted.LoadBalancerId, role, amphora, wanted.IsKeptApart)),
        VipsSlice.Plug(services.Vips, wanted.LoadBalancerId, AmphoraKeys.Amphora));
}

/// <summary>flows.md §7.</summary>
internal sealed class DeleteLoadBalancerFlow(LoadBalancerServices services) : IFlowDefinition
{
    /// <summary>Its name.</summary>
    public const string Name = "delete-load-balancer";

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public FlowNode Define(string input)
    {
        var id = JsonSerializer.Deserialize(input, FlowInputs.Default.DeleteLoadBalancerInput)!.LoadBalancerId;
        return Linear(
            Step("loadbalancer-to-error-on-revert", new LoadBalancerToErrorOnRevert(services, id)),
            Step("mark-amphorae-busy", new MarkAmphoraeBusy(services, id)),
            VipsSlice.Deallocate(services.Vips, id),
            Step("delete-amphorae", new DeleteAmphorae(services, id)),
            Step("delete-server-group", new DeleteServerGroup(services, id)),
            Step("mark-loadbalancer-deleted", new MarkLoadBalancerDeleted(services, id)));
    }
}

/// <summary>What the creation of a load balancer is recorded with; ids of amphorae are chosen then, so that every controller builds the same.</summary>
/// <param name="LoadBalancerId">Which.</param>
/// <param name="AmphoraId">Of the STANDALONE or the MASTER, when it is built.</param>
/// <param name="BackupAmphoraId">Of the BACKUP; null: there is one amphora.</param>
/// <param name="IsKeptApart">The two are kept on different hosts.</param>
internal sealed record CreateLoadBalancerInput(Guid LoadBalancerId, Guid AmphoraId, Guid? BackupAmphoraId, bool IsKeptApart);

/// <summary>What the deletion of a load balancer is recorded with.</summary>
/// <param name="LoadBalancerId">Which.</param>
internal sealed record DeleteLoadBalancerInput(Guid LoadBalancerId);

/// <summary>How inputs of flows are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(CreateLoadBalancerInput))]
[JsonSerializable(typeof(DeleteLoadBalancerInput))]
[JsonSerializable(typeof(UpdateLoadBalancerInput))]
[JsonSerializable(typeof(ChangeObjectsInput))]
[JsonSerializable(typeof(FailoverAmphoraInput))]
[JsonSerializable(typeof(FailoverLoadBalancerInput))]
internal sealed partial class FlowInputs : JsonSerializerContext;
