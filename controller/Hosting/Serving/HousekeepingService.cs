// The jobs of housekeeping, for as long as the controller serves: each in a loop of its own.
using System.Collections.Concurrent;
using Amphora.Controller.Drivers;
using Amphora.Controller.Housekeeping;
using Amphora.Controller.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Amphora.Controller.Hosting.Serving;

/// <summary>Runs them and counts what they do; what one throws is logged, and its next round may do (flows.md §10).</summary>
/// <param name="controller">Has them.</param>
/// <param name="logger">Says what they did.</param>
internal sealed partial class HousekeepingService(RunningController controller, ILogger<HousekeepingService> logger) : BackgroundService
{
    private readonly ConcurrentDictionary<(string Job, string What, bool Worked), long> _done = [];

    /// <summary>What was done, by job, kind and how it ended.</summary>
    public IReadOnlyDictionary<(string Job, string What, bool Worked), long> Done => _done;

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(controller.Housekeeping.Select(job => RepeatAsync(job, stoppingToken)));

    private async Task RepeatAsync(HousekeepingJob job, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await RunAsync(job, stoppingToken);
            await Task.Delay(job.Interval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RunAsync(HousekeepingJob job, CancellationToken stoppingToken)
    {
        try
        {
            foreach (var action in (await job.RunAsync(stoppingToken)).Actions)
            {
                _done.AddOrUpdate((job.Name, action.What, action.Error is null), action.Count, (_, sum) => sum + action.Count);
                Log.Did(logger, job.Name, action.What, action.Which, action.Count, action.Error ?? "done");
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end.
        }
#pragma warning disable CA1031 // A background loop: each job loop survives any exception (flows.md §10).
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _done.AddOrUpdate((job.Name, "round", false), 1, static (_, sum) => sum + 1);
            Log.Failed(logger, job.Name, exception is DatabaseUnavailableException or DriverException ? exception.Message : exception.ToString());
        }
    }

    private static partial class Log
    {
        [LoggerMessage(440, LogLevel.Information, "housekeeping, {Job}: {What} {Which} ({Count}): {Result}")]
        public static partial void Did(ILogger logger, string job, string what, string which, int count, string result);

        [LoggerMessage(441, LogLevel.Error, "housekeeping, {Job}: the round failed: {Reason}")]
        public static partial void Failed(ILogger logger, string job, string reason);
    }
}
