// keepalived's check of the amphora, a process every few seconds, beside the smallest process there is.
using System.Globalization;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;

namespace Amphora.Bench;

internal static class CheckMeasurement
{
    private const int Rounds = 15;
    private const int ProcessesARound = 20;
    private const double MostMilliseconds = 5;
    private const string Haproxy = "global\n    stats socket {socket}\ndefaults\n    timeout client 1s\n    timeout server 1s\n    timeout connect 1s\n"
        + "frontend f\n    bind unix@{socket}.front\n";

    // Ends with proc(5), stat, of itself: what its children used.
    private const string Repeat = "n=$1; shift; while [ $n -gt 0 ]; do \"$@\" || exit 1; n=$((n-1)); done; read -r line </proc/$$/stat; echo \"$line\"";

    public static async Task RunAsync(BenchmarkReport report, CancellationToken cancellationToken)
    {
        await using HaproxyProcess haproxy = await HaproxyProcess.StartAsync(Haproxy, null, cancellationToken);
        using TestFolder amphora = new();
        amphora.Write("lb/haproxy.cfg", "");
        File.CreateSymbolicLink(amphora["lb.sock"], haproxy.SocketFile);
        Kind check = new("vrrp-check, whole process", [.. Checkout.AgentCommand, "vrrp-check", "--base-path", amphora.Path]);
        Kind least = new("/bin/true, whole process", ["/bin/true"]);
        // The first round warms up the file cache.
        for (int round = 0; round <= Rounds; round++)
        {
            foreach (Kind kind in (Kind[])[check, least])
            {
                await MeasureAsync(kind, isCounted: round > 0, cancellationToken);
            }
        }

        report.Add(check.Name, "ms", check.Time, MostMilliseconds);
        report.Add(least.Name, "ms", least.Time);
        report.Add("vrrp-check, processor time", "ms", check.Processor);
        report.Add("vrrp-check, page faults", "", check.Faults);
    }

    private static async Task MeasureAsync(Kind kind, bool isCounted, CancellationToken cancellationToken)
    {
        CommandResult result = await Command.RunAsync(["/bin/sh", "-c", Repeat, "sh", $"{ProcessesARound}", .. kind.Program], cancellationToken);
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', kind.Program)}: not 0\n{result.Errors}");
        }

        // Behind the name: cminflt, cutime, cstime are fields 11, 16, 17; the times in hundredths of a second.
        string[] fields = result.Output[(result.Output.LastIndexOf(')') + 2)..].Split(' ');
        long Field(int number) => long.Parse(fields[number - 3], CultureInfo.InvariantCulture);
        if (isCounted)
        {
            kind.Time.Add(result.Duration / ProcessesARound);
            kind.Processor.Add(10.0 * (Field(16) + Field(17)) / ProcessesARound);
            kind.Faults.Add((double)Field(11) / ProcessesARound);
        }
    }

    private sealed record Kind(string Name, string[] Program)
    {
        public Samples Time { get; } = new();

        public Samples Processor { get; } = new();

        public Samples Faults { get; } = new();
    }
}
