// Pure: permissions → the nft script that replaces the table as a whole (agent-api §6, 15).
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Amphora.Contract;

namespace Amphora.Agent.Network.Firewall;

/// <summary>Renders nftables-vip.rules. Every word is a keyword, a number or an address this method printed itself.</summary>
internal static class FirewallRenderer
{
    /// <summary>The VIP port's name, whatever address the rules were sent to.</summary>
    public const string VipInterface = "eth1";

    /// <summary>The script that takes the table away; one that is not there is fine.</summary>
    public const string Removal = "table inet amphora_table {}\ndelete table inet amphora_table\n";

    private const int VrrpProtocol = 112;

    // Declared, deleted, declared again: one transaction in which no packet meets half a filter.
    private const string Head = Removal + """
        table inet amphora_table {
          chain amphora_vip_chain {

        """;

    // What HAProxy sent comes back (established), the members' networks stay reachable, neighbours and DHCP servers may answer.
    private const string Tail = $$"""
          }
          chain amphora_chain {
            type filter hook input priority filter; policy drop;
            ct state vmap { established : accept, related : accept, invalid : drop }
            iif lo accept
            ip saddr 127.0.0.0/8 drop
            ip6 saddr ::1 drop
            icmp type destination-unreachable accept
            icmpv6 type { nd-neighbor-solicit, nd-router-advert, nd-neighbor-advert, packet-too-big, destination-unreachable } accept
            udp sport 67 udp dport 68 accept
            udp sport 547 udp dport 546 accept
            iifname "{{VipInterface}}" goto amphora_vip_chain
          }
        }

        """;

    /// <summary>The script; without rules, one that lets in nothing but what keeps the port alive.</summary>
    public static string Render(IEnumerable<FirewallRule> rules)
    {
        var script = new StringBuilder(Head);
        foreach (var line in rules.Select(Line).Distinct(StringComparer.Ordinal))
        {
            script.Append("    ").Append(line).Append('\n');
        }

        return script.Append(Tail).ToString();
    }

    private static string Line(FirewallRule rule) => string.Create(CultureInfo.InvariantCulture, $"{Source(rule.Source)}{Match(rule)} accept");

    private static string Match(FirewallRule rule) => rule.Protocol switch
    {
        FirewallProtocol.Tcp => string.Create(CultureInfo.InvariantCulture, $"tcp dport {rule.Port}"),
        FirewallProtocol.Udp => string.Create(CultureInfo.InvariantCulture, $"udp dport {rule.Port}"),
        FirewallProtocol.Sctp => string.Create(CultureInfo.InvariantCulture, $"sctp dport {rule.Port}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"meta l4proto {VrrpProtocol}"),
    };

    // All of IPv4 means everybody, as in Octavia's agent.
    private static string Source(Cidr? source) => source is not { } cidr || (cidr.PrefixLength == 0 && cidr.Family == AddressFamily.InterNetwork)
        ? ""
        : $"{(cidr.Family == AddressFamily.InterNetwork ? "ip" : "ip6")} saddr {Masked(cidr)} ";

    private static Cidr Masked(Cidr cidr)
    {
        var bytes = cidr.Address.GetAddressBytes();
        for (var bit = cidr.PrefixLength; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new Cidr(new IPAddress(bytes), cidr.PrefixLength);
    }
}
