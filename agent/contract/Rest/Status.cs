// GET /2.0/load-balancers/{id}/status: operating status and statistics, as a tree like Octavia's status API.
namespace Amphora.Contract.Rest;

/// <summary>Status of one load balancer.</summary>
public sealed record LoadBalancerStatus
{
    /// <summary>The load balancer.</summary>
    public required string Id { get; init; }

    /// <summary>The generation in force; null when managed over API 1.0.</summary>
    public long? Generation { get; init; }

    /// <summary>Set while an earlier generation is in force again; the next one that is applied ends it.</summary>
    public RolledBackGeneration? RolledBack { get; init; }

    /// <summary>Worst of its listeners and their pools; OFFLINE when it is switched off, UNKNOWN when a stock agent
    /// does not tell.</summary>
    public required string OperatingStatus { get; init; }

    /// <summary>True when the HAProxy process of the load balancer answers its socket; null: a stock agent does not tell.</summary>
    public bool? HaproxyRunning { get; init; }

    /// <summary>Listeners in document order.</summary>
    public required ValueList<ListenerStatus> Listeners { get; init; }
}

/// <summary>Status of a listener.</summary>
public sealed record ListenerStatus
{
    /// <summary>The listener.</summary>
    public required string Id { get; init; }

    /// <summary>Octavia's operating status.</summary>
    public required string OperatingStatus { get; init; }

    /// <summary>Counters of the frontend; of UDP and SCTP those of the kernel, which knows no request errors.</summary>
    public required TrafficStatistics Statistics { get; init; }

    /// <summary>The pools behind it.</summary>
    public required ValueList<PoolStatus> Pools { get; init; }
}

/// <summary>Status of a pool as one listener uses it.</summary>
public sealed record PoolStatus
{
    /// <summary>The pool.</summary>
    public required string Id { get; init; }

    /// <summary>Octavia's operating status.</summary>
    public required string OperatingStatus { get; init; }

    /// <summary>Counters of the backend.</summary>
    public required TrafficStatistics Statistics { get; init; }

    /// <summary>Its members.</summary>
    public required ValueList<MemberStatus> Members { get; init; }
}

/// <summary>Status of a member as one listener uses it.</summary>
public sealed record MemberStatus
{
    /// <summary>The member.</summary>
    public required string Id { get; init; }

    /// <summary>ONLINE, DRAINING, OFFLINE, ERROR, NO_MONITOR or DEGRADED.</summary>
    public required string OperatingStatus { get; init; }

    /// <summary>Current weight.</summary>
    public required int Weight { get; init; }

    /// <summary>What the last check said, as HAProxy words it.</summary>
    public string? LastCheck { get; init; }

    /// <summary>Counters of the server.</summary>
    public required TrafficStatistics Statistics { get; init; }
}

/// <summary>Counters of a frontend, backend or server (HAProxy management guide §9.1, columns scur, stot, bin, bout, ereq).</summary>
/// <param name="ActiveConnections">scur.</param>
/// <param name="TotalConnections">stot.</param>
/// <param name="BytesIn">bin.</param>
/// <param name="BytesOut">bout.</param>
/// <param name="RequestErrors">ereq.</param>
public sealed record TrafficStatistics(
    long ActiveConnections, long TotalConnections, long BytesIn, long BytesOut, long RequestErrors)
{
    /// <summary>All counters 0.</summary>
    public static TrafficStatistics Zero { get; } = new(0, 0, 0, 0, 0);
}
