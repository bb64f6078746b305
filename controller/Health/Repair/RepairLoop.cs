// Looks for silent amphorae again and again (flows.md §11).
using Amphora.Controller.Health.Intake;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Watching;
using Microsoft.Extensions.Logging;

namespace Amphora.Controller.Health.Repair;

/// <summary>What the rounds share.</summary>
/// <param name="Database">Where silence is seen.</param>
/// <param name="Book">Knows who should not be there any more.</param>
/// <param name="Trouble">Whether we hear well ourselves.</param>
/// <param name="Breaker">Whether so many are silent that it is one thing.</param>
/// <param name="Options">How often, how long.</param>
internal sealed record RepairParts(IDatabase Database, HealthBook Book, OwnTrouble Trouble, CircuitBreaker Breaker, RepairOptions Options);

/// <summary>The loop. A round only begins things; nothing in it waits for a repair.</summary>
/// <param name="parts">What it looks at.</param>
/// <param name="repairs">What it begins.</param>
/// <param name="remedies">Deletes zombies.</param>
/// <param name="logger">Says what is held, and why.</param>
#pragma warning disable CA1001 // The semaphore has nothing to dispose of: nobody asks for its wait handle.
internal sealed partial class RepairLoop(RepairParts parts, Repairs repairs, Remedies remedies, ILogger<RepairLoop> logger)
#pragma warning restore CA1001
{
    private const int MostSuspects = 1000;
    private static readonly TimeSpan s_seldom = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _room = new(0, 1);
    private readonly Dictionary<Guid, DateTimeOffset> _zombies = [];
    private DateTimeOffset _seldom;
    private DateTimeOffset _hearsSince;
    private BreakerState _said;
    private bool _isHeld;

    /// <summary>What the last round counted.</summary>
    public SilenceCounts Counts { get; private set; }

    /// <summary>When a round last ended well; null: not yet.</summary>
    public DateTimeOffset? Looked { get; private set; }

    /// <summary>Runs rounds until it is cancelled, then waits for what is under way.</summary>
    /// <param name="cancellationToken">Nothing more is begun.</param>
    /// <param name="stop">What is under way is handed over.</param>
    public async Task RunAsync(CancellationToken cancellationToken, CancellationToken stop)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await RoundAsync(cancellationToken, stop);
                Looked = parts.Database.Clock.GetUtcNow();
                // Sooner when one ends: its place is taken at once.
                await _room.WaitAsync(parts.Options.CheckInterval, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // That is how it ends.
            }
            catch (DatabaseUnavailableException exception)
            {
                parts.Trouble.Note(exception.Message);
                await Task.Delay(parts.Options.CheckInterval, CancellationToken.None);
            }
#pragma warning disable CA1031 // A background loop: the next round may do.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Log.RoundFailed(logger, exception);
                await Task.Delay(parts.Options.CheckInterval, CancellationToken.None);
            }
        }

        await repairs.DrainAsync();
    }

    /// <summary>One look at everything.</summary>
    public async Task RoundAsync(CancellationToken cancellationToken, CancellationToken stop)
    {
        var now = parts.Database.Clock.GetUtcNow();
        var before = now - parts.Options.HeartbeatTimeout;
        await DeleteZombiesAsync(now, cancellationToken);
        if (await HoldAsync(before, now, cancellationToken))
        {
            return;
        }

        if (now - _seldom > s_seldom)
        {
            await LookSeldomAsync(now, cancellationToken);
            _seldom = now;
        }

        if (repairs.Room is > 0 and var room)
        {
            var most = Math.Min(MostSuspects, room + repairs.LeftAlone + repairs.UnderWay);
            var suspects = await parts.Database.ReadAsync(
                async (transaction, token) =>
                {
                    var rows = new SilentRows(transaction);
                    return (await rows.SilentAsync(before, most, token)).Concat(await rows.FailedAsync(now - parts.Options.RetryAfter, most, token)).ToList();
                },
                cancellationToken);
            repairs.Begin(suspects, Ended, cancellationToken, stop);
        }
    }

    private void Ended()
    {
        try
        {
            _room.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is known already that there is room.
        }
    }

    private async Task<bool> HoldAsync(DateTimeOffset before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Who went silent while we did not hear well did so at once, as far as anybody can tell.
        _hearsSince = parts.Trouble.Left > TimeSpan.Zero || _hearsSince == default ? now : _hearsSince;
        var late = now - _hearsSince < parts.Options.HeartbeatTimeout ? DateTimeOffset.UnixEpoch : before - parts.Options.HeartbeatTimeout;
        var (counts, stopped) = await parts.Database.InTransactionAsync(
            async (transaction, token) =>
            {
                var health = new HealthRows(transaction);
                await health.ResumeAsync(before, token);
                var found = await new SilentRows(transaction).CountAsync(before, late, before + parts.Options.Spread, token);
                var isHeldAnyway = parts.Trouble.Left > TimeSpan.Zero;
                return (found, !isHeldAnyway && parts.Options.FailoverThreshold is { } threshold ? await health.StopFailoversAsync(before, threshold, token) : 0);
            },
            cancellationToken);
        var taken = repairs.TakenSince(before);
        Counts = new SilenceCounts(counts.Watched + taken, counts.Silent, counts.SilentOfLate + taken);
        var left = parts.Trouble.Left;
        SayHeld(left);
        if (left > TimeSpan.Zero)
        {
            return true;
        }

        parts.Breaker.Observe(Counts, now);
        SayBreaker();
        if (stopped > 0)
        {
            Log.Stopped(logger, stopped);
        }

        return stopped > 0;
    }

    private async Task LookSeldomAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        repairs.Forget();
        var stranded = await parts.Database.InTransactionAsync(
            async (transaction, token) =>
            {
                var rows = new SilentRows(transaction);
                await rows.ExpectAsync(token);
                return await rows.ReleaseStrandedAsync(now - parts.Options.RetryAfter, token);
            },
            cancellationToken);
        foreach (var id in stranded)
        {
            Log.Stranded(logger, id);
        }
    }

    private async Task DeleteZombiesAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var id in parts.Book.TakeZombies())
        {
            if (_zombies.TryGetValue(id, out var last) && now - last < parts.Options.RetryAfter)
            {
                continue;
            }

            _zombies[id] = now;
            Log.Zombie(logger, id);
            try
            {
                await remedies.DeleteZombieAsync(id, cancellationToken);
            }
            catch (Drivers.DriverException exception)
            {
                Log.ZombieStays(logger, id, exception.Message);
            }
        }

        foreach (var (id, last) in _zombies)
        {
            _ = now - last > parts.Options.RetryAfter && _zombies.Remove(id);
        }
    }

    private void SayHeld(TimeSpan left)
    {
        var isHeld = left > TimeSpan.Zero;
        if (isHeld && !_isHeld)
        {
            Log.Held(logger, left.TotalSeconds, parts.Trouble.Reason);
        }

        _isHeld = isHeld;
    }

    private void SayBreaker()
    {
        var state = parts.Breaker.State;
        if (state != _said)
        {
            Log.Breaker(logger, state, Counts.Silent, Counts.SilentOfLate, Counts.Watched);
        }

        _said = state;
    }

    private static partial class Log
    {
        [LoggerMessage(340, LogLevel.Warning, "nobody is replaced for {Seconds:0} s, so that amphorae can be heard of: {Reason}")]
        public static partial void Held(ILogger logger, double seconds, string reason);

        [LoggerMessage(341, LogLevel.Error, "circuit breaker: {State}; {Silent} amphorae are silent; {OfLate} of {Watched} fell silent of late, or are about to")]
        public static partial void Breaker(ILogger logger, BreakerState state, int silent, int ofLate, int watched);

        [LoggerMessage(342, LogLevel.Error, "{Silent} amphorae are silent, as many as failover_threshold: they are FAILOVER_STOPPED")]
        public static partial void Stopped(ILogger logger, int silent);

        [LoggerMessage(343, LogLevel.Warning, "load balancer {LoadBalancer} was PENDING and no flow works on it: it is in ERROR now")]
        public static partial void Stranded(ILogger logger, Guid loadBalancer);

        [LoggerMessage(344, LogLevel.Warning, "amphora {Amphora} is deleted and sends heartbeats: its machine is deleted")]
        public static partial void Zombie(ILogger logger, Guid amphora);

        [LoggerMessage(345, LogLevel.Error, "the machine of the deleted amphora {Amphora} cannot be deleted: {Reason}")]
        public static partial void ZombieStays(ILogger logger, Guid amphora, string reason);

        [LoggerMessage(346, LogLevel.Error, "a round of the health manager failed")]
        public static partial void RoundFailed(ILogger logger, Exception exception);
    }
}
