// What the objects of a load balancer are called in compute and network (flows.md §4): orphans are known by these.
namespace Amphora.Controller.Vips;

/// <summary>Upstream's names, so that its tools and ours see the same.</summary>
internal static class VipNames
{
    /// <summary>Owner of ports that we made; a user's port has another one and is never deleted.</summary>
    public const string DeviceOwner = "Octavia";

    // What compute calls itself on ports that it has plugged (flows.md §4.3).
    private const string Compute = "compute:";

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

    /// <summary>Whose a thing with this name is; null: nobody's of ours.</summary>
    /// <param name="name">The name.</param>
    /// <param name="naming">How such things are called.</param>
    public static Guid? OwnerOf(string name, Func<Guid, string> naming)
    {
        // An id is 36 characters at the end of each name.
        const int IdLength = 36;
        return name.Length >= IdLength && Guid.TryParseExact(name[^IdLength..], "D", out var id) && naming(id) == name ? id : null;
    }

    /// <summary>Whether we made the VIP's port, and not a user.</summary>
    public static bool IsOurVip(string deviceOwner) => deviceOwner == DeviceOwner;

    /// <summary>Whether an amphora's port is one that nobody else has: compute overwrites the owner when it plugs, and clears it when it unplugs.</summary>
    public static bool IsOurPort(string deviceOwner) => deviceOwner is DeviceOwner or "" || deviceOwner.StartsWith(Compute, StringComparison.Ordinal);
}
