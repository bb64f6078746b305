// A UDP or SCTP listener as it runs: configuration and the kernel's table, side by side. Pure.
using System.Net;
using Amphora.Contract;

namespace Amphora.Agent.Keepalived.Lvs;

/// <summary>State of a listener whose keepalived lives.</summary>
/// <param name="Id">The listener.</param>
/// <param name="ActiveConnections">Of all its members.</param>
/// <param name="Counters">What the kernel counted; null when it was not asked.</param>
/// <param name="Pool">Its pool; null when it has none, or one that is switched off.</param>
internal sealed record LvsListener(string Id, long ActiveConnections, LvsCounters? Counters, LvsPool? Pool)
{
    /// <summary>Puts a listener together.</summary>
    /// <param name="id">The listener.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="table">The kernel's services.</param>
    /// <param name="isRestarting">True when the configuration is newer than keepalived's checker.</param>
    public static LvsListener Of(string id, LvsConfig config, IpvsTable table, bool isRestarting)
    {
        var present = new Dictionary<IPEndPoint, IpvsServer>();
        foreach (var vip in config.Vips)
        {
            foreach (var server in table.ServersOf(config.Protocol, vip))
            {
                // With several VIPs each of them has every server of its family.
                present[server.Server] = present.TryGetValue(server.Server, out var other)
                    ? server with { ActiveConnections = server.ActiveConnections + other.ActiveConnections }
                    : server;
            }
        }

        var pool = config.PoolId is { } poolId && config.Vips.Count > 0 ? LvsPool.Of(poolId, config, present, isRestarting) : null;
        return new LvsListener(id, present.Values.Sum(static server => server.ActiveConnections), Counters: null, pool);
    }
}

/// <summary>State of the pool.</summary>
/// <param name="Id">The pool.</param>
/// <param name="Status">UP or DOWN.</param>
/// <param name="Members">Its members.</param>
internal sealed record LvsPool(string Id, string Status, ValueList<LvsMember> Members)
{
    /// <summary>The word for a member; null for one that is not configured.</summary>
    public string? StatusOf(string memberId)
    {
        foreach (var member in Members)
        {
            if (member.Id == memberId)
            {
                return member.Status;
            }
        }

        return null;
    }

    /// <summary>The table of heartbeat.md §5.</summary>
    public static LvsPool Of(string id, LvsConfig config, IReadOnlyDictionary<IPEndPoint, IpvsServer> present, bool isRestarting)
    {
        var absent = isRestarting ? "RESTARTING" : "DOWN";
        var isAnyPresent = config.Members.Exists(member => member.Server is { } server && present.ContainsKey(server));
        var isDown = !isAnyPresent && config.IsMonitored && config.Members.Count > 0;
        return new LvsPool(id, isDown ? "DOWN" : "UP", config.Members.ConvertAll(member => new LvsMember(member.Id, StatusOf(member))));

        string StatusOf(LvsConfigMember member) => member.IsDisabled ? "MAINT"
            : member.Server is not { } server || !present.TryGetValue(server, out var found) ? (isAnyPresent || config.IsMonitored ? absent : "no check")
            : found.Weight == 0 ? "DRAIN"
            : config.IsMonitored ? "UP" : "no check";
    }
}

/// <summary>State of a member.</summary>
/// <param name="Id">The member.</param>
/// <param name="Status">UP, DOWN, DRAIN, MAINT, RESTARTING or <c>no check</c>.</param>
internal sealed record LvsMember(string Id, string Status);
