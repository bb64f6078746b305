// A generation in a few words.
using System.Globalization;
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Agent.Apply.History;

/// <summary>For people who look for the one they mean.</summary>
internal static class HistorySummary
{
    private const int MostChanges = 3;

    /// <summary>Of a document.</summary>
    public static string Of(DesiredStateDocument document)
    {
        var loadBalancer = document.LoadBalancer;
        return Words((loadBalancer.Listeners.Count, "listener"), (loadBalancer.Pools.Count, "pool"), (loadBalancer.Pools.Sum(static pool => pool.Members.Count), "member"));
    }

    /// <summary>Of an uploaded haproxy.cfg.</summary>
    public static string Of(string text)
    {
        var lines = text.Split('\n');
        return Words(
            (lines.Count(static line => line.StartsWith("frontend ", StringComparison.Ordinal)), "listener"),
            (lines.Count(static line => line.StartsWith("backend ", StringComparison.Ordinal)), "pool"),
            (lines.Count(static line => line.AsSpan().TrimStart().StartsWith("server ")), "member"));
    }

    /// <summary>With what was different from the generation before.</summary>
    public static string With(string summary, IEnumerable<string> changes)
    {
        var all = changes.ToList();
        var shown = string.Join(", ", all.Take(MostChanges));
        return all.Count == 0 ? summary
            : all.Count <= MostChanges ? $"{summary}; {shown}"
            : string.Create(CultureInfo.InvariantCulture, $"{summary}; {shown} and {all.Count - MostChanges} more");
    }

    private static string Words(params ReadOnlySpan<(int Number, string Word)> counts)
    {
        var words = new List<string>();
        foreach (var (number, word) in counts)
        {
            words.Add(string.Create(CultureInfo.InvariantCulture, $"{number} {word}{(number == 1 ? "" : "s")}"));
        }

        return string.Join(", ", words);
    }
}
