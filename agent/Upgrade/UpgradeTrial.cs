// A new agent on trial: it starts, becomes ready, and answers a request, each in time.
using System.Diagnostics;
using Amphora.Agent.Services;
using Amphora.Contract;
using Amphora.Contract.Rest;
using Amphora.Linux.SdBus;

namespace Amphora.Agent.Upgrade;

/// <summary>Restarts the agent's unit and watches it. systemd keeps the listening socket meanwhile.</summary>
internal sealed class UpgradeTrial(UpgradeOptions options, SystemdBus bus)
{
    /// <summary>Restarts into the binary the link leads to, and waits for its proof.</summary>
    /// <returns>Null when it has proved itself, or why it has not, with what it printed.</returns>
    public async Task<Failure?> RunAsync(AgentUpgrade upgrade, CancellationToken cancellationToken)
    {
        var step = new SystemdStep("try the new agent", options.AgentUnit, bus, options.Timeouts.Services);
        var clock = Stopwatch.StartNew();
        var before = (await bus.ReadAsync(options.AgentUnit, cancellationToken)).MainPid;
        var limit = TimeSpan.FromSeconds(upgrade.ConfirmWithin);
        var restart = bus.RunJobAsync("RestartUnit", options.AgentUnit, options.Timeouts.Stop + limit, cancellationToken);
        var pid = 0;
        while (Confirmation.Read(options.Confirmation) != upgrade.Sha256)
        {
            // The result first: what is read after a restart that is done is the new agent's.
            var result = await ResultAsync(restart);
            var status = await bus.ReadAsync(options.AgentUnit, cancellationToken);
            if (pid == 0 && status.MainPid != before && status.MainPid != 0)
            {
                // Its time begins now: how long the one before took to finish its requests is not its fault.
                pid = status.MainPid;
                clock.Restart();
            }

            if (result is not null && (result != "done" || pid == 0 || status.MainPid != pid))
            {
                return await step.FailedAsync(result == "done" ? "it ended" : result);
            }

            if (clock.Elapsed > (pid == 0 ? options.Timeouts.Stop : limit))
            {
                return await step.TimedOutAsync(
                    pid == 0 ? "the one before does not end"
                    : result is not null ? $"it has answered no request within {upgrade.ConfirmWithin} s"
                    : $"it was not ready within {upgrade.ConfirmWithin} s");
            }

            await Task.Delay(options.Timeouts.Pause, cancellationToken);
        }

        return null;
    }

    /// <summary>Restarts into the binary the link leads to now, and waits until it is ready.</summary>
    /// <returns>Null, or why it is not.</returns>
    public async Task<Failure?> ReturnAsync(CancellationToken cancellationToken)
    {
        var step = new SystemdStep("start the agent before", options.AgentUnit, bus, options.Timeouts.Services);
        try
        {
            var result = await bus.RunJobAsync("RestartUnit", options.AgentUnit, options.Timeouts.Return, cancellationToken);
            return result == "done" ? null : await step.FailedAsync(result);
        }
        catch (TimeoutException)
        {
            return await step.TimedOutAsync("systemd has not finished");
        }
    }

    // Null while systemd is at it.
    private static async Task<string?> ResultAsync(Task<string> restart)
    {
        try
        {
            return restart.IsCompleted ? await restart : null;
        }
        catch (TimeoutException)
        {
            return "timeout";
        }
    }
}
