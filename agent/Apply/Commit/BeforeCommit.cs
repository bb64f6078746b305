// How a load balancer was before a change: what the time after it is held against. Pure.
using System.Text.Json.Serialization;
using Amphora.Contract;

namespace Amphora.Agent.Apply.Commit;

/// <summary>Only what the change may have an effect on is in it. Kept on disk as long as the window is open.</summary>
internal sealed record BeforeCommit
{
    /// <summary>Process id of the process that served until the change.</summary>
    public required int Worker { get; init; }

    /// <summary>Pools.</summary>
    public ValueList<PoolBefore> Pools { get; init; }

    /// <summary>Listeners.</summary>
    public ValueList<ListenerBefore> Listeners { get; init; }

    /// <summary>True when there is nothing that could become worse.</summary>
    [JsonIgnore]
    public bool IsEmpty => Pools.Count == 0 && Listeners.Count == 0;

    /// <summary>What is to be compared later.</summary>
    /// <param name="now">A look just before the change.</param>
    /// <param name="mark">An earlier one, from about a window ago; null: there is none.</param>
    /// <param name="scope">What the change may have an effect on.</param>
    public static BeforeCommit Of(CommitSample now, CommitSample? mark, CommitScope scope) => new()
    {
        Worker = now.Worker,
        Pools =
        [
            .. now.Pools.Where(pool => scope.HasPool(pool.Key)).OrderBy(static pool => pool.Key, StringComparer.Ordinal)
                .Select(static pool => PoolOf(pool.Key, pool.Value)).Where(static pool => pool.Up.Count > 0),
        ],
        Listeners =
        [
            .. now.Listeners.Where(listener => scope.HasListener(listener.Key)).OrderBy(static listener => listener.Key, StringComparer.Ordinal)
                .Select(listener => ListenerOf(listener.Key, listener.Value, now, mark)),
        ],
    };

    /// <summary>This, with what an earlier change that is not confirmed was held against: that was the last good state.</summary>
    public BeforeCommit Behind(BeforeCommit? earlier) => earlier is null ? this : this with
    {
        Pools = [.. earlier.Pools, .. Pools.Where(pool => !earlier.Pools.Exists(known => known.Name == pool.Name))],
        Listeners =
        [
            .. Listeners.Select(listener => earlier.Listeners.FirstOrDefault(known => known.Name == listener.Name) is { } known
                ? listener with { Requests = known.Requests, Failed = known.Failed }
                : listener),
        ],
    };

    private static PoolBefore PoolOf(string name, IReadOnlyDictionary<string, MemberNow> members)
    {
        var configured = members.Keys.Where(member => members[member] != MemberNow.Away).ToList();
        return new PoolBefore(
            name,
            [.. configured.Where(member => members[member] != MemberNow.Down).Order(StringComparer.Ordinal)],
            configured.Count,
            configured.Exists(member => members[member] != MemberNow.Unchecked));
    }

    // As long before as it will be watched; when that was too quiet, since the process began.
    private static ListenerBefore ListenerOf(string name, RequestCounters counters, CommitSample now, CommitSample? mark)
    {
        var recent = mark is not null && mark.Worker == now.Worker && mark.Listeners.TryGetValue(name, out var then) ? counters.Since(then) : counters;
        var known = recent.Requests >= CommitRules.LeastRequests ? recent : counters;
        return new ListenerBefore(name, known.Requests, known.Failed, counters.Requests, counters.Failed);
    }
}

/// <summary>A pool before the change.</summary>
/// <param name="Name"><c>&lt;pool&gt;:&lt;listener&gt;</c>.</param>
/// <param name="Up">Members that were up, or taken for it.</param>
/// <param name="Configured">How many members there were, without those that were out on purpose.</param>
/// <param name="IsChecked">False when nobody checked them.</param>
internal sealed record PoolBefore(string Name, ValueList<string> Up, int Configured, bool IsChecked);

/// <summary>A listener before the change.</summary>
/// <param name="Name">Its id.</param>
/// <param name="Requests">Requests in the time before.</param>
/// <param name="Failed">How many of them failed.</param>
/// <param name="RequestsThen">The counter of requests at the change.</param>
/// <param name="FailedThen">The counter of failures at the change.</param>
internal sealed record ListenerBefore(string Name, long Requests, long Failed, long RequestsThen, long FailedThen);
