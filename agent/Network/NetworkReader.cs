// Reads what runs now: ports as they are stored and as the kernel has them.
using System.Net;
using System.Net.NetworkInformation;
using Amphora.Agent.Network.Dhcp;
using Amphora.Agent.Network.Files;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Contract.Rest;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Netlink;

namespace Amphora.Agent.Network;

/// <summary>Opens a connection per reading: there are few, and none may be shared between threads.</summary>
internal sealed class NetworkReader(NetworkOptions options, PortStore store)
{
    /// <summary>All ports, by interface name.</summary>
    public Task<ValueList<PortState>> ReadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var netlink = NetworkNamespace.Exists(options.Namespace) ? RouteNetlink.Open(options.Namespace) : null;
        return Task.FromResult(store.ReadPlugged()
            .Select(entry => ReadState(netlink, entry))
            .OrderBy(state => state.Interface.Length)
            .ThenBy(state => state.Interface, StringComparer.Ordinal)
            .ToValueList());
    }

    /// <summary>One port; null when it is not plugged.</summary>
    public async Task<PortState?> ReadAsync(PhysicalAddress mac, CancellationToken cancellationToken)
    {
        var ports = await ReadAsync(cancellationToken);
        return ports.FirstOrDefault(port => port.MacAddress == mac.ToText());
    }

    /// <summary>A port as it is stored and as the kernel has it.</summary>
    public PortState ReadState(RouteNetlink? netlink, PluggedInterface plugged)
    {
        var link = netlink?.FindLink(plugged.Mac);
        return new PortState
        {
            MacAddress = plugged.Mac.ToText(),
            Interface = link?.Name ?? plugged.Name,
            Port = store.ReadPort(plugged.Mac),
            Up = link is { IsUp: true },
            Mtu = link?.Mtu,
            Addresses = link is null ? [] : netlink!.ReadAddresses(link).Select(address => address.ToString()).ToValueList(),
        };
    }

    /// <summary>The name of the interface in the namespace that has this address; null when none has.</summary>
    public string? InterfaceOf(IPAddress address)
    {
        if (!NetworkNamespace.Exists(options.Namespace))
        {
            return null;
        }

        using var netlink = RouteNetlink.Open(options.Namespace);
        return netlink.ReadAddresses().FirstOrDefault(found => found.Address.Equals(address)) is { } held
            ? netlink.ReadLinks().FirstOrDefault(link => link.Index == held.LinkIndex)?.Name
            : null;
    }

    /// <summary>The MAC address behind a name in the namespace; null when there is no such interface.</summary>
    public PhysicalAddress? HolderOf(string name)
    {
        using var netlink = NetworkNamespace.Exists(options.Namespace) ? RouteNetlink.Open(options.Namespace) : null;
        return netlink?.FindLink(name)?.Address;
    }

    /// <summary>The topology a VIP is plugged for: SINGLE when its port brings it, ACTIVE_STANDBY when keepalived does; null when no
    /// port has it.</summary>
    public Topology? TopologyOf(IPAddress vip) => store.ReadOtherFiles(PhysicalAddress.None)
        .SelectMany(file => file.Addresses)
        .FirstOrDefault(address => address.OctaviaOwned is not null && IPAddress.TryParse(address.Address, out var found) && found.Equals(vip))
        ?.OctaviaOwned switch
    {
        true => Topology.Single,
        false => Topology.ActiveStandby,
        null => null,
    };

    /// <summary>True when the interface with this MAC address is in the namespace, whoever moved it there.</summary>
    public bool IsInside(PhysicalAddress mac)
    {
        using var netlink = NetworkNamespace.Exists(options.Namespace) ? RouteNetlink.Open(options.Namespace) : null;
        return netlink?.FindLink(mac) is not null;
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
        HasFirewall = File.Exists(options.FirewallFile),
        DhcpRuns = DhcpClient.Runs(options, link.Name),
        RouterAdvertisements = Sysctl.Read(options.Entered, Sysctl.AcceptRouterAdvertisements(link.Name)) == "2"
            && Sysctl.Read(options.Entered, Sysctl.Autoconf(link.Name)) == "1",
    };
}
