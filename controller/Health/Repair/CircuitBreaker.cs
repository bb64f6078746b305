// Pure: many amphorae silent at once are rather one thing that is wrong than many.
namespace Amphora.Controller.Health.Repair;

/// <summary>How much is too much.</summary>
internal sealed record CircuitBreakerOptions
{
    /// <summary>This share of all amphorae; 0: never.</summary>
    public double Share { get; init; } = 0.25;

    /// <summary>Fewer never are: one load balancer is all there is in many a house.</summary>
    public int Least { get; init; } = 3;

    /// <summary>So long nothing is replaced; then one is, as a trial.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>What was counted.</summary>
/// <param name="Watched">Amphorae that should be heard of.</param>
/// <param name="Silent">Those that are not.</param>
/// <param name="SilentOfLate">Those that went silent within the last timeout, or while we did not hear well, or will be silent next if nothing is heard of
/// them; what was taken for a failover since then counts too.</param>
internal readonly record struct SilenceCounts(int Watched, int Silent, int SilentOfLate);

/// <summary>What it is.</summary>
internal enum BreakerState
{
    /// <summary>Everything is replaced that has to be.</summary>
    Closed,

    /// <summary>Nothing is.</summary>
    Open,

    /// <summary>One is: when it works, so will the others.</summary>
    Trial,

    /// <summary>The trial worked: those that are silent are dead.</summary>
    Passing,
}

/// <summary>Opens on a loss that many share, closes when they are back, and finds out by one trial when they do not come back.</summary>
internal sealed class CircuitBreaker(CircuitBreakerOptions options)
{
    private readonly Lock _gate = new();
    private DateTimeOffset _since;

    /// <summary>What it is.</summary>
    public BreakerState State { get; private set; }

    /// <summary>Looks at the counts of a round.</summary>
    public BreakerState Observe(SilenceCounts counts, DateTimeOffset now)
    {
        var isBack = !IsTooMany(counts.Silent, counts.Watched) && !IsTooMany(counts.SilentOfLate, counts.Watched);
        lock (_gate)
        {
            (State, _since) = State switch
            {
                // Not before the first one is silent: until then nobody is replaced anyway.
                BreakerState.Closed when counts.Silent > 0 && IsTooMany(counts.SilentOfLate, counts.Watched) => (BreakerState.Open, now),
                BreakerState.Open or BreakerState.Trial or BreakerState.Passing when isBack => (BreakerState.Closed, now),
                BreakerState.Open when now - _since >= options.Hold => (BreakerState.Trial, now),
                var same => (same, _since),
            };
            return State;
        }
    }

    /// <summary>How the trial ended.</summary>
    public void EndTrial(bool worked, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (State == BreakerState.Trial)
            {
                (State, _since) = (worked ? BreakerState.Passing : BreakerState.Open, now);
            }
        }
    }

    private bool IsTooMany(int silent, int watched) => options.Share > 0 && silent >= options.Least && silent >= options.Share * watched;
}
