// A report as lines for people, or as JSON. Pure.
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Amphora.Agent.Replay;

/// <summary>Prints.</summary>
internal static class ReplayPrinter
{
    // Of a list, so many lines are enough to see what it is about.
    private const int MostLines = 10;

    /// <summary>A paragraph for each plan that differs, then the summary.</summary>
    public static string Text(ReplayReport report)
    {
        var text = new StringBuilder();
        foreach (var plan in report.Different)
        {
            text.Append(CultureInfo.InvariantCulture, $"record {plan.Seq}, {plan.Time.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}, load balancer {plan.LoadBalancer ?? "-"}\n");
            text.Append(plan.Unusable is null ? "" : $"  cannot be decided again: {plan.Unusable}\n");
            foreach (var difference in plan.Differences)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {difference.Part}\n");
                Append(text, "recorded", difference.Recorded);
                Append(text, "today   ", difference.Today);
            }
        }

        return text.Append(CultureInfo.InvariantCulture, $"{report.Plans} plans, {report.Same} the same, {report.Different.Count} different\n").ToString();
    }

    /// <summary>One object.</summary>
    public static string Json(ReplayReport report) => JsonSerializer.Serialize(report, ReplayJson.Default.ReplayReport) + "\n";

    private static void Append(StringBuilder text, string who, IReadOnlyList<string> lines)
    {
        foreach (var line in lines.Take(MostLines))
        {
            text.Append(CultureInfo.InvariantCulture, $"    {who}: {line}\n");
        }

        text.Append(lines.Count == 0 ? $"    {who}: nothing\n" : lines.Count > MostLines ? $"    {who}: and {lines.Count - MostLines} more\n" : "");
    }
}
