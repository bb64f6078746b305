// Waiting until a child has started or reloaded, or has died on the way.
using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Amphora.Contract;
using Amphora.Linux.Processes;

namespace Amphora.Agent.Services;

/// <summary>How a child says that it is ready, and what it printed when it is not.</summary>
internal sealed class ChildReadiness(ServiceUnit unit, WatchedProcess process, NotifySocket? socket, ProgramLog log)
{
    private const int LogLines = 40;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    // HAProxy 2.6 loses a reload signal that comes in the last moments of its start (measured), as after an agent that died while starting it.
    private static readonly TimeSpan Unheard = TimeSpan.FromSeconds(2);

    /// <summary>Waits until a started child is ready.</summary>
    /// <param name="step">What is being done.</param>
    /// <param name="logFrom">Where its log began.</param>
    /// <param name="limit">For how long.</param>
    public Task<Failure?> StartedAsync(string step, long logFrom, TimeSpan limit) =>
        WaitAsync(step, logFrom, limit, socket is null ? PidFileNamesItAsync : token => socket.SaidAsync("READY=1", token));

    /// <summary>Tells it to reload and waits until that is done. Without notifications nothing says when, only that it lives.</summary>
    /// <param name="step">What is being done.</param>
    /// <param name="limit">For how long.</param>
    /// <param name="mayBeStarting">True: told again until it says that it reloads. One reload too many does no harm then; of a process
    /// that has started, the second one's READY would be taken for that of a later reload.</param>
    public async Task<Failure?> ReloadAsync(string step, TimeSpan limit, bool mayBeStarting)
    {
        var logFrom = log.Position;
        socket?.Forget();
        if (!process.Signal(unit.ReloadSignal))
        {
            return new Failure(step, $"cannot {step}: its process {process.Id} has just ended") { Tool = Tool, Output = log.Tail(LogLines) };
        }

        if (socket is null)
        {
            return null;
        }

        var failure = await WaitAsync(step, logFrom, limit, async token =>
        {
            await (mayBeStarting ? ReloadingAsync(socket, token) : socket.SaidAsync("RELOADING=1", token));
            await socket.SaidAsync("READY=1", token);
        });
        return failure ?? ReloadRefused(step, logFrom);
    }

    private async Task ReloadingAsync(NotifySocket said, CancellationToken cancellationToken)
    {
        var heard = said.SaidAsync("RELOADING=1", cancellationToken);
        while (await Task.WhenAny(heard, Task.Delay(Unheard, cancellationToken)) != heard && process.Signal(unit.ReloadSignal))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        await heard;
    }

    private string Tool => Path.GetFileName(unit.Command[0]);

    private Failure? ReloadRefused(string step, long logFrom)
    {
        var said = log.Tail(LogLines, logFrom);
        return unit.ReloadFailure is not null && said.Contains(unit.ReloadFailure, StringComparison.Ordinal)
            ? new Failure(step, $"cannot {step}: it refused the new configuration and goes on with the one before") { Tool = Tool, Output = said }
            : null;
    }

    private async Task<Failure?> WaitAsync(string step, long logFrom, TimeSpan limit, Func<CancellationToken, Task> ready)
    {
        var clock = Stopwatch.StartNew();
        using var cancel = new CancellationTokenSource(limit);
        var waiting = ready(cancel.Token);
        if (await Task.WhenAny(waiting, process.Exited) == process.Exited)
        {
            await cancel.CancelAsync();
        }

        try
        {
            await waiting;
            return null;
        }
        catch (Exception exception) when (exception is OperationCanceledException or ChannelClosedException)
        {
            return process.Exited.IsCompletedSuccessfully ? Ended(step, logFrom, clock.Elapsed) : TimedOut(step, logFrom, clock.Elapsed);
        }
    }

    private Failure Ended(string step, long logFrom, TimeSpan duration) =>
        new(step, $"cannot {step}: it ended with exit code {process.Exited.Result?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}")
        {
            Tool = Tool,
            ExitCode = process.Exited.Result,
            Output = log.Tail(LogLines, logFrom),
            Duration = duration,
        };

    private Failure TimedOut(string step, long logFrom, TimeSpan duration) =>
        new(step, $"cannot {step}: it was not ready after {duration.TotalSeconds:0.#} s")
        {
            Kind = FailureKind.TimedOut,
            Tool = Tool,
            Output = log.Tail(LogLines, logFrom),
            Duration = duration,
        };

    private async Task PidFileNamesItAsync(CancellationToken cancellationToken)
    {
        while (!PidFile.Names(unit.PidFile, process.Id))
        {
            await Task.Delay(Pause, cancellationToken);
        }
    }
}
