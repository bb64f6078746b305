// Octavia's operating status, from the words of HAProxy (heartbeat.md §4, §8).
using Amphora.Agent.Haproxy;

namespace Amphora.Agent.Health;

/// <summary>The status words and the rules by which Octavia's health manager sets them.</summary>
internal static class OperatingStatus
{
    public const string Online = "ONLINE";
    public const string Draining = "DRAINING";
    public const string Offline = "OFFLINE";
    public const string Degraded = "DEGRADED";
    public const string Error = "ERROR";
    public const string NoMonitor = "NO_MONITOR";

    /// <summary>Of a listener that has to be there.</summary>
    public static string OfListener(StatRow? frontend) => frontend?.Status switch
    {
        "OPEN" => Online,
        "FULL" => Degraded,
        _ => Error,
    };

    /// <summary>Of a pool that has to be there; a member that is down degrades a pool that is up.</summary>
    public static string OfPool(string? status, IEnumerable<string> members) =>
        status is null ? Offline
        : !status.StartsWith("UP", StringComparison.Ordinal) ? Error
        : members.Contains(Error) ? Degraded
        : Online;

    /// <summary>Of a member; behind the word HAProxy may write how far the checks have come, as <c>UP 1/3</c>.</summary>
    public static string OfMember(StatRow? server) =>
        server is null ? Offline
        : server.Status == "UP" && server.Weight == 0 ? Draining
        : OfMember(server.Status);

    /// <summary>Of a member of LVS while keepalived starts again: what it was; before anything was known, what Octavia creates.</summary>
    /// <param name="status">The word.</param>
    /// <param name="before">What it was; null: nothing is known.</param>
    /// <param name="isMonitored">True when the pool has a health monitor.</param>
    public static string OfLvsMember(string status, string? before, bool isMonitored) =>
        status == "RESTARTING" ? before ?? (isMonitored ? Offline : NoMonitor) : OfMember(status);

    /// <summary>Of a member by its word.</summary>
    public static string OfMember(string status)
    {
        return StartsWith("UP") ? Online
            : StartsWith("DOWN") ? Error
            : StartsWith("DRAIN") || StartsWith("NOLB") ? Draining
            : status == "no check" ? NoMonitor
            : Offline;

        bool StartsWith(string word) => status.StartsWith(word, StringComparison.Ordinal);
    }

    /// <summary>The worst that counts for the load balancer above: what is switched off does not.</summary>
    public static string Worst(IEnumerable<string> statuses)
    {
        var all = statuses.ToHashSet();
        return all.Contains(Error) ? Error : all.Contains(Degraded) ? Degraded : Online;
    }
}
