// What the kernel has for one interface.
using Amphora.Contract;
using Amphora.Linux.Netlink;
using Route = Amphora.Linux.Netlink.Route;

namespace Amphora.Agent.Network;

/// <summary>The running side of the planner, read in one go.</summary>
internal sealed record InterfaceRunning
{
    /// <summary>The interface, in the namespace.</summary>
    public required Link Link { get; init; }

    /// <summary>Its addresses.</summary>
    public required ValueList<InterfaceAddress> Addresses { get; init; }

    /// <summary>Unicast routes by way of it, of all tables.</summary>
    public required ValueList<Route> Routes { get; init; }

    /// <summary>Rules with a source that look a table up, of the whole namespace.</summary>
    public required ValueList<Rule> Rules { get; init; }

    /// <summary>True when IPv6 addresses come by router advertisement (accept_ra 2, autoconf 1).</summary>
    public bool RouterAdvertisements { get; init; }

    /// <summary>True when the VIP's packet filter has been made; one that was made is in the kernel while the interface is up.</summary>
    public bool HasFirewall { get; init; }

    /// <summary>True while dhclient keeps a lease of it.</summary>
    public bool DhcpRuns { get; init; }

    /// <summary>What has to be wanted to get back here; nothing that others brought is part of it.</summary>
    public InterfaceWanted ToWanted() => new()
    {
        Up = Link.IsUp,
        Mtu = Link.Mtu,
        Dhcp = DhcpRuns,
        RouterAdvertisements = RouterAdvertisements,
        Addresses = Addresses.Where(NetworkPlanner.IsOurs).Select(address => address with { LinkIndex = 0 }).ToValueList(),
        Routes = Routes.Where(NetworkPlanner.IsOurs).Select(route => route with { LinkIndex = null }).ToValueList(),
        Rules = Rules.Where(NetworkPlanner.IsOurs).ToValueList(),
    };
}
