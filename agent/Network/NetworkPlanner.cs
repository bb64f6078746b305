// Pure: what an interface has and shall have → what to do, by the rules of `amphora-interface up` (appliance-layout §6).
using System.Net;
using System.Net.Sockets;
using Amphora.Contract;
using Amphora.Linux.Netlink;
using Route = Amphora.Linux.Netlink.Route;

namespace Amphora.Agent.Network;

/// <summary>Compares and orders.</summary>
internal static class NetworkPlanner
{
    /// <summary>The steps from running to wanted.</summary>
    public static NetworkPlan Plan(InterfaceRunning running, InterfaceWanted wanted)
    {
        List<NetworkStep> steps = [];
        PlanLink(steps, running, wanted);
        PlanAddresses(steps, running, wanted);
        PlanRoutes(steps, running, wanted);
        PlanRules(steps, running, wanted);
        if (running.Link.IsUp && !wanted.Up)
        {
            steps.Add(new SetUp(false));
        }

        return new NetworkPlan(steps.ToValueList());
    }

    /// <summary>Steps that take everything of ours away from an interface, and set it down.</summary>
    /// <param name="running">The interface.</param>
    /// <param name="rules">The rules that shall stay; null: no rule is touched.</param>
    public static NetworkPlan PlanRemoval(InterfaceRunning running, ValueList<Rule>? rules)
    {
        // Before the link is down: the server is told.
        List<NetworkStep> steps = running.DhcpRuns ? [new StopDhcp()] : [];
        PlanRules(steps, running, new InterfaceWanted { Rules = rules });
        steps.AddRange(running.Routes.Where(IsOurs).Reverse().Select(route => new DeleteRoute(route)));
        steps.AddRange(running.Addresses.Where(IsOurs).Reverse().Select(address => new DeleteAddress(address)));
        if (running.Link.IsUp)
        {
            steps.Add(new SetUp(false));
        }

        return new NetworkPlan(steps.ToValueList());
    }

    /// <summary>True for addresses somebody set for good. Octavia's agent also deletes the kernel's link-local address, as it is
    /// permanent and not listed; ours keeps it: IPv6 routers and neighbours are found with it. Loopback addresses are the kernel's too.</summary>
    public static bool IsOurs(InterfaceAddress address) =>
        address.IsPermanent && !address.Address.IsIPv6LinkLocal && !IPAddress.IsLoopback(address.Address);

    /// <summary>True for routes of the kind the agent makes.</summary>
    public static bool IsOurs(Route route) => route.Protocol == RouteProtocol.Static;

    /// <summary>True for source rules that neither the kernel nor keepalived made.</summary>
    public static bool IsOurs(Rule rule) => rule.Protocol is not (RouteProtocol.Kernel or RouteProtocol.Keepalived);

    private static void PlanLink(List<NetworkStep> steps, InterfaceRunning running, InterfaceWanted wanted)
    {
        if (wanted.Firewalled && !(running.Link.IsUp && running.HasFirewall))
        {
            // Before the link comes up: nothing may come in that no rule lets in.
            steps.Add(new LoadFirewall());
        }

        if (running.DhcpRuns && !wanted.Dhcp)
        {
            steps.Add(new StopDhcp());
        }

        if (running.RouterAdvertisements && !wanted.RouterAdvertisements)
        {
            steps.Add(new IgnoreRouterAdvertisements());
        }

        if (wanted.Mtu is { } mtu && mtu != running.Link.Mtu)
        {
            steps.Add(new SetMtu(mtu));
        }

        if (wanted.RouterAdvertisements && !running.RouterAdvertisements)
        {
            // Before the link comes up: then the kernel asks routers by itself.
            steps.Add(new AcceptRouterAdvertisements());
        }

        if (wanted.Up && !running.Link.IsUp)
        {
            steps.Add(new SetUp(true));
        }

        // A lease nobody keeps ends; an address without one is on its way.
        if (wanted.Dhcp && !running.DhcpRuns)
        {
            steps.Add(new RunDhcp());
        }
    }

    private static void PlanAddresses(List<NetworkStep> steps, InterfaceRunning running, InterfaceWanted wanted)
    {
        var missing = wanted.Addresses.Where(address => !running.Addresses.Any(found => IsSame(found, address))).ToList();
        var surplus = running.Addresses
            .Where(found => IsOurs(found)
                && !wanted.Addresses.Any(address => IsSame(found, address))
                && !wanted.ForeignAddresses.Any(address => IsSame(found, address)))
            .ToList();

        // IPv6 does not hold an address twice: another prefix length has to go first. Everything else goes after the new ones came.
        var first = surplus.FindAll(found => missing.Exists(address => address.Address.Equals(found.Address)));
        steps.AddRange(first.Select(address => new DeleteAddress(address)));
        steps.AddRange(missing.Select(address => new AddAddress(address)));
        steps.AddRange(surplus.Except(first).Select(address => new DeleteAddress(address)));
        if (missing.Exists(address => !IsIPv4(address)) || running.Addresses.Except(surplus).Any(address => address.IsTentative && IsOurs(address)))
        {
            steps.Add(new WaitForAddresses());
        }
    }

    private static void PlanRoutes(List<NetworkStep> steps, InterfaceRunning running, InterfaceWanted wanted)
    {
        steps.AddRange(running.Routes
            .Where(found => IsOurs(found) && !wanted.Routes.Any(route => IsSame(found, route)))
            .Select(route => new DeleteRoute(route)));
        // Gateways that are not declared onlink are reachable once the routes on the link are there.
        steps.AddRange(wanted.Routes
            .Where(route => !running.Routes.Any(found => Satisfies(found, route)))
            .OrderBy(route => route.Gateway is null ? 0 : 1)
            .Select(route => new AddRoute(route)));
    }

    private static void PlanRules(List<NetworkStep> steps, InterfaceRunning running, InterfaceWanted wanted)
    {
        if (wanted.Rules is not { } rules)
        {
            return;
        }

        var ours = running.Rules.Where(IsOurs).ToList();
        steps.AddRange(rules.Where(rule => !ours.Exists(found => IsSame(found, rule))).Select(rule => new AddRule(rule)));
        steps.AddRange(ours.Where(found => !rules.Any(rule => IsSame(found, rule))).Select(rule => new DeleteRule(rule)));
    }

    // The kernel's own route to a connected IPv4 network leaves no place for a static one, and does the same.
    private static bool Satisfies(Route found, Route wanted) =>
        (IsOurs(found) && IsSame(found, wanted))
        || (found is { Protocol: RouteProtocol.Kernel, Gateway: null, Table: Route.MainTable }
            && wanted is { Gateway: null, PreferredSource: null, Table: Route.MainTable }
            && found.Destination.Equals(wanted.Destination)
            && found.Destination.BaseAddress.AddressFamily == AddressFamily.InterNetwork);

    private static bool IsSame(InterfaceAddress left, InterfaceAddress right) =>
        left.PrefixLength == right.PrefixLength && left.Address.Equals(right.Address);

    private static bool IsSame(Route left, Route right) =>
        left.Table == right.Table
        && left.Destination.Equals(right.Destination)
        && Equals(left.Gateway, right.Gateway)
        && Equals(left.PreferredSource, right.PreferredSource);

    private static bool IsSame(Rule left, Rule right) =>
        left.Family == right.Family && Equals(left.Source, right.Source) && left.Table == right.Table && left.Priority == right.Priority;

    private static bool IsIPv4(InterfaceAddress address) => address.Address.AddressFamily == AddressFamily.InterNetwork;
}
