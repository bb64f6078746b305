// Vips: addresses of load balancers, and their way into amphorae (flows.md §4).
using Amphora.Controller.Flows;
using static Amphora.Controller.Flows.FlowsSlice;

namespace Amphora.Controller.Vips;

/// <summary>Front door: parts of flows.</summary>
internal static class VipsSlice
{
    /// <summary>A VIP that exactly the listeners' packets reach (flows.md §4.1, §4.2).</summary>
    /// <param name="services">What it takes.</param>
    /// <param name="loadBalancer">Whose VIP.</param>
    /// <param name="isKept">When later steps fail the VIP stays (flows.md §8.2).</param>
    public static FlowNode Allocate(VipServices services, Guid loadBalancer, bool isKept = false) => Linear(
        Step("allocate-vip", new AllocateVip(services, loadBalancer, isKept)),
        UpdateSecurityGroup(services, loadBalancer));

    /// <summary>Exactly the listeners' packets reach the VIP (flows.md §4.2).</summary>
    public static FlowNode UpdateSecurityGroup(VipServices services, Guid loadBalancer) =>
        Step("update-vip-security-group", new UpdateVipSecurityGroup(services, loadBalancer));

    /// <summary>The VIP in a new amphora, and its ways to its members (flows.md §4.3, §6.2).</summary>
    /// <param name="services">What it takes.</param>
    /// <param name="loadBalancer">Whose VIP.</param>
    /// <param name="amphora">What names the amphora in this scope.</param>
    public static FlowNode Plug(VipServices services, Guid loadBalancer, FlowKey<Guid> amphora) => Linear(
        Step("plug-vip", new PlugVip(services, loadBalancer, amphora)),
        Step("plug-member-networks", new PlugMemberNetworks(services, loadBalancer, amphora)));

    /// <summary>Every amphora is in the networks of the members there are to be (flows.md §6.2); before they are told of them.</summary>
    public static FlowNode AddMemberNetworks(VipServices services, Guid loadBalancer) => Linear(
        Step("find-member-networks", new FindMemberNetworks(services, loadBalancer)),
        Step("add-member-networks", new AddMemberNetworks(services, loadBalancer)));

    /// <summary>None is in a network without members; after they were told.</summary>
    public static FlowNode RemoveMemberNetworks(VipServices services, Guid loadBalancer) =>
        Step("remove-member-networks", new RemoveMemberNetworks(services, loadBalancer));

    /// <summary>An amphora's own address in the VIP's network is given up before another one has the VIP, where duplicate address detection asks
    /// for it (flows.md §8.1: IPv6); undone when the other one fails.</summary>
    /// <param name="services">What it takes.</param>
    /// <param name="loadBalancer">Whose VIP.</param>
    /// <param name="amphoraOf">Who has it; null: nobody.</param>
    public static FlowNode Silence(VipServices services, Guid loadBalancer, Func<StepValues, Guid?> amphoraOf) => Step("silence-port", new SilencePort(services, loadBalancer, amphoraOf));

    /// <summary>Nothing is left of the VIP (flows.md §4.4).</summary>
    public static FlowNode Deallocate(VipServices services, Guid loadBalancer) => Step("deallocate-vip", new DeallocateVip(services, loadBalancer));
}
