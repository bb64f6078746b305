// The namespace with all bridges, and what is plugged into them.
using System.Net;
using System.Net.NetworkInformation;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Netlink;

namespace Amphora.Controller.Drivers.Networking.Netns;

/// <summary>
/// <code>
///  this host                fabric namespace                          an amphora, a client, a member
///  amp-… gateway address ── host-…  bridge (management)  p-… ──────── eth0
///                                   bridge (network)     p-… ──────── eth1
/// </code>
/// A bridge of a network has its gateways' addresses and routes to the other networks, the management network apart, which this host
/// has the gateway of. Everything may be asked for again; under the lock of the state.
/// </summary>
/// <param name="names">What is called what.</param>
internal sealed class Fabric(NetnsNames names)
{
    private static readonly string[] s_forwarding = ["/proc/sys/net/ipv4/ip_forward", "/proc/sys/net/ipv6/conf/all/forwarding"];

    /// <summary>True when it is there.</summary>
    public bool Exists => NetworkNamespace.Exists(names.Fabric);

    /// <summary>Brings a network up: its bridge and its gateways.</summary>
    public void EnsureNetwork(NetworkEntry network, IEnumerable<Subnet> subnets)
    {
        Ensure();
        using var netlink = RouteNetlink.Open(names.Fabric);
        var name = NetnsNames.Bridge(network.Network.Id);
        if (netlink.FindLink(name) is null)
        {
            netlink.AddBridge(name, NetnsNames.BridgeAddress(network.Network.Id));
        }

        var bridge = netlink.FindLink(name)!;
        if (!bridge.IsUp)
        {
            netlink.SetUp(bridge, up: true);
        }

        if (network.IsManagement)
        {
            EnsureHost(netlink, bridge, subnets);
            return;
        }

        foreach (var subnet in subnets.Where(subnet => subnet.GatewayIp is not null))
        {
            AddAddress(netlink, bridge, subnet.GatewayIp!, subnet.Cidr.PrefixLength);
        }
    }

    /// <summary>Takes a network's bridge away.</summary>
    public void RemoveNetwork(Guid id) => Remove(NetnsNames.Bridge(id));

    /// <summary>Takes a gateway's address away.</summary>
    public void RemoveGateway(Guid networkId, IPAddress gateway, int prefixLength)
    {
        if (!Exists)
        {
            return;
        }

        using var netlink = RouteNetlink.Open(names.Fabric);
        if (netlink.FindLink(NetnsNames.Bridge(networkId)) is { } bridge)
        {
            netlink.DeleteAddress(new InterfaceAddress { LinkIndex = bridge.Index, Address = gateway, PrefixLength = prefixLength });
        }
    }

    /// <summary>True when a port has its pair of links.</summary>
    public bool IsPlugged(Guid portId)
    {
        if (!Exists)
        {
            return false;
        }

        using var netlink = RouteNetlink.Open(names.Fabric);
        return netlink.FindLink(NetnsNames.Plug(portId)) is not null;
    }

    /// <summary>The names of all bridges, and of ports' ends at them.</summary>
    public IReadOnlyList<string> Links()
    {
        if (!Exists)
        {
            return [];
        }

        using var netlink = RouteNetlink.Open(names.Fabric);
        return [.. netlink.ReadLinks().Select(static link => link.Name).Where(NetnsNames.IsOfFabric)];
    }

    /// <summary>Makes a port's pair of links; its end at the bridge is down.</summary>
    public void Plug(NetworkPort port, PortPlug place, int mtu)
    {
        using var target = NetworkNamespace.Open(place.NetworkNamespace);
        using var netlink = RouteNetlink.Open(names.Fabric);
        var name = NetnsNames.Plug(port.Id);
        netlink.AddVethPair(name, new VethPeer { Name = place.LinkName, NetworkNamespace = target, Address = port.MacAddress, Mtu = mtu });
    }

    /// <summary>Plugs a port's end into its bridge, up or down.</summary>
    public void Join(NetworkPort port)
    {
        using var netlink = RouteNetlink.Open(names.Fabric);
        if (netlink.FindLink(NetnsNames.Plug(port.Id)) is { } link && netlink.FindLink(NetnsNames.Bridge(port.NetworkId)) is { } bridge)
        {
            Settle(netlink, link, bridge, port.AdminStateUp);
        }
    }

    /// <summary>Takes a port's links away, both at once, wherever the other one is.</summary>
    public void Unplug(Guid portId) => Remove(NetnsNames.Plug(portId));

    /// <summary>Takes all of it away.</summary>
    public void Delete()
    {
        using (var host = RouteNetlink.Open(null))
        {
            if (host.FindLink(names.HostLink) is { } link)
            {
                host.DeleteLink(link);
            }
        }

        if (Exists)
        {
            // The kernel takes its time to clear a namespace away; links that reach into others shall be gone now.
            using var netlink = RouteNetlink.Open(names.Fabric);
            foreach (var link in netlink.ReadLinks().Where(static link => NetnsNames.IsOfFabric(link.Name)))
            {
                netlink.DeleteLink(link);
            }
        }

        NetworkNamespace.Delete(names.Fabric);
    }

    private static void AddAddress(RouteNetlink netlink, Link link, IPAddress address, int prefixLength) =>
        netlink.AddAddress(new InterfaceAddress { LinkIndex = link.Index, Address = address, PrefixLength = prefixLength, SkipDuplicateDetection = true });

    // Plugged in once more, a link is taken out first, and what is on its way is lost.
    private static void Settle(RouteNetlink netlink, Link link, Link bridge, bool isUp)
    {
        if (link.Master != bridge.Index)
        {
            netlink.SetMaster(link, bridge);
        }

        if (link.IsUp != isUp)
        {
            netlink.SetUp(link, isUp);
        }
    }

    private void Ensure()
    {
        NetworkNamespace.Ensure(names.Fabric);
        using var netlink = RouteNetlink.Open(names.Fabric);
        if (netlink.FindLink("lo") is { IsUp: false } loopback)
        {
            netlink.SetUp(loopback, up: true);
        }

        NetworkNamespace.Run(names.Fabric, static () =>
        {
            foreach (var file in s_forwarding.Where(file => File.Exists(file) && File.ReadAllText(file).Trim() == "0"))
            {
                File.WriteAllText(file, "1\n");
            }
        });
    }

    private void EnsureHost(RouteNetlink fabric, Link bridge, IEnumerable<Subnet> subnets)
    {
        using var host = RouteNetlink.Open(null);
        if (host.FindLink(names.HostLink) is null)
        {
            if (fabric.FindLink(names.HostPlug) is not null)
            {
                throw new DriverException($"cannot reach the management network: its link {names.HostLink} is in another network namespace, where another controller runs");
            }

            using var target = NetworkNamespace.Open(names.Fabric);
            host.AddVethPair(names.HostLink, new VethPeer { Name = names.HostPlug, NetworkNamespace = target });
        }

        var (link, plug) = (host.FindLink(names.HostLink)!, fabric.FindLink(names.HostPlug)!);
        Settle(fabric, plug, bridge, isUp: true);
        foreach (var subnet in subnets)
        {
            AddAddress(host, link, subnet.GatewayIp!, subnet.Cidr.PrefixLength);
        }

        host.SetUp(link, up: true);
    }

    /// <summary>Takes a link away, and the one it is a pair with; none is fine.</summary>
    public void Remove(string name)
    {
        if (!Exists)
        {
            return;
        }

        using var netlink = RouteNetlink.Open(names.Fabric);
        if (netlink.FindLink(name) is { } link)
        {
            netlink.DeleteLink(link);
        }
    }
}
