// Amphorae: a spare or a new one for a role, and the end of one.
using Amphora.Controller.Flows;
using static Amphora.Controller.Flows.FlowsSlice;

namespace Amphora.Controller.Amphorae;

/// <summary>Front door: parts of flows.</summary>
internal static class AmphoraeSlice
{
    /// <summary>An amphora for a role (flows.md §3): a spare when there is one, else a new one. Sets <see cref="AmphoraKeys.Amphora"/>.</summary>
    public static FlowNode Get(AmphoraServices services, AmphoraPlace place)
    {
        var map = Step("map-loadbalancer-to-amphora", new MapLoadBalancerToAmphora(services, place));
        var build = Build(services, place);
        return Graph([map, build], new FlowEdge(map, build, static values => !values.Get(AmphoraKeys.IsSpare)));
    }

    private static FlowNode Build(AmphoraServices services, AmphoraPlace place) => Linear(
        Step("create-amphora", new CreateAmphora(services, place)),
        Step("issue-server-certificate", new IssueServerCertificate(services, place)),
        Step("build-compute", new BuildCompute(services, place)),
        Step("wait-for-compute", new WaitForCompute(services, place)),
        Step("wait-for-agent", new WaitForAgent(services, place)),
        Step("allocate-amphora", new AllocateAmphora(services, place)));
}
