// Tells systemd how the controller is: sd_notify(3). Without $NOTIFY_SOCKET it does nothing.
using System.Globalization;
using Amphora.Linux.Native;
using Amphora.Linux.SdBus;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Amphora.Controller.Hosting.Serving;

/// <summary>READY=1 once it does its work, WATCHDOG=1 as long as it does, STOPPING=1 at its end.</summary>
internal sealed partial class SystemdNotifier(Readiness readiness, ILogger<SystemdNotifier> logger) : BackgroundService
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc/>
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        Send("STOPPING=1");
        return base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await readiness.NotReadyAsync(stoppingToken) is { } reason)
            {
                Send($"STATUS=not ready: {reason}");
                await Task.Delay(s_poll, stoppingToken);
            }

            Send("READY=1\nSTATUS=serving");
            while (Period() is { } period)
            {
                // A database that is away is no reason to start again: as long as there is a thread to say so.
                Send("WATCHDOG=1");
                await Task.Delay(period, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end.
        }
    }

    // Half of WatchdogSec=, as sd_watchdog_enabled(3) asks for; null: there is none.
    private static TimeSpan? Period() =>
        long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most > 1 ? TimeSpan.FromMicroseconds(most / 2) : null;

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
        [LoggerMessage(420, LogLevel.Warning, "systemd cannot be told {State}: {Reason}")]
        public static partial void NotTold(ILogger logger, string state, string reason);
    }
}
