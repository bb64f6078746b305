// Watches that workers which a reload replaced come to their end.
using Amphora.Agent.Actions;
using Amphora.Agent.Haproxy.Augment;
using Amphora.Agent.Services;
using Amphora.Linux.Processes;

namespace Amphora.Agent.Haproxy.Runtime;

/// <summary>A replaced worker ends with its last connection, or is ended (<see cref="AugmentFacts.HardStop"/>, <see cref="AugmentFacts.MaxReloads"/>). Each one that
/// ends is told, and each one that should have ended and has not.</summary>
internal sealed partial class ReplacedWorkers(
    HaproxyOptions options, IServiceManager services, IHaproxyRuntime runtime, TimeProvider time, ILogger<ReplacedWorkers> logger) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    // HAProxy ends it at its limit; a machine under load takes a moment.
    private static readonly TimeSpan s_grace = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, Dictionary<int, Replaced>> _known = new(StringComparer.Ordinal);

    /// <summary>One look at all load balancers.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var directory in Directory.Exists(options.BasePath) ? Directory.EnumerateDirectories(options.BasePath) : [])
        {
            var id = Path.GetFileName(directory);
            if (ObjectId.Is(id) && File.Exists(options.Paths(id).Config))
            {
                Tell(id, await FindAsync(id, cancellationToken));
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception exception) when (OperatingSystemFailure.Is(exception))
            {
                Log.Failed(logger, exception.Message);
            }
        }
    }

    // Children of the master that are not the one that answers; empty as well when nobody answers.
    private async Task<List<int>> FindAsync(string loadBalancerId, CancellationToken cancellationToken)
    {
        var service = await services.ReadAsync(options.Paths(loadBalancerId).Unit, cancellationToken);
        if (!service.Ok || service.Value.MainPid is not { } master)
        {
            return [];
        }

        var workers = ProcessStatus.Children(master).ToList();
        if (workers.Count < 2)
        {
            return [];
        }

        var serving = await runtime.ShowInfoAsync(loadBalancerId, cancellationToken);
        return serving.Ok ? [.. workers.Where(pid => pid != serving.Value.Pid)] : [];
    }

    private void Tell(string loadBalancerId, List<int> replaced)
    {
        var now = time.GetUtcNow();
        var known = _known.TryGetValue(loadBalancerId, out var found) ? found : _known[loadBalancerId] = [];
        foreach (var (pid, worker) in known.Where(pair => !replaced.Contains(pair.Key)).ToList())
        {
            Log.Ended(logger, loadBalancerId, pid, (now - worker.Since).TotalSeconds);
            known.Remove(pid);
        }

        var limit = AugmentFacts.Of(options, options.Paths(loadBalancerId)).HardStop + s_grace;
        foreach (var pid in replaced)
        {
            var worker = known.TryGetValue(pid, out var seen) ? seen : new Replaced(now, IsOverdue: false);
            var isOverdue = now - worker.Since > limit;
            if (isOverdue && !worker.IsOverdue)
            {
                Log.Overdue(logger, loadBalancerId, pid, (now - worker.Since).TotalHours);
            }

            known[pid] = worker with { IsOverdue = isOverdue };
        }
    }

    private sealed record Replaced(DateTimeOffset Since, bool IsOverdue);

    private static partial class Log
    {
        [LoggerMessage(531, LogLevel.Information, "load balancer {LoadBalancer}: HAProxy's replaced worker {Pid} has ended, {Seconds:0} s after it was seen")]
        public static partial void Ended(ILogger logger, string loadBalancer, int pid, double seconds);

        [LoggerMessage(532, LogLevel.Warning, "load balancer {LoadBalancer}: HAProxy's replaced worker {Pid} has not ended for {Hours:0.0} h, longer than hard-stop-after")]
        public static partial void Overdue(ILogger logger, string loadBalancer, int pid, double hours);

        [LoggerMessage(533, LogLevel.Warning, "cannot look for replaced workers of HAProxy: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
