// The one record both APIs end in: everything one load balancer needs on this amphora, as text.
using System.Net;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Keepalived;
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Agent.Apply;

/// <summary>What a load balancer shall be. Enters the pipeline at step 1, also when an earlier generation is put back.</summary>
internal sealed record Wanted
{
    /// <summary>The load balancer.</summary>
    public required string LoadBalancerId { get; init; }

    /// <summary>The document it was rendered from.</summary>
    public required DesiredStateDocument Document { get; init; }

    /// <summary>The HAProxy side.</summary>
    public required HaproxyWanted Haproxy { get; init; }

    /// <summary>The keepalived side.</summary>
    public required KeepalivedWanted Keepalived { get; init; }

    /// <summary>The nftables script of an SR-IOV VIP; null: security groups filter.</summary>
    public string? FirewallRules { get; init; }

    /// <summary>VIPs this amphora announces itself after a start or reload; empty when keepalived does (ACTIVE_STANDBY).</summary>
    public ValueList<IPAddress> Announce { get; init; }
}
