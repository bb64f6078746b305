// A policy routing rule as rtnetlink describes it (RTM_NEWRULE).
using System.Net;
using System.Net.Sockets;
using Amphora.Linux.Native;

namespace Amphora.Linux.Netlink;

/// <summary>A rule that looks a routing table up, for packets from a source.</summary>
public sealed record Rule
{
    /// <summary>Address family.</summary>
    public required AddressFamily Family { get; init; }

    /// <summary>Packets from here; null: from anywhere.</summary>
    public IPNetwork? Source { get; init; }

    /// <summary>The table looked up.</summary>
    public required uint Table { get; init; }

    /// <summary>Order; lower is asked first.</summary>
    public uint Priority { get; init; }

    /// <summary>Who made it.</summary>
    public RouteProtocol Protocol { get; init; }

    /// <summary>False for blackhole, prohibit, goto … rules.</summary>
    public bool LooksUpTable { get; init; } = true;

    /// <summary>In the words of ip-rule(8).</summary>
    public override string ToString() => $"from {Source?.ToString() ?? "all"} lookup {Table} priority {Priority}";

    // struct fib_rule_hdr, FRA_ attributes
    internal void Encode(ref NetlinkWriter writer)
    {
        writer.Fixed(new Libc.FibRuleHdr
        {
            family = Family == AddressFamily.InterNetwork ? (byte)Libc.AF_INET : (byte)Libc.AF_INET6,
            src_len = (byte)(Source?.PrefixLength ?? 0),
            table = Table <= byte.MaxValue ? (byte)Table : Libc.RT_TABLE_COMPAT,
            action = Libc.FR_ACT_TO_TBL,
        });
        if (Source is { PrefixLength: > 0 } source)
        {
            writer.Attribute(Libc.FRA_SRC, source.BaseAddress);
        }

        writer.Attribute(Libc.FRA_TABLE, Table);
        writer.Attribute(Libc.FRA_PRIORITY, Priority);
        if (Protocol != RouteProtocol.Unspecified)
        {
            writer.Attribute(Libc.FRA_PROTOCOL, [(byte)Protocol]);
        }
    }

    internal static Rule Decode(ReadOnlySpan<byte> body)
    {
        var attributes = AttributeReader.After<Libc.FibRuleHdr>(body, out var header);
        var rule = new Rule
        {
            Family = header.family == Libc.AF_INET ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6,
            Table = header.table,
            LooksUpTable = header.action == Libc.FR_ACT_TO_TBL,
        };
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case Libc.FRA_SRC:
                    rule = rule with { Source = new IPNetwork(attributes.Address, header.src_len) };
                    break;
                case Libc.FRA_TABLE:
                    rule = rule with { Table = attributes.UInt32 };
                    break;
                case Libc.FRA_PRIORITY:
                    rule = rule with { Priority = attributes.UInt32 };
                    break;
                case Libc.FRA_PROTOCOL:
                    rule = rule with { Protocol = (RouteProtocol)attributes.Value[0] };
                    break;
            }
        }

        return rule;
    }
}
