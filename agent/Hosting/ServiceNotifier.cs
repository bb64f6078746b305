// Tells systemd how the agent is: sd_notify(3).
using System.Globalization;
using Amphora.Linux.Native;
using Amphora.Linux.SdBus;

namespace Amphora.Agent.Hosting;

/// <summary>READY=1 once the agent listens, WATCHDOG=1 as long as it has a thread to say so, STOPPING=1 at its end. Without
/// $NOTIFY_SOCKET it does nothing.</summary>
internal sealed partial class ServiceNotifier(AgentOptions options, ILogger<ServiceNotifier> logger) : BackgroundService, IHostedLifecycleService
{
    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        Send($"READY=1\nSTATUS=amphora {options.AmphoraId ?? "without id"}, listening on {options.BindHost} port {options.BindPort}");
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        Send("STOPPING=1");
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        Send("STATUS=bringing interfaces and load balancers to what is in force");
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Half of WatchdogSec=, as sd_watchdog_enabled(3) asks for; null: there is none for this process.</summary>
    /// <param name="microseconds">$WATCHDOG_USEC.</param>
    /// <param name="pid">$WATCHDOG_PID; null or empty: whoever reads it.</param>
    /// <param name="own">The number of this process.</param>
    internal static TimeSpan? WatchdogPeriod(string? microseconds, string? pid, int own) =>
        long.TryParse(microseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most > 1
        && (string.IsNullOrEmpty(pid) || pid == own.ToString(CultureInfo.InvariantCulture))
            ? TimeSpan.FromMicroseconds(most / 2)
            : null;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var period = WatchdogPeriod(
            Environment.GetEnvironmentVariable("WATCHDOG_USEC"), Environment.GetEnvironmentVariable("WATCHDOG_PID"), Environment.ProcessId);
        if (period is null)
        {
            return;
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            Send("WATCHDOG=1");
            await Task.Delay(period.Value, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Send(string state)
    {
        try
        {
            SystemdNotification.Send(state);
        }
        catch (LinuxException exception)
        {
            Log.NotTold(logger, state, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(230, LogLevel.Warning, "systemd cannot be told {State}: {Reason}")]
        public static partial void NotTold(ILogger logger, string state, string reason);
    }
}
