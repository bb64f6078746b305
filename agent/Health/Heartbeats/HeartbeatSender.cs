// The heartbeat's loop: looks often, tells every interval, and at once when something changed (heartbeat.md §7).
using Amphora.Contract.Heartbeat;
using Amphora.Linux.Native;
using Amphora.Linux.Processes;

namespace Amphora.Agent.Health.Heartbeats;

/// <summary>Begins before anything else of the agent, and waits for nothing of it: whatever the writer does, the beat goes on.</summary>
internal sealed partial class HeartbeatSender(
    Func<HeartbeatOptions> options, HeartbeatEyes eyes, HeartbeatPost post, TimeProvider clock, ILogger<HeartbeatSender> logger)
    : BackgroundService, IHostedLifecycleService
{
    // A member's change is told within a second after HAProxy found it. A look reads frontends and backends only: with 100 listeners
    // and 2,000 members that is 2 ms of HAProxy's processor time, with the members 16 ms; these are read when there is something to tell.
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    // Between a heartbeat and one out of turn: members that flap must not flood a controller.
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(1);

    private readonly long _started = clock.GetUtcNow().ToUnixTimeMilliseconds();
    private TrafficBook? _book;
    private long _sequence;
    private long? _lastInTurn;
    private long _last;
    private int _toldPrint;
    private string? _silence;

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => base.StartAsync(cancellationToken);

    /// <summary>Nothing: it runs since <see cref="StartingAsync"/>, before interfaces and load balancers are restored.</summary>
    public override Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var now = options();
                await RoundAsync(now, stoppingToken);
                await Task.Delay(UntilNextLook(now), clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // heartbeat.md §7.6: whatever goes wrong in one round, there is a next one.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Log.RoundFailed(logger, exception);
                await Task.Delay(s_look, clock, CancellationToken.None);
            }
        }
    }

    // Not later than the next heartbeat is due.
    private TimeSpan UntilNextLook(HeartbeatOptions now)
    {
        var due = _lastInTurn is { } last ? now.Interval - clock.GetElapsedTime(last) : s_look;
        return due < s_look ? TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(due.TotalMilliseconds))) : s_look;
    }

    private async Task RoundAsync(HeartbeatOptions now, CancellationToken cancellationToken)
    {
        if (Silence(now) is { } silence)
        {
            Say(silence);
            return;
        }

        _book ??= TrafficBookFile.Load(now.BasePath);
        var isInTurn = _lastInTurn is not { } last || clock.GetElapsedTime(last) >= now.Interval;
        var reading = await eyes.ReadAsync(withMembers: isInTurn, cancellationToken);
        if (eyes.IsVrrpMissing())
        {
            // §7.2: a heartbeat that stays away is how a broken keepalived triggers a failover.
            Say("keepalived is configured and does not run");
            return;
        }

        if (!isInTurn && reading.StatusPrint() != _toldPrint && clock.GetElapsedTime(_last) >= s_rest)
        {
            reading = await eyes.ReadAsync(withMembers: true, cancellationToken);
            await TellAsync(now, reading, cancellationToken);
        }
        else if (isInTurn)
        {
            // Counted from the end, as upstream counts; from here should there be none.
            _lastInTurn = clock.GetTimestamp();
            await TellAsync(now, reading, cancellationToken);
            _lastInTurn = clock.GetTimestamp();
        }
        else if (reading.Enter(_book))
        {
            // What a replaced process says can be asked only once.
            Save(now, _book);
        }
    }

    private async Task TellAsync(HeartbeatOptions now, AmphoraReading reading, CancellationToken cancellationToken)
    {
        var book = _book!;
        reading.Enter(book);
        if (await post.NextAsync(now.Controllers, cancellationToken) is not { } controller)
        {
            return;
        }

        var origin = new HeartbeatOrigin(ProcessStatus.BootId, _started, clock.GetUtcNow().ToUnixTimeMilliseconds());
        var message = reading.ToMessage(book, now.AmphoraId!, _sequence++, origin);
        (_last, _toldPrint) = (clock.GetTimestamp(), reading.StatusPrint());

        // Kept before it is sent: killed in between, a controller learns of it from the totals; the other way round it would count twice.
        Save(now, book);
        if (post.Send(Datagram(message, new HeartbeatKey(now.Key)), controller))
        {
            book.EndRound();
        }
        else
        {
            book.GiveBack();
            Save(now, book);
        }
    }

    // Two thousand members nearly fill a datagram: then totals stay at home.
    private static byte[] Datagram(HeartbeatMessage message, HeartbeatKey key)
    {
        var datagram = HeartbeatEnvelope.Wrap(HeartbeatWriter.Write(message).Span, key);
        return datagram.Length <= HeartbeatEnvelope.MostBytes ? datagram : HeartbeatEnvelope.Wrap(
            HeartbeatWriter.Write(message with { Listeners = message.Listeners.ConvertAll(static listener => listener with { Total = null }) }).Span, key);
    }

    private void Save(HeartbeatOptions now, TrafficBook book)
    {
        try
        {
            TrafficBookFile.Save(now.BasePath, book);
            Say(null);
        }
        catch (LinuxException exception)
        {
            Say($"counters cannot be kept: {exception.Message}");
        }
    }

    private static string? Silence(HeartbeatOptions now) =>
        now.Controllers.Count == 0 ? "controller_ip_port_list is empty"
        : now.AmphoraId is null ? "amphora_id is not set"
        : null;

    // Said once, until it is something else.
    private void Say(string? silence)
    {
        if (silence != _silence)
        {
            _silence = silence;
            if (silence is null)
            {
                Log.Beating(logger);
            }
            else
            {
                Log.Silent(logger, silence);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(800, LogLevel.Warning, "heartbeat: {Reason}")]
        public static partial void Silent(ILogger logger, string reason);

        [LoggerMessage(801, LogLevel.Information, "heartbeat: all is well again")]
        public static partial void Beating(ILogger logger);

        [LoggerMessage(802, LogLevel.Error, "heartbeat: this round came to nothing")]
        public static partial void RoundFailed(ILogger logger, Exception exception);
    }
}
