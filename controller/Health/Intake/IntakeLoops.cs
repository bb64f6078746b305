// The two loops of the intake: one receives, the other one writes and reads.
using System.Net;
using System.Net.Sockets;
using Amphora.Controller.Health.Repair;
using Amphora.Controller.Store;
using Microsoft.Extensions.Logging;

namespace Amphora.Controller.Health.Intake;

/// <summary>Runs them; what goes wrong is noted, so that nobody is called silent for it.</summary>
/// <param name="receiver">The socket.</param>
/// <param name="book">Between them.</param>
/// <param name="writer">The database.</param>
/// <param name="trouble">Takes note.</param>
/// <param name="logger">Says what is wrong, once.</param>
internal sealed partial class IntakeLoops(HeartbeatReceiver receiver, HealthBook book, HealthWriter writer, OwnTrouble trouble, ILogger<IntakeLoops> logger)
{
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _saidOfSocket;
    private string? _saidOfDatabase;

    /// <summary>Ends when everything there is has been read once.</summary>
    public Task Loaded => _loaded.Task;

    /// <summary>Where heartbeats are received; null: nowhere.</summary>
    public EndPoint? Listening { get; private set; }

    /// <summary>What came.</summary>
    public HeartbeatCounts Counts => receiver.Counts;

    /// <summary>Receives until it is cancelled.</summary>
    public async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        // A heartbeat of somebody nobody has read of would be lost.
        await _loaded.Task.WaitAsync(cancellationToken);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await receiver.RunAsync(Begin, book.Take, cancellationToken);
            }
            catch (SocketException exception)
            {
                Say(ref _saidOfSocket, $"cannot receive heartbeats: {exception.Message}");
                await Task.Delay(s_again, CancellationToken.None);
            }
            finally
            {
                Listening = null;
            }
        }
    }

    /// <summary>Writes and reads until it is cancelled; what was received until then is written.</summary>
    public async Task WriteAsync(HealthWriterOptions options, CancellationToken cancellationToken)
    {
        while (!await TryAsync(writer.LoadAsync, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        _loaded.SetResult();
        var (rounds, each) = (0, (int)(options.RefreshInterval / options.WriteInterval));
        // Reading is not waited for: heartbeats would get old.
        var reading = Task.CompletedTask;
        using var timer = new PeriodicTimer(options.WriteInterval);
        while (await TickAsync(timer, cancellationToken))
        {
            trouble.Beat();
            await TryAsync(writer.WriteAsync, cancellationToken);
            if (++rounds % each == 0 && reading.IsCompleted)
            {
                reading = TryAsync(writer.RefreshAsync, cancellationToken);
            }
        }

        await reading;
        await TryAsync(writer.WriteAsync, CancellationToken.None);
    }

    private static async Task<bool> TickAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Begin(EndPoint endPoint)
    {
        (Listening, _saidOfSocket) = (endPoint, null);
        Log.Listens(logger, endPoint);
    }

    private async Task<bool> TryAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken);
            _saidOfDatabase = null;
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The loop sees it by itself.
        }
        catch (DatabaseUnavailableException exception)
        {
            Say(ref _saidOfDatabase, exception.Message);
        }
#pragma warning disable CA1031 // A background loop: the next time may do.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Say(ref _saidOfDatabase, exception.ToString());
            await Task.Delay(s_again, CancellationToken.None);
        }

        return false;
    }

    private void Say(ref string? said, string reason)
    {
        trouble.Note(reason);
        if (said != reason)
        {
            Log.Trouble(logger, reason);
        }

        said = reason;
    }

    private static partial class Log
    {
        [LoggerMessage(300, LogLevel.Information, "receives heartbeats at {EndPoint}")]
        public static partial void Listens(ILogger logger, EndPoint endPoint);

        [LoggerMessage(301, LogLevel.Error, "{Reason}")]
        public static partial void Trouble(ILogger logger, string reason);
    }
}
