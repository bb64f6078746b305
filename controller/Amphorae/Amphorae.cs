// Amphorae: a spare or a new one for a role, and the end of one.
using Amphora.Controller.Flows;
using Amphora.Controller.Vips;
using static Amphora.Controller.Flows.FlowsSlice;

namespace Amphora.Controller.Amphorae;

/// <summary>Front door: flows, and parts of those of others.</summary>
internal static class AmphoraeSlice
{
    /// <summary>The flows there are, for the engine.</summary>
    public static IReadOnlyList<IFlowDefinition> Definitions(AmphoraServices services, VipServices vips) =>
        [new CreateSpareFlow(services), new DeleteAmphoraFlow(services, vips), new RotateCertificateFlow(services), new UpdateAgentConfigurationFlow(services)];

    /// <summary>An amphora for a role (flows.md §3): a spare when there is one, else a new one. Sets <see cref="AmphoraKeys.Amphora"/>.</summary>
    public static FlowNode Get(AmphoraServices services, AmphoraPlace place)
    {
        var map = Step("map-loadbalancer-to-amphora", new MapLoadBalancerToAmphora(services, place));
        var build = Build(services, place);
        return Graph([map, build], new FlowEdge(map, build, static values => !values.Get(AmphoraKeys.IsSpare)));
    }

    /// <summary>An amphora that nobody has any more, and everything that was made for it, goes (flows.md §7); tried again as a whole.</summary>
    /// <param name="services">What it takes.</param>
    /// <param name="vips">Its ports.</param>
    /// <param name="amphora">Which.</param>
    public static FlowNode Delete(AmphoraServices services, VipServices vips, Guid amphora) => Delete(services, vips, _ => amphora, mayStay: false);

    /// <summary>The same in the flow of a load balancer that goes on without it.</summary>
    /// <param name="services">What it takes.</param>
    /// <param name="vips">Its ports.</param>
    /// <param name="amphoraOf">Which one; null: none, nothing is done.</param>
    public static FlowNode DeleteReplaced(AmphoraServices services, VipServices vips, Func<StepValues, Guid?> amphoraOf) => Delete(services, vips, amphoraOf, mayStay: true);

    /// <summary>From a row to an agent that answers (flows.md §3.2, §3.3).</summary>
    public static FlowNode Boot(AmphoraServices services, Guid amphora) => Linear(
        Step("issue-server-certificate", new IssueServerCertificate(services, amphora)),
        Step("build-compute", new BuildCompute(services, amphora)),
        Step("wait-for-compute", new WaitForCompute(services, amphora)),
        Step("wait-for-agent", new WaitForAgent(services, amphora)));

    private static FlowNode Delete(AmphoraServices services, VipServices vips, Func<StepValues, Guid?> amphoraOf, bool mayStay) => Retry(
        new RetryPolicy(services.Settings.DeleteAttempts, services.Settings.DeleteInterval, static _ => true),
        Linear(
            Step("mark-amphora-pending-delete", new MarkAmphoraPendingDelete(services, amphoraOf)),
            Step("delete-compute", new DeleteCompute(services, amphoraOf, mayStay)),
            Step("delete-member-ports", new DeleteMemberPorts(vips, amphoraOf)),
            // Before it is DELETED, unlike upstream: what fails here is found by its row.
            Step("delete-vrrp-port", new DeleteVrrpPort(vips, amphoraOf)),
            Step("mark-amphora-deleted", new MarkAmphoraDeleted(services, amphoraOf))));

    private static FlowNode Build(AmphoraServices services, AmphoraPlace place) => Linear(
        Step("create-amphora", new CreateAmphora(services, place.NewRow)),
        Boot(services, place.NewAmphoraId),
        Step("allocate-amphora", new AllocateAmphora(services, place)));
}
