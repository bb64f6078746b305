// What happens before the agent listens and after it stopped listening.
using Amphora.Agent.Apply;
using Amphora.Agent.Keepalived;
using Amphora.Agent.Network;
using Amphora.Agent.Services;
using Amphora.Contract;

namespace Amphora.Agent.Hosting;

/// <summary>Brings interfaces and load balancers to what is in force before the first request is taken (agent-api §1: "Not ready
/// yet: do not listen"), and on an orderly stop ends the services that would have nobody to look after them.</summary>
internal sealed partial class AgentLifetime(AgentOptions options, NetworkRestorer network, Recovery recovery, IServiceManager services, ILogger<AgentLifetime> logger)
    : IHostedLifecycleService
{
    /// <inheritdoc/>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        KeepalivedSlice.RemoveStalePidFiles(options.BasePath);
        Report(await services.AdoptAsync(cancellationToken));
        Report(await network.RestoreAsync(cancellationToken));
        Report(await recovery.RunAsync(cancellationToken));
    }

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var running = DateTime.UtcNow - System.Diagnostics.Process.GetCurrentProcess().StartTime.ToUniversalTime();
        Log.Listening(logger, options.BindHost, options.BindPort, (int)running.TotalMilliseconds);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (options.StopServicesOnExit)
        {
            Report(await services.StopAllAsync(cancellationToken));
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Report(IEnumerable<Failure> failures)
    {
        foreach (var failure in failures)
        {
            Log.Failed(logger, failure.Step, failure.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(210, LogLevel.Warning, "{Step}: {Reason}")]
        public static partial void Failed(ILogger logger, string step, string reason);

        [LoggerMessage(211, LogLevel.Information, "listening on {Host} port {Port}, {Milliseconds} ms after the process began")]
        public static partial void Listening(ILogger logger, System.Net.IPAddress host, int port, int milliseconds);
    }
}
