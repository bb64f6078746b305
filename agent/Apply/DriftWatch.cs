// Looks now and then whether what runs is still what was put there.
using Amphora.Agent.Actions;
using Amphora.Agent.Haproxy;
using Amphora.Contract;

namespace Amphora.Agent.Apply;

/// <summary>What is done about a difference nobody asked for.</summary>
internal enum DriftAction
{
    /// <summary>It is put right, and logged.</summary>
    Repair,

    /// <summary>It is logged.</summary>
    Report,
}

/// <summary>Asks every HAProxy of this amphora, whichever API brought it. What differs is logged once, until it differs otherwise.</summary>
internal sealed partial class DriftWatch(ApplyOptions options, HaproxyDrift drift, WriteQueue queue, TimeProvider time, ILogger<DriftWatch> logger)
    : BackgroundService
{
    private readonly Dictionary<string, ValueList<string>> _known = new(StringComparer.Ordinal);

    /// <summary>One look at all of them.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var directory in Directory.Exists(options.BasePath) ? Directory.EnumerateDirectories(options.BasePath) : [])
        {
            var id = Path.GetFileName(directory);
            if (ObjectId.Is(id) && File.Exists(Path.Combine(directory, "haproxy.cfg")))
            {
                var looked = await queue.RunAsync(_ => LookAsync(id, cancellationToken), cancellationToken);
                if (looked.Failure is { } failure)
                {
                    Log.Failed(logger, id, failure.Message);
                }
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.DriftInterval == TimeSpan.Zero)
        {
            return;
        }

        using var timer = new PeriodicTimer(options.DriftInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await LookAsync(stoppingToken);
        }
    }

    // True when nothing differs any more.
    private async Task<Outcome<bool>> LookAsync(string loadBalancerId, CancellationToken cancellationToken)
    {
        var found = await drift.FindAsync(loadBalancerId, cancellationToken);
        if (found.Failure is { } unreadable)
        {
            return unreadable;
        }

        if (found.Value is not { } plan)
        {
            _known.Remove(loadBalancerId);
            return true;
        }

        if (_known.GetValueOrDefault(loadBalancerId) != plan.Changes)
        {
            _known[loadBalancerId] = plan.Changes;
            drift.Tell(plan, options.Drift == DriftAction.Repair ? "repair" : "report");
            Log.Differs(logger, loadBalancerId, plan.Changes.Count, string.Join("; ", plan.Changes.Take(5)));
        }

        if (options.Drift == DriftAction.Report)
        {
            return false;
        }

        return await drift.RepairAsync(plan) is { } failure ? failure : true;
    }

    private static partial class Log
    {
        [LoggerMessage(320, LogLevel.Warning, "load balancer {LoadBalancer}: {Count} things are not as they were put there: {Differences}")]
        public static partial void Differs(ILogger logger, string loadBalancer, int count, string differences);

        [LoggerMessage(321, LogLevel.Warning, "load balancer {LoadBalancer}: cannot prove what runs: {Reason}")]
        public static partial void Failed(ILogger logger, string loadBalancer, string reason);
    }
}
