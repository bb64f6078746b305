// What follows a job of systemd: is it really done, and if not, why.
using System.Diagnostics;
using System.Globalization;
using Amphora.Contract;
using Amphora.Linux.Native;
using Amphora.Linux.Processes;
using Amphora.Linux.SdBus;

namespace Amphora.Agent.Services;

/// <summary>One start, reload or stop of a unit.</summary>
internal sealed class SystemdStep(string step, string unit, SystemdBus bus, ServiceTimeouts timeouts)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LogPause = TimeSpan.FromMilliseconds(200);

    private readonly DateTimeOffset _began = DateTimeOffset.UtcNow;
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>The failure of a job, with the unit's result and its last lines.</summary>
    public async Task<Failure> FailedAsync(string jobResult)
    {
        var status = await bus.ReadAsync(unit, CancellationToken.None);
        var result = status.Result == "success" ? jobResult : status.Result;
        return Because($"systemd says '{result}'") with
        {
            Kind = result == "timeout" ? FailureKind.TimedOut : FailureKind.Internal,
            ExitCode = status.MainStatus,
            Output = await LastWordsAsync(),
        };
    }

    /// <summary>A program without notifications is ready when its pid file names it.</summary>
    public async Task<Failure?> HasPidFileAsync(ServiceUnit? description)
    {
        while (description is { Notify: false })
        {
            var status = await bus.ReadAsync(unit, CancellationToken.None);
            if (status.ActiveState is not ("active" or "reloading"))
            {
                return await FailedAsync("failed");
            }

            if (PidFile.Names(description.PidFile, status.MainPid))
            {
                return null;
            }

            if (_clock.Elapsed > timeouts.Start)
            {
                return await TimedOutAsync($"{description.PidFile} does not name its process {status.MainPid}");
            }

            await Task.Delay(Pause);
        }

        return null;
    }

    /// <summary>Waits until a program that notifies has reloaded. systemd's job ends when the signal is sent; the program then says
    /// RELOADING=1, executes itself again, forks a worker, and says READY=1. Once there is the worker the first has been said, so that an
    /// active unit means that the second has been said too. When it refuses the configuration, the unit is active too, there is no worker,
    /// and its log says why.</summary>
    /// <param name="before">The unit before the reload.</param>
    /// <param name="workers">Its workers before the reload: the children of its main process, which forks nothing else.</param>
    /// <param name="reloadFailure">What it logs when it refuses; null: it says nothing.</param>
    public async Task<Failure?> DoneAsync(UnitStatus before, IReadOnlyList<int> workers, string? reloadFailure)
    {
        var nextLook = LogPause;
        while (true)
        {
            // Looked at first: seen afterwards, it may have come since systemd answered, with RELOADING=1 still unread.
            var hasNewWorker = ProcessStatus.Children(before.MainPid).Except(workers).Any();
            var status = await bus.ReadAsync(unit, CancellationToken.None);
            if (status.MainPid != before.MainPid || status.ActiveState is not ("active" or "reloading"))
            {
                return await FailedAsync("failed");
            }

            if (status.ActiveState == "active" && hasNewWorker)
            {
                return null;
            }

            if (status.ActiveState == "active" && reloadFailure is not null && _clock.Elapsed > nextLook)
            {
                var said = await LogAsync();
                if (said.Contains(reloadFailure, StringComparison.Ordinal))
                {
                    return Because("it refused the new configuration and goes on with the one before") with { Output = said };
                }

                nextLook = _clock.Elapsed + LogPause;
            }

            if (_clock.Elapsed > timeouts.Reload)
            {
                return await TimedOutAsync($"it is still {status.ActiveState} ({status.SubState})");
            }

            await Task.Delay(Pause);
        }
    }

    /// <summary>The unit's last lines since the step began; a host without a journal has none to show, and --sync fails there at once.</summary>
    public Task<string> LogAsync() => LogAsync(ServiceFailures.LogLines);

    private async Task<string> LogAsync(int lines)
    {
        var since = _began.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        try
        {
            // journald reads what programs print when it comes to it: first it has to catch up.
            await Tool.RunAsync(["journalctl", "--sync"], new ToolOptions { TimeLimit = timeouts.Call }, CancellationToken.None);
            var journal = await Tool.RunAsync(
                ["journalctl", "-u", unit, "-n", $"{lines}", "--since", $"@{since}", "--no-pager", "--quiet", "-o", "cat"],
                new ToolOptions { TimeLimit = timeouts.Call },
                CancellationToken.None);
            return journal.Succeeded ? journal.Output : "";
        }
        catch (LinuxException exception) when (exception.IsMissing)
        {
            return "";
        }
    }

    /// <summary>As <see cref="LogAsync()"/>, of a program that has just ended: on a busy host its last lines come in after it is gone. Read
    /// until there is nothing new.</summary>
    public async Task<string> LastWordsAsync()
    {
        var clock = Stopwatch.StartNew();
        var (before, now) = ("", await LogAsync(ServiceFailures.DeathLines));
        while (now != before && clock.Elapsed < timeouts.Call)
        {
            await Task.Delay(LogPause);
            (before, now) = (now, await LogAsync(ServiceFailures.DeathLines));
        }

        return now;
    }

    private Failure Because(string reason) => new(step, $"cannot {step}: {reason}") { Tool = "systemd", Duration = _clock.Elapsed };

    /// <summary>The failure of something that takes too long, with the unit's last lines.</summary>
    public async Task<Failure> TimedOutAsync(string reason) =>
        Because(reason) with { Kind = FailureKind.TimedOut, Output = await LogAsync() };
}
