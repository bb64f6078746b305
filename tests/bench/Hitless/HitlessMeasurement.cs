// The section about changes while HAProxy runs.
using System.Globalization;

namespace Amphora.Bench.Hitless;

/// <summary>A section of its own.</summary>
internal static class HitlessMeasurement
{
    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        BenchmarkReport report = new();
        await DisruptionMeasurement.RunAsync(report, cancellationToken);
        await MemberChangeMeasurement.RunAsync(report, cancellationToken);
        BenchmarkPage.WriteSection("Changes while HAProxy runs", Introduction() + report.Table());
    }

    private static string Introduction() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        What `./build.sh bench hitless` printed on {DateTimeOffset.UtcNow:yyyy-MM-dd} ({Machine.Description}); load average at the end
        {File.ReadAllText("/proc/loadavg").Split(' ')[0]}. A change is a PUT of the whole document to the native agent, from its first byte until HAProxy has it (asked once a
        millisecond), and until the answer, which comes when it is proven and recorded. *Plain reloads*: HAProxy on what Octavia's own templates render of the same document, its servers' state saved before
        each reload, as Octavia's agent does it. Fifty clients keep their connections and repeat nothing; after each change another long
        TCP connection begins.


        """);
}
