// The benchmark, into docs/benchmark.md; with names (push, start, check, render, heartbeat) on the terminal only, octavia, hitless, image, create, health and repair into sections there.
using System.Runtime.InteropServices;
using Amphora.Bench;
using Amphora.Bench.Controller;
using Amphora.Bench.Hitless;
using Amphora.Bench.Image;
using Amphora.Bench.Octavia;

using CancellationTokenSource stop = new();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    BenchmarkReport report = new();
    (string Name, Func<BenchmarkReport, CancellationToken, Task> RunAsync)[] measurements =
    [
        ("push", PushMeasurement.RunAsync), ("start", StartMeasurement.RunAsync), ("check", CheckMeasurement.RunAsync),
        ("render", RenderMeasurement.RunAsync), ("heartbeat", HeartbeatMeasurement.RunAsync),
    ];
    foreach (var measurement in measurements.Where(measurement => args.Length == 0 || args.Contains(measurement.Name)))
    {
        await measurement.RunAsync(report, stop.Token);
    }

    if (args.Length == 0)
    {
        report.Write();
    }

    if (args.Contains("hitless"))
    {
        await HitlessMeasurement.RunAsync(stop.Token);
    }

    if (args.Contains("create"))
    {
        await CreationMeasurement.RunAsync(stop.Token);
    }

    if (args.Contains("health"))
    {
        await HealthMeasurement.RunAsync(stop.Token);
    }

    if (args.Contains("repair"))
    {
        await RepairMeasurement.RunAsync(stop.Token);
    }

    if (args.Contains("image"))
    {
        await ImageMeasurement.RunAsync(stop.Token);
    }

    if (args.Length == 0 || args.Contains("octavia"))
    {
        await ComparisonMeasurement.RunAsync(stop.Token);
    }

    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}
catch (Exception exception) when (exception is InvalidOperationException or HttpRequestException or TimeoutException or IOException)
{
    Console.WriteLine($"the benchmark broke off: {exception.Message}");
    return 1;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
