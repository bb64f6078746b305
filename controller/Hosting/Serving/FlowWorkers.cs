// Runs flows that were recorded and that nobody runs: new ones, and what a dead controller left.
using Amphora.Controller.Flows;
using Amphora.Controller.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Amphora.Controller.Hosting.Serving;

/// <summary>So many beside each other. One of them asks the database at a time, and more seldom while there is nothing.</summary>
/// <param name="flows">Runs them.</param>
/// <param name="options">How many.</param>
/// <param name="handover">When they are handed over.</param>
/// <param name="logger">Says what goes wrong.</param>
internal sealed partial class FlowWorkers(FlowEngine flows, ServeOptions options, Handover handover, ILogger<FlowWorkers> logger) : BackgroundService
{
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _door = new(1, 1);
    private TimeSpan _pause = s_first;
    private long _asked;
    private int _running;

    /// <summary>How many run right now.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>True while somebody asks for flows, or all are at work.</summary>
    public bool IsAlive => Running == options.Workers || TimeProvider.System.GetElapsedTime(Volatile.Read(ref _asked)) < s_fresh;

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(Enumerable.Range(0, options.Workers).Select(_ => WorkAsync(stoppingToken)));

    /// <inheritdoc/>
    public override void Dispose()
    {
        _door.Dispose();
        base.Dispose();
    }

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _door.WaitAsync(stoppingToken);
                await AskAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task AskAsync(CancellationToken stoppingToken)
    {
        var isAtDoor = true;
        try
        {
            Volatile.Write(ref _asked, TimeProvider.System.GetTimestamp());
            await flows.RunAnyAsync(Begin, handover.Stop);
        }
        catch (OperationCanceledException) when (handover.Stop.IsCancellationRequested)
        {
            // Handed over; the loop ends.
        }
#pragma warning disable CA1031 // A background loop: another flow, or the same one later, may do.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.Failed(logger, exception is DatabaseUnavailableException ? exception.Message : exception.ToString());
        }
        finally
        {
            if (isAtDoor)
            {
                await Task.Delay(_pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                _pause = _pause * 2 < s_longest ? _pause * 2 : s_longest;
                _door.Release();
            }
            else
            {
                Interlocked.Decrement(ref _running);
            }
        }

        void Begin()
        {
            (isAtDoor, _pause) = (false, s_first);
            Interlocked.Increment(ref _running);
            _door.Release();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(400, LogLevel.Error, "a flow cannot be run: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
