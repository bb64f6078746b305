// Links, addresses, routes and rules of one network namespace, by rtnetlink.
using System.Net.NetworkInformation;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Amphora.Linux.Netlink;

/// <summary>A connection to rtnetlink(7) in one network namespace. Calls take microseconds, moving a link some 20 ms.
/// Every refusal is a <see cref="NetlinkException"/>. For one thread at a time.</summary>
public sealed class RouteNetlink : IDisposable
{
    private readonly NetlinkSocket _socket = new();

    private RouteNetlink()
    {
    }

    /// <summary>How many requests that change something were sent; a second run that has nothing to do adds none.</summary>
    public int Writes { get; private set; }

    /// <summary>Connects inside a namespace; null: the caller's own. The connection stays there and works from every thread.</summary>
    public static RouteNetlink Open(string? networkNamespace) => NetworkNamespace.Run(networkNamespace, () => new RouteNetlink());

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    /// <summary>All links, by index.</summary>
    public IReadOnlyList<Link> ReadLinks()
    {
        var message = Message(Libc.RTM_GETLINK, Libc.NLM_F_DUMP);
        message.Fixed(default(Libc.IfInfoMsg));
        message.Attribute(Libc.IFLA_EXT_MASK, Libc.RTEXT_FILTER_SKIP_STATS);
        var links = _socket.Dump("read links", message.Finish(), Libc.RTM_NEWLINK, Link.Decode);
        links.Sort((left, right) => left.Index.CompareTo(right.Index));
        return links;
    }

    /// <summary>How much each link has sent and received.</summary>
    public IReadOnlyList<LinkTraffic> ReadTraffic()
    {
        var message = Message(Libc.RTM_GETLINK, Libc.NLM_F_DUMP);
        message.Fixed(default(Libc.IfInfoMsg));
        return _socket.Dump("read traffic", message.Finish(), Libc.RTM_NEWLINK, LinkTraffic.Decode);
    }

    /// <summary>The link with this MAC address; of several the oldest, which is the port and not a VLAN or bridge on it.</summary>
    public Link? FindLink(PhysicalAddress address) => ReadLinks().FirstOrDefault(link => link.Address.Equals(address));

    /// <summary>The link with this name.</summary>
    public Link? FindLink(string name)
    {
        var message = Message(Libc.RTM_GETLINK);
        message.Fixed(default(Libc.IfInfoMsg));
        message.Attribute(Libc.IFLA_IFNAME, name);
        message.Attribute(Libc.IFLA_EXT_MASK, Libc.RTEXT_FILTER_SKIP_STATS);
        Link? link = null;
        try
        {
            _socket.Execute($"read link {name}", message.Finish(), (_, body) => link = Link.Decode(body));
        }
        catch (NetlinkException exception) when (exception.Errno == Libc.ENODEV)
        {
            return null;
        }

        return link;
    }

    /// <summary>Moves a link into another namespace under a name that is free there, in one request. It arrives there down, without
    /// addresses and routes, and with another index if its own is taken.</summary>
    public void MoveLink(Link link, SafeFileHandle networkNamespace, string name)
    {
        var message = Change(link.Index);
        message.Attribute(Libc.IFLA_NET_NS_FD, (uint)networkNamespace.DangerousGetHandle());
        message.Attribute(Libc.IFLA_IFNAME, name);
        Write($"move link {link.Name} to another namespace as {name}", message);
    }

    /// <summary>Renames a link; before kernel 6.2 it has to be down.</summary>
    public void RenameLink(Link link, string name)
    {
        var message = Change(link.Index);
        message.Attribute(Libc.IFLA_IFNAME, name);
        Write($"rename link {link.Name} to {name}", message);
    }

    /// <summary>Sets the MTU, in bytes.</summary>
    public void SetMtu(Link link, int mtu)
    {
        var message = Change(link.Index);
        message.Attribute(Libc.IFLA_MTU, (uint)mtu);
        Write($"set mtu {mtu} on {link.Name}", message);
    }

    /// <summary>Sets a link up or down.</summary>
    public void SetUp(Link link, bool up)
    {
        var message = Message(Libc.RTM_NEWLINK);
        message.Fixed(new Libc.IfInfoMsg { ifi_index = link.Index, ifi_flags = up ? Libc.IFF_UP : 0, ifi_change = Libc.IFF_UP });
        Write($"set link {link.Name} {(up ? "up" : "down")}", message);
    }

    /// <summary>Makes a pair of virtual Ethernet links, both in this namespace.</summary>
    public void AddVethPair(string name, string peer) => AddVethPair(name, new VethPeer { Name = peer });

    /// <summary>Makes a pair of virtual Ethernet links, one here and one where it shall be: in one request, so that there is never one
    /// of them somewhere else. Both are down.</summary>
    public void AddVethPair(string name, VethPeer peer)
    {
        var message = Message(Libc.RTM_NEWLINK, Libc.NLM_F_CREATE | Libc.NLM_F_EXCL);
        message.Fixed(default(Libc.IfInfoMsg));
        message.Attribute(Libc.IFLA_IFNAME, name);
        if (peer.Mtu is { } mtu)
        {
            message.Attribute(Libc.IFLA_MTU, (uint)mtu);
        }

        var linkInfo = message.BeginNested(Libc.IFLA_LINKINFO);
        message.Attribute(Libc.IFLA_INFO_KIND, "veth");
        var data = message.BeginNested(Libc.IFLA_INFO_DATA);
        var peerInfo = message.BeginNested(Libc.VETH_INFO_PEER);
        message.Fixed(default(Libc.IfInfoMsg));
        peer.Encode(ref message);
        message.EndNested(peerInfo);
        message.EndNested(data);
        message.EndNested(linkInfo);
        Write($"add veth pair {name} and {peer.Name}", message);
    }

    /// <summary>Makes a bridge with an address that stays when ports come and go. It floods multicasts: nobody here asks who listens.</summary>
    public void AddBridge(string name, PhysicalAddress address)
    {
        var message = Message(Libc.RTM_NEWLINK, Libc.NLM_F_CREATE | Libc.NLM_F_EXCL);
        message.Fixed(default(Libc.IfInfoMsg));
        message.Attribute(Libc.IFLA_IFNAME, name);
        message.Attribute(Libc.IFLA_ADDRESS, address.GetAddressBytes());
        var linkInfo = message.BeginNested(Libc.IFLA_LINKINFO);
        message.Attribute(Libc.IFLA_INFO_KIND, "bridge");
        var data = message.BeginNested(Libc.IFLA_INFO_DATA);
        message.Attribute(Libc.IFLA_BR_MCAST_SNOOPING, [0]);
        message.EndNested(data);
        message.EndNested(linkInfo);
        Write($"add bridge {name}", message);
    }

    /// <summary>Sets the MAC address of a link.</summary>
    public void SetAddress(Link link, PhysicalAddress address)
    {
        var message = Change(link.Index);
        message.Attribute(Libc.IFLA_ADDRESS, address.GetAddressBytes());
        Write($"set MAC address of {link.Name}", message);
    }

    /// <summary>Plugs a link into a bridge.</summary>
    public void SetMaster(Link link, Link bridge)
    {
        var message = Change(link.Index);
        message.Attribute(Libc.IFLA_MASTER, (uint)bridge.Index);
        Write($"plug link {link.Name} into {bridge.Name}", message);
    }

    /// <summary>Deletes a virtual link; one that is gone is success: it goes with the other end of its pair.</summary>
    public void DeleteLink(Link link)
    {
        var message = Message(Libc.RTM_DELLINK);
        message.Fixed(new Libc.IfInfoMsg { ifi_index = link.Index });
        Write($"delete link {link.Name}", message, Libc.ENODEV);
    }

    /// <summary>The addresses of a link, or of all.</summary>
    public IReadOnlyList<InterfaceAddress> ReadAddresses(Link? link = null)
    {
        var message = Message(Libc.RTM_GETADDR, Libc.NLM_F_DUMP);
        message.Fixed(new Libc.IfAddrMsg { ifa_index = (uint)(link?.Index ?? 0) });
        return _socket.Dump("read addresses", message.Finish(), Libc.RTM_NEWADDR, InterfaceAddress.Decode);
    }

    /// <summary>Adds an address; one that is there already is success.</summary>
    public void AddAddress(InterfaceAddress address)
    {
        var message = Message(Libc.RTM_NEWADDR, Libc.NLM_F_CREATE | Libc.NLM_F_REPLACE);
        address.Encode(ref message);
        Write($"add address {address}", message);
    }

    /// <summary>Deletes an address; one that is not there is success.</summary>
    public void DeleteAddress(InterfaceAddress address)
    {
        var message = Message(Libc.RTM_DELADDR);
        address.Encode(ref message);
        Write($"delete address {address}", message, Libc.EADDRNOTAVAIL);
    }

    /// <summary>All routes of all tables, both families.</summary>
    public IReadOnlyList<Route> ReadRoutes()
    {
        var message = Message(Libc.RTM_GETROUTE, Libc.NLM_F_DUMP);
        message.Fixed(default(Libc.RtMsg));
        return _socket.Dump("read routes", message.Finish(), Libc.RTM_NEWROUTE, Route.Decode);
    }

    /// <summary>Adds a route; false when the table has one to this destination (with this metric) already.</summary>
    public bool AddRoute(Route route)
    {
        var message = Message(Libc.RTM_NEWROUTE, Libc.NLM_F_CREATE | Libc.NLM_F_EXCL);
        route.Encode(ref message);
        return Write($"add route {route}", message, Libc.EEXIST);
    }

    /// <summary>Deletes a route; one that is not there is success.</summary>
    public void DeleteRoute(Route route)
    {
        var message = Message(Libc.RTM_DELROUTE);
        route.Encode(ref message, anyScope: true);
        Write($"delete route {route}", message, Libc.ESRCH);
    }

    /// <summary>All rules, both families.</summary>
    public IReadOnlyList<Rule> ReadRules()
    {
        var message = Message(Libc.RTM_GETRULE, Libc.NLM_F_DUMP);
        message.Fixed(default(Libc.FibRuleHdr));
        return _socket.Dump("read rules", message.Finish(), Libc.RTM_NEWRULE, Rule.Decode);
    }

    /// <summary>Adds a rule; one that is there already is success.</summary>
    public void AddRule(Rule rule)
    {
        var message = Message(Libc.RTM_NEWRULE, Libc.NLM_F_CREATE | Libc.NLM_F_EXCL);
        rule.Encode(ref message);
        Write($"add rule {rule}", message, Libc.EEXIST);
    }

    /// <summary>Deletes a rule; one that is not there is success.</summary>
    public void DeleteRule(Rule rule)
    {
        var message = Message(Libc.RTM_DELRULE);
        rule.Encode(ref message);
        Write($"delete rule {rule}", message, Libc.ENOENT);
    }

    private static NetlinkWriter Message(ushort type, int flags = Libc.NLM_F_ACK) =>
        new(new byte[NetlinkWriter.MaxLength], type, (ushort)(Libc.NLM_F_REQUEST | (flags == Libc.NLM_F_DUMP ? flags : flags | Libc.NLM_F_ACK)));

    private static NetlinkWriter Change(int index)
    {
        var message = Message(Libc.RTM_NEWLINK);
        message.Fixed(new Libc.IfInfoMsg { ifi_index = index });
        return message;
    }

    // True when the kernel did it, false when it answered with the errno that says there is nothing to do.
    private bool Write(string operation, NetlinkWriter message, int nothingToDo = 0)
    {
        Writes++;
        try
        {
            _socket.Execute(operation, message.Finish());
            return true;
        }
        catch (NetlinkException exception) when (exception.Errno == nothingToDo)
        {
            return false;
        }
    }
}
