// The benchmark: start, memory, size, rendering and PUT-to-serving of the native agent, as a table in docs/benchmark.md.
using System.Runtime.InteropServices;
using Amphora.Bench;

using CancellationTokenSource stop = new();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    BenchmarkReport report = new();
    await PushMeasurement.RunAsync(report, stop.Token);
    await StartMeasurement.RunAsync(report, stop.Token);
    await RenderMeasurement.RunAsync(report, stop.Token);
    await HeartbeatMeasurement.RunAsync(report, stop.Token);
    report.Write();
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
