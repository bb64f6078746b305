// Whether a change made things worse: looks in, a reason out. Pure.
using System.Globalization;

namespace Amphora.Agent.Apply.Commit;

/// <summary>Holds one look after the other against the time before the change. For one window.</summary>
internal sealed class CommitJudge(CommitRules rules, BeforeCommit before)
{
    private const string Silence = "HAProxy";

    private readonly Dictionary<string, int> _inARow = new(StringComparer.Ordinal);
    private CommitSample? _latest;

    /// <summary>Takes another look in.</summary>
    /// <param name="sample">Null: HAProxy did not answer.</param>
    /// <returns>Why the change should not stay, once enough looks in a row have said so; null: it may.</returns>
    public string? Observe(CommitSample? sample)
    {
        if (sample is null)
        {
            return Count(Silence, $"HAProxy does not answer since the change");
        }

        _inARow.Remove(Silence);
        string? reason = null;
        foreach (var pool in before.Pools)
        {
            reason = Count(pool.Name, Fallen(pool, sample)) ?? reason;
        }

        foreach (var listener in before.Listeners)
        {
            reason = Count(listener.Name, Failing(listener, sample)) ?? reason;
        }

        _latest = sample;
        return reason;
    }

    private string? Count(string key, string? reason)
    {
        _inARow[key] = reason is null ? 0 : _inARow.GetValueOrDefault(key) + 1;
        return _inARow[key] >= CommitRules.LooksInARow ? reason : null;
    }

    // Members that were up and still are in the pool speak for it, and new ones only when they are all there is.
    private string? Fallen(PoolBefore was, CommitSample sample)
    {
        if (!sample.Pools.TryGetValue(was.Name, out var members))
        {
            return null;
        }

        var configured = members.Keys.Where(member => members[member] != MemberNow.Away).ToHashSet(StringComparer.Ordinal);
        var stayed = was.Up.Where(configured.Contains).ToList();
        var judged = stayed.Count > 0 ? stayed : [.. configured];
        if (judged.Count == 0)
        {
            // Emptied on purpose.
            return null;
        }

        var up = judged.Count(member => members[member] != MemberNow.Down);
        var share = stayed.Count > 0 ? 1 : (double)was.Up.Count / was.Configured;
        var isFallen = was.IsChecked ? up < rules.MembersFloor * share * judged.Count : up == 0;
        return isFallen ? $"pool {was.Name}: {up} of {judged.Count} members are up; before the change {was.Up.Count} of {was.Configured} were" : null;
    }

    private string? Failing(ListenerBefore was, CommitSample sample)
    {
        if (was.Requests < CommitRules.LeastRequests || !sample.Listeners.TryGetValue(was.Name, out var counters))
        {
            return null;
        }

        var since = sample.Worker == before.Worker ? counters.Since(new RequestCounters(was.RequestsThen, was.FailedThen)) : counters;
        var share = new RequestCounters(was.Requests, was.Failed).Share;
        return since.Requests >= CommitRules.LeastRequests && IsJump(since) && GoesOn(counters)
            ? string.Create(CultureInfo.InvariantCulture, $"listener {was.Name}: {since.Share:P0} of {since.Requests} requests have failed since the change; before it {share:P0} did")
            : null;

        bool IsJump(RequestCounters of) => of.Share >= share + rules.ErrorRatio;

        // A burst that is over leaves a share behind that sinks slowly.
        bool GoesOn(RequestCounters now) => _latest is null || _latest.Worker != sample.Worker || !_latest.Listeners.TryGetValue(was.Name, out var earlier)
            || now.Since(earlier) is var last && (last.Requests == 0 || IsJump(last));
    }
}
