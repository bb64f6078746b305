// Vips: addresses of load balancers, and their way into amphorae (flows.md §4).
using Amphora.Controller.Flows;
using static Amphora.Controller.Flows.FlowsSlice;

namespace Amphora.Controller.Vips;

/// <summary>Front door: parts of flows.</summary>
internal static class VipsSlice
{
    /// <summary>A VIP that exactly the listeners' packets reach (flows.md §4.1, §4.2).</summary>
    public static FlowNode Allocate(VipServices services, Guid loadBalancer) => Linear(
        Step("allocate-vip", new AllocateVip(services, loadBalancer)),
        UpdateSecurityGroup(services, loadBalancer));

    /// <summary>Exactly the listeners' packets reach the VIP (flows.md §4.2).</summary>
    public static FlowNode UpdateSecurityGroup(VipServices services, Guid loadBalancer) =>
        Step("update-vip-security-group", new UpdateVipSecurityGroup(services, loadBalancer));

    /// <summary>The VIP in an amphora (flows.md §4.3).</summary>
    /// <param name="services">What it takes.</param>
    /// <param name="loadBalancer">Whose VIP.</param>
    /// <param name="amphora">What names the amphora in this scope.</param>
    public static FlowNode Plug(VipServices services, Guid loadBalancer, FlowKey<Guid> amphora) => Step("plug-vip", new PlugVip(services, loadBalancer, amphora));

    /// <summary>Nothing is left of the VIP (flows.md §4.4).</summary>
    public static FlowNode Deallocate(VipServices services, Guid loadBalancer) => Step("deallocate-vip", new DeallocateVip(services, loadBalancer));
}
