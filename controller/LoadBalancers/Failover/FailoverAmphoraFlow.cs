// The flow that puts another amphora in the place of one (flows.md §8.1).
using System.Text.Json;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Amphorae;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using static Amphora.Controller.Flows.FlowsSlice;

namespace Amphora.Controller.LoadBalancers.Failover;

/// <summary>The replacement is built first. A pair's survivor takes the VIP over while the old one resigns, and keeps it: the replacement joins as
/// the one that stands by.</summary>
internal sealed class FailoverAmphoraFlow(LoadBalancerServices services) : IFlowDefinition
{
    /// <summary>Its name.</summary>
    public const string Name = "failover-amphora";

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public FlowNode Define(string input)
    {
        var wanted = JsonSerializer.Deserialize(input, FlowInputs.Default.FailoverAmphoraInput)!;
        Guid? Old(StepValues values) => wanted.AmphoraId;
        if (wanted.LoadBalancerId is not { } id)
        {
            return Linear(
                Step("amphora-to-error-on-revert", new AmphoraToErrorOnRevert(services.Amphorae, wanted.AmphoraId)),
                AmphoraeSlice.DeleteReplaced(services.Amphorae, services.Vips, Old));
        }

        var place = new AmphoraPlace(id, wanted.Role, wanted.NewAmphoraId, wanted.IsKeptApart) { Replaces = wanted.OldAmphorae };
        return Linear(
            Step("loadbalancer-to-error-on-revert", new LoadBalancerToErrorOnRevert(services, id)),
            Replacement.Replace(services, place, Old),
            Step("mark-loadbalancer-active", new MarkFailedOver(services, id)));
    }
}

/// <summary>What the failover of an amphora is recorded with.</summary>
/// <param name="AmphoraId">The one that goes.</param>
/// <param name="LoadBalancerId">Whom it serves; null: nobody, and nothing comes in its place.</param>
/// <param name="Role">Its role, and that of the one that comes.</param>
/// <param name="NewAmphoraId">The id of the one that comes, when it is built.</param>
/// <param name="IsKeptApart">Kept apart from the other one of a pair.</param>
internal sealed record FailoverAmphoraInput(Guid AmphoraId, Guid? LoadBalancerId, AmphoraRole Role, Guid NewAmphoraId, bool IsKeptApart)
{
    /// <summary>All its load balancer has: none of them is the one that comes.</summary>
    public IReadOnlyList<Guid> OldAmphorae { get; init; } = [];
}
