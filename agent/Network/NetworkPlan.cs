// What has to be done to an interface, as data.
using Amphora.Contract;
using Amphora.Linux.Netlink;
using Route = Amphora.Linux.Netlink.Route;

namespace Amphora.Agent.Network;

/// <summary>Steps in the order they are done; empty when running is as wanted.</summary>
internal sealed record NetworkPlan(ValueList<NetworkStep> Steps)
{
    /// <summary>True when there is nothing to do.</summary>
    public bool IsEmpty => Steps.Count == 0;

    /// <summary>A line a step, as people see it.</summary>
    public override string ToString() => string.Join('\n', Steps.Select(step => $"{step.Action} {step.Target}"));
}

/// <summary>One thing to do.</summary>
/// <param name="Action">As <c>add address</c>.</param>
/// <param name="Target">As <c>10.0.0.5/24</c>.</param>
internal abstract record NetworkStep(string Action, string Target);

/// <summary>Load the VIP's packet filter.</summary>
internal sealed record LoadFirewall() : NetworkStep("load", "packet filter");

/// <summary>Set the MTU.</summary>
internal sealed record SetMtu(int Mtu) : NetworkStep("set mtu", $"{Mtu}");

/// <summary>Set the link up or down.</summary>
internal sealed record SetUp(bool Up) : NetworkStep("set link", Up ? "up" : "down");

/// <summary>Take addresses from router advertisements, also while forwarding.</summary>
internal sealed record AcceptRouterAdvertisements() : NetworkStep("accept", "router advertisements");

/// <summary>Take no more addresses from router advertisements; those that are there end by themselves.</summary>
internal sealed record IgnoreRouterAdvertisements() : NetworkStep("ignore", "router advertisements");

/// <summary>Give the lease of DHCP back.</summary>
internal sealed record StopDhcp() : NetworkStep("end", "dhclient");

/// <summary>Ask DHCP for an address.</summary>
internal sealed record RunDhcp() : NetworkStep("run", "dhclient");

/// <summary>Add an address.</summary>
internal sealed record AddAddress(InterfaceAddress Address) : NetworkStep("add address", $"{Address}");

/// <summary>Delete an address.</summary>
internal sealed record DeleteAddress(InterfaceAddress Address) : NetworkStep("delete address", $"{Address}");

/// <summary>Wait until duplicate address detection has ended; changes nothing.</summary>
internal sealed record WaitForAddresses() : NetworkStep("wait for", "duplicate address detection");

/// <summary>Add a static route.</summary>
internal sealed record AddRoute(Route Route) : NetworkStep("add route", $"{Route}");

/// <summary>Delete a static route.</summary>
internal sealed record DeleteRoute(Route Route) : NetworkStep("delete route", $"{Route}");

/// <summary>Add a source rule.</summary>
internal sealed record AddRule(Rule Rule) : NetworkStep("add rule", $"{Rule}");

/// <summary>Delete a source rule.</summary>
internal sealed record DeleteRule(Rule Rule) : NetworkStep("delete rule", $"{Rule}");
