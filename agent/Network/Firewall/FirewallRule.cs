// What may come in on an SR-IOV VIP port, where no security group of the network filters.
using Amphora.Contract;

namespace Amphora.Agent.Network.Firewall;

/// <summary>One permission.</summary>
/// <param name="Protocol">TCP, UDP, SCTP or VRRP.</param>
/// <param name="Source">Who may come; null: everybody.</param>
/// <param name="Port">Destination port, 1–65535; VRRP has none and ignores it.</param>
internal sealed record FirewallRule(FirewallProtocol Protocol, Cidr? Source, int Port);

/// <summary>Protocols a rule can be for.</summary>
internal enum FirewallProtocol
{
    /// <summary>TCP.</summary>
    Tcp,

    /// <summary>UDP.</summary>
    Udp,

    /// <summary>SCTP.</summary>
    Sctp,

    /// <summary>IP protocol 112 (RFC 5798), both families.</summary>
    Vrrp,
}
