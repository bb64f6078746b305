// Pure: which packets may come in to a load balancer's VIPs (flows.md §4.2).
using System.Net;
using System.Net.Sockets;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Drivers.Networking;

namespace Amphora.Controller.Vips;

/// <summary>The ingress rules of a load balancer's security group: exactly the ports of its listeners, the peers' table exchange, and VRRP
/// between the two amphorae of a pair.</summary>
internal static class SecurityRules
{
    // IANA protocol numbers: VRRP (RFC 5798 §5.1.1.4) and the authentication header keepalived may use with it.
    private const string Vrrp = "112";
    private const string AuthenticationHeader = "51";

    /// <summary>The rules.</summary>
    /// <param name="listeners">Those that are not on their way out.</param>
    /// <param name="vips">Addresses of the load balancer, the primary one first.</param>
    /// <param name="topology">VRRP is spoken in ACTIVE_STANDBY only.</param>
    /// <param name="peerPort">Where the amphorae exchange stick tables; null when there is nothing to exchange.</param>
    public static ValueList<SecurityRule> For(IEnumerable<OpenPort> listeners, ValueList<IPAddress> vips, Topology topology, int? peerPort)
    {
        List<OpenPort> open = [.. listeners];
        bool[] families = [.. vips.Select(static vip => vip.AddressFamily == AddressFamily.InterNetworkV6).Distinct()];
        IEnumerable<SecurityRule> rules =
        [
            .. open.SelectMany(listener => Of(listener, families)),
            .. peerPort is { } port && open.Count > 0 ? families.Select(v6 => new SecurityRule("tcp", port, v6, null)) : [],
            .. topology == Topology.ActiveStandby ? Pair(vips) : [],
        ];
        return [.. rules.Distinct()];
    }

    private static IEnumerable<SecurityRule> Of(OpenPort open, bool[] families) => open.From.Count == 0
        ? families.Select(v6 => new SecurityRule(open.Protocol, open.Port, v6, null))
        : open.From.Select(cidr => new SecurityRule(open.Protocol, open.Port, cidr.Family == AddressFamily.InterNetworkV6, cidr)).Where(rule => families.Contains(rule.IsIPv6));

    private static IEnumerable<SecurityRule> Pair(ValueList<IPAddress> vips)
    {
        var v6 = vips[0].AddressFamily == AddressFamily.InterNetworkV6;
        return [new(Vrrp, null, v6, null), new(AuthenticationHeader, null, v6, null)];
    }
}

/// <summary>What a listener lets in.</summary>
/// <param name="Protocol">tcp, udp or sctp.</param>
/// <param name="Port">Where it listens.</param>
/// <param name="From">From where (allowed_cidrs); none is anywhere.</param>
internal sealed record OpenPort(string Protocol, int Port, ValueList<Cidr> From);
