// A route as rtnetlink describes it (RTM_NEWROUTE).
using System.Net;
using Amphora.Linux.Native;

namespace Amphora.Linux.Netlink;

/// <summary>A unicast route by way of one link.</summary>
public sealed record Route
{
    /// <summary>The table that is looked up when no rule says otherwise.</summary>
    public const uint MainTable = Libc.RT_TABLE_MAIN;

    /// <summary>Where to; <c>0.0.0.0/0</c> and <c>::/0</c> are default routes.</summary>
    public required IPNetwork Destination { get; init; }

    /// <summary>The link; null for routes that have none or several.</summary>
    public int? LinkIndex { get; init; }

    /// <summary>Next hop; null when the destination is on the link.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>Address to send from.</summary>
    public IPAddress? PreferredSource { get; init; }

    /// <summary>Routing table.</summary>
    public uint Table { get; init; } = MainTable;

    /// <summary>Who made it.</summary>
    public RouteProtocol Protocol { get; init; } = RouteProtocol.Static;

    /// <summary>The gateway is reachable on the link although no connected route says so.</summary>
    public bool OnLink { get; init; }

    /// <summary>Metric; 0 leaves it to the kernel, which takes 0 for IPv4 and 1024 for IPv6.</summary>
    public uint Metric { get; init; }

    /// <summary>False for local, broadcast, blackhole … routes.</summary>
    public bool IsUnicast { get; init; } = true;

    /// <summary>In the words of ip-route(8).</summary>
    public override string ToString() =>
        $"{Destination}{(Gateway is null ? "" : $" via {Gateway}")}{(PreferredSource is null ? "" : $" src {PreferredSource}")}" +
        $"{(Gateway is null ? " scope link" : "")}{(OnLink ? " onlink" : "")}{(Table == MainTable ? "" : $" table {Table}")}";

    // struct rtmsg, RTA_ attributes
    internal void Encode(ref NetlinkWriter writer, bool anyScope = false)
    {
        writer.Fixed(new Libc.RtMsg
        {
            rtm_family = InterfaceAddress.FamilyOf(Destination.BaseAddress),
            rtm_dst_len = (byte)Destination.PrefixLength,
            rtm_table = Table <= byte.MaxValue ? (byte)Table : Libc.RT_TABLE_COMPAT,
            rtm_protocol = (byte)Protocol,
            rtm_scope = anyScope ? Libc.RT_SCOPE_NOWHERE : Gateway is null ? Libc.RT_SCOPE_LINK : Libc.RT_SCOPE_UNIVERSE,
            rtm_type = Libc.RTN_UNICAST,
            rtm_flags = OnLink ? Libc.RTNH_F_ONLINK : 0,
        });
        writer.Attribute(Libc.RTA_TABLE, Table);
        if (Destination.PrefixLength > 0)
        {
            writer.Attribute(Libc.RTA_DST, Destination.BaseAddress);
        }

        if (LinkIndex is { } index)
        {
            writer.Attribute(Libc.RTA_OIF, (uint)index);
        }

        if (Gateway is not null)
        {
            writer.Attribute(Libc.RTA_GATEWAY, Gateway);
        }

        if (PreferredSource is not null)
        {
            writer.Attribute(Libc.RTA_PREFSRC, PreferredSource);
        }

        if (Metric != 0)
        {
            writer.Attribute(Libc.RTA_PRIORITY, Metric);
        }
    }

    internal static Route Decode(ReadOnlySpan<byte> body)
    {
        var attributes = AttributeReader.After<Libc.RtMsg>(body, out var header);
        var destination = InterfaceAddress.Unspecified(header.rtm_family);
        var route = new Route
        {
            Destination = default,
            Table = header.rtm_table,
            Protocol = (RouteProtocol)header.rtm_protocol,
            OnLink = (header.rtm_flags & Libc.RTNH_F_ONLINK) != 0,
            IsUnicast = header.rtm_type == Libc.RTN_UNICAST,
        };
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case Libc.RTA_DST:
                    destination = attributes.Address;
                    break;
                case Libc.RTA_OIF:
                    route = route with { LinkIndex = (int)attributes.UInt32 };
                    break;
                case Libc.RTA_GATEWAY:
                    route = route with { Gateway = attributes.Address };
                    break;
                case Libc.RTA_PREFSRC:
                    route = route with { PreferredSource = attributes.Address };
                    break;
                case Libc.RTA_TABLE:
                    route = route with { Table = attributes.UInt32 };
                    break;
                case Libc.RTA_PRIORITY:
                    route = route with { Metric = attributes.UInt32 };
                    break;
            }
        }

        return route with { Destination = new IPNetwork(destination, header.rtm_dst_len) };
    }
}

/// <summary>Who made a route or a rule (RTPROT_).</summary>
public enum RouteProtocol
{
    /// <summary>Nobody says.</summary>
    Unspecified = Libc.RTPROT_UNSPEC,

    /// <summary>The kernel, on its own.</summary>
    Kernel = Libc.RTPROT_KERNEL,

    /// <summary>An administrator: what the agent makes.</summary>
    Static = Libc.RTPROT_STATIC,

    /// <summary>A DHCP client.</summary>
    Dhcp = Libc.RTPROT_DHCP,

    /// <summary>keepalived.</summary>
    Keepalived = Libc.RTPROT_KEEPALIVED,
}
