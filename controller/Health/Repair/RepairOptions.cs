// How silent amphorae are found and replaced; defaults are Octavia's where it has the option (flows.md §13).
namespace Amphora.Controller.Health.Repair;

/// <summary>What operators choose.</summary>
internal sealed record RepairOptions
{
    // Upstream's heartbeat_interval; a shorter timeout comes with a shorter one.
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    /// <summary>[health_manager] heartbeat_timeout.</summary>
    public TimeSpan HeartbeatTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>[health_manager] health_check_interval.</summary>
    public TimeSpan CheckInterval { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>[health_manager] failover_threads: flows beside each other.</summary>
    public int FailoverThreads { get; init; } = 10;

    /// <summary>[health_manager] failover_threshold: with so many silent, all of them are FAILOVER_STOPPED; null: never.</summary>
    public int? FailoverThreshold { get; init; }

    /// <summary>So far apart are the last heartbeats of amphorae that fall silent at once: their interval, 10 s by default. The circuit breaker counts those
    /// in whose turn it comes next, or the first of many would be replaced before the others are silent.</summary>
    public TimeSpan Spread => TimeSpan.FromTicks(Math.Min(s_interval.Ticks, HeartbeatTimeout.Ticks / 3));

    /// <summary>Against loss that many share.</summary>
    public CircuitBreakerOptions Breaker { get; init; } = new();

    /// <summary>For each that is asked about a silent amphora.</summary>
    public TimeSpan LookLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Until one is looked at again that was left alone.</summary>
    public TimeSpan LeaveAlone => HeartbeatTimeout / 2;

    /// <summary>So many timeouts without a heartbeat, and nobody's word helps an amphora that does not answer itself.</summary>
    public int OverdueAfter { get; init; } = 10;

    /// <summary>Until an amphora in ERROR is tried again, and a load balancer in PENDING_* without a flow is released.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Amphorae that are looked at beside each other, for each flow that may run: looking takes its time, and nobody waits for it.</summary>
    public int LooksPerThread { get; init; } = 4;
}
