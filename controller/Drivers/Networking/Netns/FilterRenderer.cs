// Pure: security groups and the addresses a port may send from, as commands of nft(8).
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Amphora.Contract;

namespace Amphora.Controller.Drivers.Networking.Netns;

/// <summary>Renders them for the bridge family. Everything in it is a number, an address or a name made here. Each text may be applied
/// again, and says everything of what it is about. Without connection tracking, which bridges of many kernels do not have: a TCP
/// connection begins with its SYN, and what goes out by UDP and SCTP is remembered for the answer.</summary>
internal static class FilterRenderer
{
    private const string Table = "bridge amphora";

    /// <summary>Takes everything away; with what comes behind it, everything is made anew in one step.</summary>
    public const string Reset = $"add table {Table}\ndelete table {Table}\n";

    /// <summary>What all ports share.</summary>
    public static string Base { get; } = $$"""
        add table {{Table}}
        add map {{Table}} to { type ifname : verdict; }
        add map {{Table}} from { type ifname : verdict; }
        add set {{Table}} flows4 { type ipv4_addr . ipv4_addr . inet_proto . inet_service . inet_service; flags dynamic,timeout; size 65536; timeout 3m; }
        add set {{Table}} flows6 { type ipv6_addr . ipv6_addr . inet_proto . inet_service . inet_service; flags dynamic,timeout; size 65536; timeout 3m; }
        add chain {{Table}} answers
        flush chain {{Table}} answers
        add rule {{Table}} answers ether type arp accept
        add rule {{Table}} answers tcp flags & (syn|ack) != syn accept
        add rule {{Table}} answers ip frag-off & 0x1fff != 0 accept
        add rule {{Table}} answers frag frag-off != 0 accept
        add rule {{Table}} answers icmp type { echo-reply, destination-unreachable, time-exceeded, parameter-problem } accept
        add rule {{Table}} answers icmpv6 type { echo-reply, destination-unreachable, packet-too-big, time-exceeded, parameter-problem, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept
        add rule {{Table}} answers meta l4proto { udp, sctp } ip saddr . ip daddr . ip protocol . th sport . th dport @flows4 accept
        add rule {{Table}} answers meta l4proto { udp, sctp } ip6 saddr . ip6 daddr . ip6 nexthdr . th sport . th dport @flows6 accept
        add chain {{Table}} remember
        flush chain {{Table}} remember
        add rule {{Table}} remember meta l4proto { udp, sctp } update @flows4 { ip daddr . ip saddr . ip protocol . th dport . th sport }
        add rule {{Table}} remember meta l4proto { udp, sctp } update @flows6 { ip6 daddr . ip6 saddr . ip6 nexthdr . th dport . th sport }
        add chain {{Table}} forward { type filter hook forward priority 0; policy accept; }
        flush chain {{Table}} forward
        add rule {{Table}} forward iifname vmap @from
        add rule {{Table}} forward oifname vmap @to
        add chain {{Table}} input { type filter hook input priority 0; policy accept; }
        flush chain {{Table}} input
        add rule {{Table}} input iifname vmap @from
        add chain {{Table}} output { type filter hook output priority 0; policy accept; }
        flush chain {{Table}} output
        add rule {{Table}} output oifname vmap @to

        """;

    /// <summary>A security group: what it lets in.</summary>
    public static string Group(SecurityGroupEntry group)
    {
        var text = new StringBuilder();
        Chain(text, $"sg-{group.Id:N}", [.. group.Rules.Select(rule => Rule(rule) + " accept")]);
        return text.ToString();
    }

    /// <summary>Takes a group away that no port has.</summary>
    public static string WithoutGroup(Guid id)
    {
        var text = new StringBuilder();
        NoChain(text, $"sg-{id:N}");
        return text.ToString();
    }

    /// <summary>A plugged port. Its groups' chains have to be there.</summary>
    public static string Port(NetworkPort port)
    {
        var text = new StringBuilder();
        var (to, from, link) = Names(port.Id);
        Chain(text, to, ["jump answers", .. port.SecurityGroups.Select(group => $"jump sg-{group:N}"), "drop"]);
        Chain(text, from, Sender(port));
        Line(text, $"add element {Table} to {{ \"{link}\" : jump {to} }}");
        Line(text, $"add element {Table} from {{ \"{link}\" : jump {from} }}");
        return text.ToString();
    }

    /// <summary>Takes a port away.</summary>
    public static string WithoutPort(Guid id)
    {
        var text = new StringBuilder();
        var (to, from, link) = Names(id);
        foreach (var (map, chain) in ((string, string)[])[("to", to), ("from", from)])
        {
            // Adding first what is there or not makes deleting it right in both cases.
            Line(text, $"add chain {Table} {chain}");
            Line(text, $"add element {Table} {map} {{ \"{link}\" : jump {chain} }}");
            Line(text, $"delete element {Table} {map} {{ \"{link}\" : jump {chain} }}");
            NoChain(text, chain);
        }

        return text.ToString();
    }

    /// <summary>What a rule matches.</summary>
    /// <exception cref="DriverException">It cannot be said.</exception>
    public static string Rule(SecurityRule rule)
    {
        var protocol = Protocol(rule.Protocol);
        var hasPorts = protocol is 6 or 17 or 132;
        if (hasPorts != rule.Port is not null || rule.Port is < 1 or > 65535 || (rule.From is { } range && range.Family is AddressFamily.InterNetworkV6 != rule.IsIPv6))
        {
            throw new DriverException($"cannot let in {rule.Protocol} port {rule.Port} from {rule.From}: {(hasPorts ? "it needs a port of 1 to 65535" : "the protocol has no ports")}, and addresses of its family");
        }

        var family = rule.IsIPv6 ? "ip6" : "ip";
        var from = rule.From is { } cidr ? $" {family} saddr {cidr}" : "";
        var port = rule.Port is { } number ? $" th dport {number.ToString(CultureInfo.InvariantCulture)}" : "";
        return $"meta protocol {family}{from} meta l4proto {protocol.ToString(CultureInfo.InvariantCulture)}{port}";
    }

    private static byte Protocol(string name) => name.ToLowerInvariant() switch
    {
        "tcp" => 6,
        "udp" => 17,
        "sctp" => 132,
        "icmp" => 1,
        "ah" => 51,
        "ipv6-icmp" or "icmpv6" => 58,
        "vrrp" => 112,
        var other when byte.TryParse(other, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw new DriverException($"cannot let in {name}: no such protocol"),
    };

    // What may be sent: from its hardware address and its addresses; so neither ARP nor neighbour discovery can claim another's.
    private static IReadOnlyList<string> Sender(NetworkPort port)
    {
        var mac = PhysicalAddressConverter.Spell(port.MacAddress);
        var all = port.FixedIps.Select(ip => ip.IpAddress).Concat(port.AllowedAddresses).Distinct().ToList();
        var v4 = string.Join(", ", all.Where(address => address.AddressFamily == AddressFamily.InterNetwork));
        IReadOnlyList<IPAddress> v6 = [.. all.Where(address => address.AddressFamily == AddressFamily.InterNetworkV6), LinkLocal(port.MacAddress)];
        return
        [
            $"ether saddr != {mac} drop",
            $"arp saddr ether != {mac} drop",
            "arp saddr ip 0.0.0.0 return",
            v4.Length > 0 ? $"arp saddr ip != {{ {v4} }} drop" : "ether type arp drop",
            v4.Length > 0 ? $"ip saddr != {{ {v4} }} drop" : "ether type ip drop",
            "icmpv6 type { nd-router-advert, nd-redirect } drop",
            // RFC 4861 4.4: the target stands behind type, code, checksum and flags. nft 1.0 has no name for it.
            $"icmpv6 type nd-neighbor-advert @th,64,128 != {{ {string.Join(", ", v6.Select(address => "0x" + Convert.ToHexStringLower(address.GetAddressBytes())))} }} drop",
            "icmpv6 type { nd-neighbor-solicit, mld-listener-report, mld2-listener-report } ip6 saddr :: return",
            $"ip6 saddr != {{ {string.Join(", ", v6)} }} drop",
            "ether type != { ip, ip6, arp } drop",
            "jump remember",
        ];
    }

    // RFC 4291 appendix A.
    private static IPAddress LinkLocal(PhysicalAddress mac)
    {
        var bytes = mac.GetAddressBytes();
        return new IPAddress([0xfe, 0x80, 0, 0, 0, 0, 0, 0, (byte)(bytes[0] ^ 0x02), bytes[1], bytes[2], 0xff, 0xfe, bytes[3], bytes[4], bytes[5]]);
    }

    private static (string To, string From, string Link) Names(Guid portId) => ($"to-{portId:N}", $"from-{portId:N}", NetnsNames.Plug(portId));

    private static void Chain(StringBuilder text, string name, IReadOnlyList<string> rules)
    {
        Line(text, $"add chain {Table} {name}");
        Line(text, $"flush chain {Table} {name}");
        foreach (var rule in rules)
        {
            Line(text, $"add rule {Table} {name} {rule}");
        }
    }

    private static void NoChain(StringBuilder text, string name)
    {
        Line(text, $"add chain {Table} {name}");
        Line(text, $"flush chain {Table} {name}");
        Line(text, $"delete chain {Table} {name}");
    }

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
