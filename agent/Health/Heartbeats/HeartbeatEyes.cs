// Everything a heartbeat looks at.
using Amphora.Agent.Haproxy.Traffic;
using Amphora.Agent.Keepalived;
using Amphora.Agent.Keepalived.Lvs;

namespace Amphora.Agent.Health.Heartbeats;

/// <summary>Reads HAProxy and LVS; each has its own limits.</summary>
internal sealed class HeartbeatEyes(TrafficReader traffic, LvsReader lvs, KeepalivedReader keepalived)
{
    /// <summary>A reading; without members the counters of LVS are left out too.</summary>
    public async Task<AmphoraReading> ReadAsync(bool withMembers, CancellationToken cancellationToken)
    {
        var loadBalancers = traffic.ReadAsync(withMembers, cancellationToken);
        var listeners = await lvs.ReadAsync(withCounters: withMembers, cancellationToken);
        return new AmphoraReading(await loadBalancers, listeners);
    }

    /// <summary>True when VRRP is configured and its keepalived does not live.</summary>
    public bool IsVrrpMissing() => keepalived.IsVrrpMissing();
}
