// What keepalived has to run, as text: VRRP for the amphora, LVS for each UDP or SCTP listener.
using Amphora.Contract;

namespace Amphora.Agent.Keepalived;

/// <summary>The wanted keepalived side of a load balancer; both APIs end here.</summary>
internal sealed record KeepalivedWanted
{
    /// <summary>The load balancer it is for. <c>[A-Za-z0-9_-]+</c>.</summary>
    public required string LoadBalancerId { get; init; }

    /// <summary>octavia-keepalived.conf; null when the topology has no VRRP.</summary>
    public string? VrrpConfig { get; init; }

    /// <summary>One configuration per UDP or SCTP listener.</summary>
    public ValueList<LvsConfig> Lvs { get; init; }
}

/// <summary>Configuration of one LVS listener.</summary>
/// <param name="ListenerId">Names file and unit. <c>[A-Za-z0-9_-]+</c>.</param>
/// <param name="Text">keepalived.conf text.</param>
internal sealed record LvsConfig(string ListenerId, string Text);
