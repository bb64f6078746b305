// The part of a flow in which one amphora comes and another one goes (flows.md §8).
using Amphora.Contract.DesiredState;
using Amphora.Controller.Amphorae;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Vips;
using static Amphora.Controller.Flows.FlowsSlice;

namespace Amphora.Controller.LoadBalancers.Failover;

/// <summary>The part of both failovers.</summary>
internal static class Replacement
{
    /// <summary>A new amphora with the VIP in the place of an old one, which is gone then. When it cannot be, the old one is in ERROR and the new one
    /// gone; but once the new one serves it stays, whatever fails later.</summary>
    /// <param name="services">What it takes.</param>
    /// <param name="place">What the new one is.</param>
    /// <param name="old">The one that goes; null: none.</param>
    public static FlowNode Replace(LoadBalancerServices services, AmphoraPlace place, Func<StepValues, Guid?> old)
    {
        var id = place.LoadBalancerId;
        var checkpoint = Step("amphora-to-error-on-revert", new OldAmphoraToErrorOnRevert(services, old));
        var mark = Step("mark-amphora-pending-delete", new MarkAmphoraPendingDelete(services.Amphorae, old));
        var get = AmphoraeSlice.Get(services.Amphorae, place);
        var plug = VipsSlice.Plug(services.Vips, id, AmphoraKeys.Amphora);
        var push = Step("update-listeners", new UpdateAfterFailover(services, id, AmphoraKeys.Amphora));
        var delete = Scope("old", AmphoraeSlice.DeleteReplaced(services.Amphorae, services.Vips, old));
        // One alone serves before the old one goes. Of a pair, a new one that was told before would hear nothing of an old one that does not
        // know it, and take the VIP a second time.
        return place.Role == AmphoraRole.Standalone
            ? Linear(checkpoint, mark, Kept(Linear(get, VipsSlice.Silence(services.Vips, id, old), plug, push)), delete)
            : Linear(checkpoint, mark, Kept(Linear(get, plug, Step("resign", new Resign(services, id, old)), delete, push)));
    }
}
