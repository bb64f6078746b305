// PUT to serving, with haproxy -c alone beside it.
using System.Net;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Networks;

namespace Amphora.Bench;

internal static class PushMeasurement
{
    private const int Rounds = 9;
    private const double MostOwnShare = 20;

    // The agent gives memory back when it has had nothing to do for a second.
    private static readonly TimeSpan UntilIdle = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(BenchmarkReport report, CancellationToken cancellationToken)
    {
        await using PushTarget small = await PushTarget.CreateAsync(LoadBalancerSize.Small, cancellationToken);
        await using PushTarget large = await PushTarget.CreateAsync(LoadBalancerSize.Large, cancellationToken);
        // The first round warms up this side and the file cache.
        for (int round = 0; round <= Rounds; round++)
        {
            foreach (PushTarget target in (PushTarget[])[small, large])
            {
                await target.RunRoundAsync(isKept: round > 0, cancellationToken);
            }
        }

        await Task.Delay(UntilIdle, cancellationToken);
        small.MeasureMemory();
        large.MeasureMemory();

        foreach (PushTarget target in (PushTarget[])[small, large])
        {
            string name = target.Name;
            report.Add($"{name}: haproxy -c alone", "ms", target.CheckAlone);
            Add(report, $"{name}: first PUT", "start", target.First, target == large);
            Add(report, $"{name}: changed PUT", "reload", target.Changed, target == large);
            report.Add($"{name}: unchanged PUT", "ms", target.Unchanged);
            report.Add($"{name}: memory after these PUTs, RSS", "MiB", target.Memory);
        }
    }

    private static void Add(BenchmarkReport report, string what, string haproxy, PushSamples samples, bool isLarge)
    {
        report.Add(what, "ms", samples.Put);
        report.Add($"{what}, to serving", "ms", samples.Serving);
        report.Add($"{what}, of it haproxy -c", "ms", samples.Check);
        report.Add($"{what}, of it {haproxy} of HAProxy", "ms", samples.Service);
        report.Add($"{what}, own share", "%", samples.OwnShare, isLarge ? MostOwnShare : null);
    }
}
