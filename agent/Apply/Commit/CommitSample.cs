// One look at HAProxy: who is up, how many requests there were, how many of them failed. Pure.
using Amphora.Agent.Haproxy;

namespace Amphora.Agent.Apply.Commit;

/// <summary>What one process says at one moment.</summary>
internal sealed record CommitSample
{
    private const string Prometheus = "prometheus";

    /// <summary>Process id; its counters began with it.</summary>
    public required int Worker { get; init; }

    /// <summary>Members by pool (<c>&lt;pool&gt;:&lt;listener&gt;</c>), then by name; a pool without members is there too.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, MemberNow>> Pools { get; init; }

    /// <summary>Counters by listener.</summary>
    public required IReadOnlyDictionary<string, RequestCounters> Listeners { get; init; }

    /// <summary>Reads <c>show stat</c>; what is there for metrics only is left out (config-rendering M1–M3).</summary>
    public static CommitSample Of(int worker, HaproxyStatistics statistics)
    {
        var pools = new Dictionary<string, Dictionary<string, MemberNow>>(StringComparer.Ordinal);
        var listeners = new Dictionary<string, RequestCounters>(StringComparer.Ordinal);
        var failed = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var row in statistics.Rows.Where(static row => !row.Proxy.Contains(Prometheus, StringComparison.Ordinal)))
        {
            if (row.Server == "FRONTEND")
            {
                // TCP: a request is a connection.
                listeners[row.Proxy] = new RequestCounters(row.ServerErrors is null ? row.TotalSessions : row.Requests, row.ServerErrors ?? 0);
                continue;
            }

            var members = pools.TryGetValue(row.Proxy, out var known) ? known : pools[row.Proxy] = new Dictionary<string, MemberNow>(StringComparer.Ordinal);
            if (row.Server != "BACKEND")
            {
                members[row.Server] = StateOf(row.Status);
            }
            else if (row.Proxy.LastIndexOf(':') is > 0 and var colon)
            {
                var listener = row.Proxy[(colon + 1)..];
                failed[listener] = failed.GetValueOrDefault(listener) + row.ConnectionErrors + row.ResponseErrors;
            }
        }

        return new CommitSample
        {
            Worker = worker,
            Pools = pools.ToDictionary(static pool => pool.Key, static pool => (IReadOnlyDictionary<string, MemberNow>)pool.Value, StringComparer.Ordinal),
            // A connection that fails is answered with a 5xx as well, where HTTP is spoken: it counts once.
            Listeners = listeners.ToDictionary(
                static listener => listener.Key,
                listener => listener.Value with { Failed = Math.Max(listener.Value.Failed, failed.GetValueOrDefault(listener.Key)) },
                StringComparer.Ordinal),
        };
    }

    // Behind the word HAProxy writes how far its checks have come, as "UP 1/3".
    private static MemberNow StateOf(string status)
    {
        return StartsWith("UP") || StartsWith("DRAIN") || StartsWith("NOLB") ? MemberNow.Up
            : StartsWith("DOWN") ? MemberNow.Down
            : StartsWith("MAINT") ? MemberNow.Away
            : MemberNow.Unchecked;

        bool StartsWith(string word) => status.StartsWith(word, StringComparison.Ordinal);
    }
}

/// <summary>A member at one moment.</summary>
internal enum MemberNow
{
    /// <summary>Its checks pass.</summary>
    Up,

    /// <summary>Its checks fail.</summary>
    Down,

    /// <summary>Nobody checks it: it is taken for up, and errors tell.</summary>
    Unchecked,

    /// <summary>It was taken out on purpose.</summary>
    Away,
}

/// <summary>What a listener has counted.</summary>
/// <param name="Requests">Requests; connections where HTTP is not spoken.</param>
/// <param name="Failed">How many of them failed: 5xx, connections no member took, answers that broke off.</param>
internal sealed record RequestCounters(long Requests, long Failed)
{
    /// <summary>Failed out of all, 0 to 1.</summary>
    public double Share => Requests > 0 ? Math.Min(1, (double)Failed / Requests) : 0;

    /// <summary>What was counted since; counters that are smaller now began anew, and count whole.</summary>
    public RequestCounters Since(RequestCounters earlier) =>
        Requests >= earlier.Requests && Failed >= earlier.Failed ? new RequestCounters(Requests - earlier.Requests, Failed - earlier.Failed) : this;
}
