// LoadBalancers: use cases that validate and record, and the flows that do what was recorded.
using Amphora.Controller.Amphorae;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.Failover;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.LoadBalancers.Objects;

namespace Amphora.Controller.LoadBalancers;

/// <summary>Front door.</summary>
internal static class LoadBalancersSlice
{
    /// <summary>The flows there are, those of amphorae too, for the engine.</summary>
    public static IReadOnlyList<IFlowDefinition> Definitions(LoadBalancerServices services) =>
    [
        new CreateLoadBalancerFlow(services), new UpdateLoadBalancerFlow(services), new DeleteLoadBalancerFlow(services), new ChangeObjectsFlow(services),
        new FailoverAmphoraFlow(services), new FailoverLoadBalancerFlow(services),
        .. AmphoraeSlice.Definitions(services.Amphorae, services.Vips),
    ];
}
