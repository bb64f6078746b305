// Fields of load balancers themselves (load-balancer-api.md §7).
using Amphora.Contract;

namespace Amphora.Controller.LoadBalancers.Fields;

/// <summary>In the order they are shown.</summary>
internal static class LoadBalancerFields
{
    private const int MostProject = 36;

    /// <summary>A load balancer.</summary>
    public static ResourceType Type { get; } = new("loadbalancer", "Load Balancer",
    [
        HeadFields.Name,
        HeadFields.Description,
        HeadFields.AdminStateUp,
        new("project_id", new TextShape(MostProject, 1), "Whose it is (default: default).") { IsFixed = true, Option = "project" },
        new("vip_subnet_id", new IdShape(), "Name or id of the subnet the VIP is in.") { IsRequired = true, IsFixed = true },
        new("vip_address", new AddressShape(), "The VIP (default: any address of the subnet).") { IsFixed = true },
        new("topology", new WordShape(WireNames.Topologies.Names), "One amphora (default), or two that stand in for each other.") { IsFixed = true },
    ]);
}
