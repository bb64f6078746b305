// The loop that watches generations in their windows. Nothing of it runs in the write queue but the way back.
using System.Diagnostics.CodeAnalysis;
using Amphora.Agent.Apply.Rollback;
using Amphora.Contract;

namespace Amphora.Agent.Apply.Commit;

/// <summary>Sleeps until a window opens, then looks every second until none is.</summary>
internal sealed partial class CommitWatch(ApplyOptions options, CommitWindows windows, CommitEyes eyes, Rollbacks rollbacks, ILogger<CommitWatch> logger)
    : BackgroundService
{
    private const int MostAttempts = 3;
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, Trial> _trials = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    [SuppressMessage("Design", "CA1031", Justification = "a background loop: whatever goes wrong in one round, there is a next one")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await windows.WaitAsync(windows.All.IsEmpty ? Timeout.InfiniteTimeSpan : s_look, stoppingToken);
                await RoundAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Log.RoundFailed(logger, exception);
            }
        }
    }

    // All at the same time, so that a HAProxy that hangs delays none of the others.
    private Task RoundAsync(CancellationToken cancellationToken)
    {
        var open = windows.All;
        foreach (var over in _trials.Where(trial => open.GetValueOrDefault(trial.Key)?.Sequence != trial.Value.Window.Sequence).ToList())
        {
            _trials.Remove(over.Key);
        }

        foreach (var (loadBalancer, window) in open)
        {
            _trials.TryAdd(loadBalancer, new Trial(window, window.Before is null ? null : new CommitJudge(options.Rules, window.Before)) { NextLook = windows.Now + Milliseconds(s_look) });
        }

        return Task.WhenAll(_trials.Where(trial => trial.Value.NextLook <= windows.Now).Select(trial => LookAsync(trial.Key, trial.Value, cancellationToken)).ToArray());
    }

    private async Task LookAsync(string loadBalancerId, Trial trial, CancellationToken cancellationToken)
    {
        trial.NextLook = windows.Now + Milliseconds(s_look);
        var window = trial.Window;
        var isUnconfirmed = window.ConfirmBy <= windows.Now;
        if (isUnconfirmed)
        {
            await GoBackAsync(loadBalancerId, trial, isUnconfirmed, window.Unconfirmed, cancellationToken);
        }
        else if (trial.Judge is { } judge && window.WatchedUntil > windows.Now)
        {
            if (judge.Observe(await eyes.SampleAsync(loadBalancerId, withMembers: window.Before!.Pools.Count > 0, cancellationToken)) is { } reason)
            {
                await GoBackAsync(loadBalancerId, trial, isUnconfirmed, reason, cancellationToken);
            }
        }
        else if (window.ConfirmBy is null && await rollbacks.PassAsync(loadBalancerId, window, cancellationToken) is { Ok: true, Value: true })
        {
            Log.Passed(logger, loadBalancerId, window.Sequence);
        }
    }

    private async Task GoBackAsync(string loadBalancerId, Trial trial, bool isUnconfirmed, string reason, CancellationToken cancellationToken)
    {
        var gone = await rollbacks.GoBackAsync(loadBalancerId, trial.Window, isUnconfirmed, reason, cancellationToken);
        if (gone.Failure is { } failure)
        {
            // The next start of the agent tries again what was to be confirmed.
            trial.Attempts++;
            trial.NextLook = trial.Attempts < MostAttempts ? windows.Now + Milliseconds(s_rest) : long.MaxValue;
            Log.Stuck(logger, loadBalancerId, trial.Window.Sequence, reason, failure.Message);
        }
        else if (gone.Value)
        {
            Log.RolledBack(logger, loadBalancerId, trial.Window.Sequence, reason);
        }
    }

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;

    private sealed record Trial(OpenWindow Window, CommitJudge? Judge)
    {
        public long NextLook { get; set; }

        public int Attempts { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(330, LogLevel.Warning, "load balancer {LoadBalancer}: entry {Sequence} of the history was rolled back: {Reason}")]
        public static partial void RolledBack(ILogger logger, string loadBalancer, long sequence, string reason);

        [LoggerMessage(331, LogLevel.Error, "load balancer {LoadBalancer}: entry {Sequence} of the history should be rolled back ({Reason}), and cannot be: {Failure}")]
        public static partial void Stuck(ILogger logger, string loadBalancer, long sequence, string reason, string failure);

        [LoggerMessage(332, LogLevel.Information, "load balancer {LoadBalancer}: entry {Sequence} of the history is confirmed: nothing became worse")]
        public static partial void Passed(ILogger logger, string loadBalancer, long sequence);

        [LoggerMessage(333, LogLevel.Error, "a look at generations that are watched came to nothing")]
        public static partial void RoundFailed(ILogger logger, Exception exception);
    }
}
