// The flow that gives a load balancer new amphorae (flows.md §8.2).
using System.Text.Json;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Amphorae;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Vips;
using static Amphora.Controller.Flows.FlowsSlice;

namespace Amphora.Controller.LoadBalancers.Failover;

/// <summary>One place after the other: the one that stands by is replaced first, the one that serves last, and the VIP moves once, to the new one that
/// stands by. A load balancer in ERROR may have no amphora, or more than it needs.</summary>
internal sealed class FailoverLoadBalancerFlow(LoadBalancerServices services) : IFlowDefinition
{
    /// <summary>Its name.</summary>
    public const string Name = "failover-load-balancer";

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public FlowNode Define(string input)
    {
        var wanted = JsonSerializer.Deserialize(input, FlowInputs.Default.FailoverLoadBalancerInput)!;
        var id = wanted.LoadBalancerId;
        return Linear(
        [
            Step("loadbalancer-to-error-on-revert", new LoadBalancerToErrorOnRevert(services, id)),
            Step("order-amphorae", new OrderAmphorae(services, id)),
            .. Surplus(wanted),
            VipsSlice.Allocate(services.Vips, id, isKept: true),
            .. Places(wanted),
            Step("mark-loadbalancer-active", new MarkFailedOver(services, id)),
        ]);
    }

    private IEnumerable<FlowNode> Places(FailoverLoadBalancerInput wanted)
    {
        if (wanted.BackupAmphoraId is not { } backup)
        {
            return [Scope("standalone", Replacement.Replace(services, Place(AmphoraRole.Standalone, wanted.AmphoraId), Active))];
        }

        FlowNode[] group = wanted.NeedsServerGroup ? [Step("create-server-group", new CreateServerGroup(services, wanted.LoadBalancerId))] : [];
        return
        [
            .. group,
            Step("create-vrrp-group", new CreateVrrpGroup(services, wanted.LoadBalancerId)),
            Scope("backup", Replacement.Replace(services, Place(AmphoraRole.Backup, backup), Standby)),
            Scope("master", Replacement.Replace(services, Place(AmphoraRole.Master, wanted.AmphoraId), Active)),
        ];

        AmphoraPlace Place(AmphoraRole role, Guid amphora) => new(wanted.LoadBalancerId, role, amphora, wanted.IsKeptApart) { Replaces = wanted.OldAmphorae };
    }

    // Those before the two that stand by and serve are in nobody's place. They go first, so that no document has them.
    private IEnumerable<FlowNode> Surplus(FailoverLoadBalancerInput wanted)
    {
        var places = wanted.BackupAmphoraId is null ? 1 : 2;
        return Enumerable.Range(0, Math.Max(0, wanted.OldAmphorae.Count - places)).Select(at =>
            Scope($"surplus-{at}", AmphoraeSlice.DeleteReplaced(services.Amphorae, services.Vips, values => values.Get(FailoverKeys.Old)[at])));
    }

    private static Guid? Standby(StepValues values) => values.Get(FailoverKeys.Old) is [.., var standby, _] ? standby : null;

    private static Guid? Active(StepValues values) => values.Get(FailoverKeys.Old) is [.., var last] ? last : null;
}

/// <summary>What the failover of a load balancer is recorded with.</summary>
/// <param name="LoadBalancerId">Which.</param>
/// <param name="AmphoraId">Of the new STANDALONE or MASTER, when it is built.</param>
/// <param name="BackupAmphoraId">Of the new BACKUP; null: there is one amphora.</param>
/// <param name="IsKeptApart">The new ones are kept apart.</param>
internal sealed record FailoverLoadBalancerInput(Guid LoadBalancerId, Guid AmphoraId, Guid? BackupAmphoraId, bool IsKeptApart)
{
    /// <summary>The amphorae it has.</summary>
    public IReadOnlyList<Guid> OldAmphorae { get; init; } = [];

    /// <summary>The group that keeps them apart is to be made first.</summary>
    public bool NeedsServerGroup { get; init; }
}
