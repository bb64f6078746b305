// What the objects of a load balancer are called in compute and network (flows.md §4): orphans are known by these.
namespace Amphora.Controller.Vips;

/// <summary>Upstream's names, so that its tools and ours see the same.</summary>
internal static class VipNames
{
    /// <summary>Owner of ports that we made; a user's port has another one and is never deleted.</summary>
    public const string DeviceOwner = "Octavia";

    /// <summary>The VIP's port.</summary>
    public static string VipPort(Guid loadBalancer) => $"octavia-lb-{loadBalancer}";

    /// <summary>What the VIP's port belongs to.</summary>
    public static string DeviceId(Guid loadBalancer) => $"lb-{loadBalancer}";

    /// <summary>The security group of VIP and base ports.</summary>
    public static string SecurityGroup(Guid loadBalancer) => $"lb-{loadBalancer}";

    /// <summary>The port of an amphora in the VIP's network.</summary>
    public static string BasePort(Guid amphora) => $"octavia-lb-vrrp-{amphora}";

    /// <summary>The ports of an amphora in its members' networks.</summary>
    public static string MemberPort(Guid amphora) => $"octavia-lb-member-{amphora}";

    /// <summary>The group that keeps the amphorae of a load balancer apart.</summary>
    public static string ServerGroup(Guid loadBalancer) => $"octavia-lb-{loadBalancer}";
}
