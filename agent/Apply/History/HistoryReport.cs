// A history as it is told: each entry with what became of it. Pure.
using Amphora.Agent.Apply.Commit;
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Agent.Apply.History;

/// <summary>What became of an entry is in the ones behind it.</summary>
internal static class HistoryReport
{
    /// <summary>The answer of <c>GET …/history</c>.</summary>
    /// <param name="loadBalancerId">The load balancer.</param>
    /// <param name="managedBy">The API that manages it.</param>
    /// <param name="entries">Oldest first.</param>
    /// <param name="window">Of the last one; null: it is confirmed.</param>
    /// <param name="now">The time, as windows count.</param>
    public static LoadBalancerHistory Of(string loadBalancerId, string managedBy, ValueList<HistoryEntry> entries, OpenWindow? window, long now) => new()
    {
        Id = loadBalancerId,
        ManagedBy = managedBy,
        Generations = [.. entries.Select((entry, index) => Generation(entry, entries, index == entries.Count - 1 ? window : null, now)).Reverse()],
    };

    /// <summary>What the status says of the entry in force; null: it came in the ordinary way.</summary>
    public static RolledBackGeneration? RolledBack(ValueList<HistoryEntry> entries) => entries.Count > 0 && entries[^1] is { Return: { } why } last
        ? new RolledBackGeneration
        {
            Sequence = why.RollsBack,
            Generation = entries.FirstOrDefault(entry => entry.Sequence == why.RollsBack)?.Generation,
            Reason = why.Reason,
            At = last.AppliedAt,
        }
        : null;

    private static AppliedGeneration Generation(HistoryEntry entry, ValueList<HistoryEntry> entries, OpenWindow? window, long now)
    {
        var isInForce = entry.Sequence == entries[^1].Sequence;
        var rolledBack = entries.FirstOrDefault(later => later.Return?.RollsBack == entry.Sequence)?.Return;
        return new AppliedGeneration
        {
            Sequence = entry.Sequence,
            Generation = entry.Generation,
            Digest = entry.Digest,
            AppliedAt = entry.AppliedAt,
            Outcome = isInForce ? AppliedGeneration.InForce : rolledBack is null ? AppliedGeneration.Replaced : AppliedGeneration.RolledBack,
            Reason = rolledBack?.Reason ?? entry.Return?.Reason,
            Restores = entry.Return?.Restores,
            GoesBackTo = isInForce && entries.Exists(known => known.Sequence == entry.GoesBackTo) ? entry.GoesBackTo : null,
            ConfirmBy = window?.ConfirmByTime,
            Watched = window?.WatchedUntil > now ? true : null,
            Summary = entry.Summary,
        };
    }
}
