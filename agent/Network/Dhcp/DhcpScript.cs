// What dhclient calls when a lease comes, is renewed or ends: `amphora-agent dhclient-script`.
using System.Net.Sockets;
using Amphora.Linux.Native;
using Amphora.Linux.Netlink;
using Route = Amphora.Linux.Netlink.Route;

namespace Amphora.Agent.Network.Dhcp;

/// <summary>Gives an interface of the namespace it runs in what the lease says: address and routes. The distribution's own script would also
/// let a tenant's server write the amphora's resolv.conf and host name.</summary>
internal static class DhcpScript
{
    /// <summary>The subcommand.</summary>
    public const string Command = "dhclient-script";

    /// <summary>True for an address a lease brought.</summary>
    public static bool IsLeased(InterfaceAddress address) => !address.IsPermanent && address.Address.AddressFamily == AddressFamily.InterNetwork;

    /// <summary>Does what the variable <c>reason</c> asks for (dhclient-script(8)).</summary>
    /// <param name="variable">Value of a variable; null: there is none.</param>
    /// <param name="errors">Where to say why not.</param>
    /// <returns>The exit code: not 0 makes dhclient decline the lease.</returns>
    public static int Run(Func<string, string?> variable, TextWriter errors)
    {
        try
        {
            using var netlink = RouteNetlink.Open(null);
            var name = variable("interface") ?? "";
            if (netlink.FindLink(name) is not { } link)
            {
                errors.WriteLine($"{Command}: there is no interface '{name}'");
                return 1;
            }

            switch (variable("reason"))
            {
                case "BOUND" or "RENEW" or "REBIND" or "REBOOT":
                    Take(netlink, link, DhcpLease.Read(variable));
                    return 0;
                case "EXPIRE" or "FAIL" or "RELEASE" or "STOP":
                    Drop(netlink, link);
                    return 0;
                case "TIMEOUT":
                    // A lease of long ago that no server confirms.
                    return 1;
                default:
                    return 0;
            }
        }
        catch (Exception exception) when (exception is FormatException or LinuxException)
        {
            errors.WriteLine($"{Command}: {exception.Message}");
            return 1;
        }
    }

    private static void Take(RouteNetlink netlink, Link link, DhcpLease lease)
    {
        netlink.AddAddress(new InterfaceAddress
        {
            LinkIndex = link.Index,
            Address = lease.Address,
            PrefixLength = lease.PrefixLength,
            Lifetime = lease.Lifetime,
        });
        foreach (var other in Leased(netlink, link).Where(address => !address.Address.Equals(lease.Address) || address.PrefixLength != lease.PrefixLength))
        {
            netlink.DeleteAddress(other);
        }

        var wanted = lease.Routes.Select(route => route with { LinkIndex = link.Index }).ToList();
        foreach (var surplus in Routes(netlink, link).Where(route => !wanted.Exists(other => IsSame(route, other))))
        {
            netlink.DeleteRoute(surplus);
        }

        wanted.ForEach(route => netlink.AddRoute(route));
    }

    private static void Drop(RouteNetlink netlink, Link link)
    {
        Routes(netlink, link).ForEach(netlink.DeleteRoute);
        Leased(netlink, link).ForEach(netlink.DeleteAddress);
    }

    private static List<InterfaceAddress> Leased(RouteNetlink netlink, Link link) =>
        [.. netlink.ReadAddresses(link).Where(address => address.LinkIndex == link.Index && IsLeased(address))];

    private static List<Route> Routes(RouteNetlink netlink, Link link) =>
        [.. netlink.ReadRoutes().Where(route => route.LinkIndex == link.Index && route.Protocol == RouteProtocol.Dhcp)];

    private static bool IsSame(Route left, Route right) => left.Destination.Equals(right.Destination) && Equals(left.Gateway, right.Gateway);
}
