// Replaces silent amphorae: as many beside each other as may be, the next one as soon as one ends (flows.md §11).
using System.Collections.Concurrent;
using Amphora.Controller.Drivers;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Watching;
using Microsoft.Extensions.Logging;

namespace Amphora.Controller.Health.Repair;

/// <summary>What is under way, and what was left alone.</summary>
/// <param name="remedies">What can be done.</param>
/// <param name="opinions">Who is asked before.</param>
/// <param name="breaker">Whether anything is done.</param>
/// <param name="options">How much.</param>
/// <param name="logger">Says what is done and what is not.</param>
#pragma warning disable CA1001 // The semaphore has nothing to dispose of: nobody asks for its wait handle.
internal sealed partial class Repairs(Remedies remedies, OpinionReader opinions, CircuitBreaker breaker, RepairOptions options, ILogger<Repairs> logger)
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _slots = new(options.FailoverThreads, options.FailoverThreads);
    private readonly ConcurrentDictionary<Guid, Task> _under = [];
    private readonly ConcurrentDictionary<Guid, Left> _left = [];
    private readonly ConcurrentQueue<DateTimeOffset> _taken = [];

    /// <summary>How failovers ended.</summary>
    public RepairCounts Counts { get; } = new();

    /// <summary>How many are looked at or replaced right now.</summary>
    public int UnderWay => _under.Count;

    /// <summary>How many are left alone for now.</summary>
    public int LeftAlone => _left.Count;

    /// <summary>How many more may be begun to look at.</summary>
    public int Room => breaker.State switch
    {
        BreakerState.Open => 0,
        BreakerState.Trial => Math.Max(0, 1 - _under.Count),
        _ => Math.Max(0, (options.FailoverThreads * options.LooksPerThread) - _under.Count),
    };

    /// <summary>How many were taken for a failover since a time.</summary>
    public int TakenSince(DateTimeOffset time)
    {
        while (_taken.TryPeek(out var first) && first < time && _taken.TryDequeue(out _))
        {
            // Older than anybody asks for.
        }

        return _taken.Count;
    }

    /// <summary>Begins with those that are not under way or left alone; returns at once.</summary>
    /// <param name="suspects">Silent, or in ERROR.</param>
    /// <param name="ended">Called when one has ended: there is room again.</param>
    /// <param name="cancellationToken">Ends looking; failovers that run go on until <paramref name="stop"/>.</param>
    /// <param name="stop">Hands them over.</param>
    public void Begin(IEnumerable<Suspect> suspects, Action ended, CancellationToken cancellationToken, CancellationToken stop)
    {
        var now = remedies.Now;
        foreach (var suspect in suspects.Where(suspect => !_under.ContainsKey(suspect.AmphoraId) && !(_left.TryGetValue(suspect.AmphoraId, out var left) && left.Until > now)).Take(Room))
        {
            // Under way before it runs, so that it is found when it ends at once.
            var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _under[suspect.AmphoraId] = AfterAsync(begun.Task, suspect);
            begun.SetResult();
        }

        async Task AfterAsync(Task begun, Suspect suspect)
        {
            await begun;
            try
            {
                await RepairAsync(suspect, cancellationToken, stop);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested || stop.IsCancellationRequested)
            {
                // Handed over.
            }
#pragma warning disable CA1031 // The edge of a background task: it is looked at again in the next round.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Log.Failed(logger, suspect.AmphoraId, exception.Message);
            }
            finally
            {
                _under.TryRemove(suspect.AmphoraId, out _);
                ended();
            }
        }
    }

    /// <summary>Waits for all that is under way.</summary>
    public Task DrainAsync() => Task.WhenAll(_under.Values);

    /// <summary>Forgets those that nobody had to look at again.</summary>
    public void Forget()
    {
        foreach (var (id, left) in _left)
        {
            if (remedies.Now - left.Until > options.HeartbeatTimeout)
            {
                _left.TryRemove(id, out _);
            }
        }
    }

    private async Task RepairAsync(Suspect suspect, CancellationToken cancellationToken, CancellationToken stop)
    {
        // What is in ERROR has no say.
        var verdict = suspect.IsFailed ? new Verdict(Remedy.Rebuild, "what was to replace it failed") : await JudgeAsync(suspect, cancellationToken);
        if (verdict is not { } found || found.Remedy == Remedy.Leave)
        {
            return;
        }

        await _slots.WaitAsync(cancellationToken);
        try
        {
            if (breaker.State == BreakerState.Open)
            {
                return;
            }

            await (found.Remedy == Remedy.Restart ? RestartAsync(suspect, found, stop) : ReplaceAsync(suspect, found, stop));
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task<Verdict?> JudgeAsync(Suspect suspect, CancellationToken cancellationToken)
    {
        if (await opinions.ReadAsync(suspect.AmphoraId, cancellationToken) is not { } said)
        {
            return null;
        }

        var isKnown = _left.TryGetValue(suspect.AmphoraId, out var left);
        var now = remedies.Now;
        var verdict = SecondOpinion.Decide(said with { WasRestarted = isKnown && left.WasRestarted, IsOverdue = now - suspect.Since > options.HeartbeatTimeout * options.OverdueAfter });
        if (verdict.Remedy == Remedy.Leave)
        {
            _left[suspect.AmphoraId] = new Left(now + options.LeaveAlone, verdict.Reason, left.WasRestarted);
            if (left.Reason != verdict.Reason)
            {
                Log.IsLeft(logger, suspect.AmphoraId, suspect.Since, verdict.Reason);
            }
        }

        return verdict;
    }

    private async Task RestartAsync(Suspect suspect, Verdict verdict, CancellationToken stop)
    {
        Log.Restarts(logger, suspect.AmphoraId, suspect.Since, verdict.Reason);
        var worked = await remedies.RestartAsync(suspect.AmphoraId, stop);
        // A heartbeat says whether it helped; it takes as long as one takes to come.
        _left[suspect.AmphoraId] = new Left(remedies.Now + options.LeaveAlone, verdict.Reason, WasRestarted: true);
        Counts.Restarted(worked);
    }

    private async Task ReplaceAsync(Suspect suspect, Verdict verdict, CancellationToken stop)
    {
        if (await remedies.TakeAsync(suspect, stop) is not { } taken)
        {
            return;
        }

        _taken.Enqueue(remedies.Now);
        _left.TryRemove(suspect.AmphoraId, out _);
        Log.Replaces(logger, taken.LoadBalancer, suspect.AmphoraId, suspect.Since, verdict.Reason, taken.Flow);
        var worked = await remedies.EndAsync(taken.Flow, stop);
        Counts.Replaced(worked);
        breaker.EndTrial(worked, remedies.Now);
        if (!worked)
        {
            Log.NotReplaced(logger, taken.LoadBalancer, suspect.AmphoraId, taken.Flow);
        }
    }

    private readonly record struct Left(DateTimeOffset Until, string? Reason, bool WasRestarted);

    private static partial class Log
    {
        [LoggerMessage(320, LogLevel.Warning, "amphora {Amphora} is silent since {Since:u} and is left alone: {Reason}")]
        public static partial void IsLeft(ILogger logger, Guid amphora, DateTimeOffset since, string reason);

        [LoggerMessage(321, LogLevel.Warning, "amphora {Amphora} is silent since {Since:u} and gets its document again: {Reason}")]
        public static partial void Restarts(ILogger logger, Guid amphora, DateTimeOffset since, string reason);

        [LoggerMessage(322, LogLevel.Warning, "load balancer {LoadBalancer}: amphora {Amphora}, heard of last {Since:u}, is replaced: {Reason} (flow {Flow})")]
        public static partial void Replaces(ILogger logger, Guid? loadBalancer, Guid amphora, DateTimeOffset since, string reason, Guid flow);

        [LoggerMessage(323, LogLevel.Error, "load balancer {LoadBalancer}: amphora {Amphora} could not be replaced (flow {Flow})")]
        public static partial void NotReplaced(ILogger logger, Guid? loadBalancer, Guid amphora, Guid flow);

        [LoggerMessage(324, LogLevel.Error, "amphora {Amphora} cannot be looked at: {Reason}")]
        public static partial void Failed(ILogger logger, Guid amphora, string reason);
    }
}

/// <summary>How repairs ended.</summary>
internal sealed class RepairCounts
{
    private long _replaced;
    private long _notReplaced;
    private long _restarted;
    private long _notRestarted;

    /// <summary>By what was done and how it ended.</summary>
    public IReadOnlyList<(string Remedy, string Result, long Count)> All =>
    [
        ("rebuild", "success", Interlocked.Read(ref _replaced)), ("rebuild", "failure", Interlocked.Read(ref _notReplaced)),
        ("restart", "success", Interlocked.Read(ref _restarted)), ("restart", "failure", Interlocked.Read(ref _notRestarted)),
    ];

    /// <summary>Counts a failover.</summary>
    public void Replaced(bool worked) => Interlocked.Increment(ref worked ? ref _replaced : ref _notReplaced);

    /// <summary>Counts a restart.</summary>
    public void Restarted(bool worked) => Interlocked.Increment(ref worked ? ref _restarted : ref _notRestarted);
}
