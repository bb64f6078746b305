// Reads what the kernel has: links of both namespaces, and everything of one interface.
using System.Net.NetworkInformation;
using Amphora.Contract;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Netlink;

namespace Amphora.Agent.Network;

/// <summary>Opens a connection per reading: there are few, and none may be shared between threads.</summary>
internal sealed class NetworkReader(NetworkOptions options)
{
    /// <summary>The link with this MAC address inside the namespace; null when it or the namespace is not there.</summary>
    public Link? FindPlugged(PhysicalAddress mac)
    {
        if (!NetworkNamespace.Exists(options.Namespace))
        {
            return null;
        }

        using var netlink = RouteNetlink.Open(options.Namespace);
        return netlink.FindLink(mac);
    }

    /// <summary>All links in the namespace, none when it is not there.</summary>
    public IReadOnlyList<Link> ReadLinks()
    {
        if (!NetworkNamespace.Exists(options.Namespace))
        {
            return [];
        }

        using var netlink = RouteNetlink.Open(options.Namespace);
        return netlink.ReadLinks();
    }

    /// <summary>Everything of an interface in the namespace; null when it is not there.</summary>
    public InterfaceRunning? Read(PhysicalAddress mac)
    {
        if (!NetworkNamespace.Exists(options.Namespace))
        {
            return null;
        }

        using var netlink = RouteNetlink.Open(options.Namespace);
        return netlink.FindLink(mac) is { } link ? Read(netlink, link) : null;
    }

    /// <summary>Everything of an interface, by a connection that is there already.</summary>
    public InterfaceRunning Read(RouteNetlink netlink, Link link) => new()
    {
        Link = link,
        Addresses = netlink.ReadAddresses(link).Where(address => address.LinkIndex == link.Index).ToValueList(),
        Routes = netlink.ReadRoutes().Where(route => route.LinkIndex == link.Index && route.IsUnicast).ToValueList(),
        Rules = netlink.ReadRules().Where(rule => rule.Source is not null && rule.LooksUpTable).ToValueList(),
        RouterAdvertisements = Sysctl.Read(options.Namespace, Sysctl.AcceptRouterAdvertisements(link.Name)) == "2"
            && Sysctl.Read(options.Namespace, Sysctl.Autoconf(link.Name)) == "1",
    };
}
