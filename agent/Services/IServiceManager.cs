// Starts, reloads and stops what the amphora runs: systemd units, or supervised child processes.
using Amphora.Contract;

namespace Amphora.Agent.Services;

/// <summary>Runs services. Two implementations: systemd over sd-bus, and supervised child processes.
/// Every call waits for the result (systemd: the job), within the limits of <see cref="ServiceTimeouts"/>, and is safe to repeat.</summary>
internal interface IServiceManager
{
    /// <summary><c>systemd</c> or <c>child-processes</c>.</summary>
    string Name { get; }

    /// <summary>What the service does now; a service nobody installed is <see cref="ServiceState.Absent"/>.</summary>
    Task<Outcome<ServiceState>> ReadAsync(string serviceName, CancellationToken cancellationToken);

    /// <summary>What its program has printed since this agent last told it to start or reload, at most the last
    /// <see cref="ServiceFailures.DeathLines"/> lines; empty when nothing is known.</summary>
    Task<string> LogAsync(string serviceName, CancellationToken cancellationToken);

    /// <summary>Makes the service known (systemd: unit file, daemon-reload, enable) without starting it. Unchanged touches nothing.</summary>
    Task<Failure?> InstallAsync(ServiceUnit unit, CancellationToken cancellationToken);

    /// <summary>Starts it and waits until it is ready; already running is success.</summary>
    Task<Failure?> StartAsync(string serviceName, CancellationToken cancellationToken);

    /// <summary>Reloads it and waits until the reload is done; a stopped service is started.</summary>
    Task<Failure?> ReloadAsync(string serviceName, CancellationToken cancellationToken);

    /// <summary>Stops it and waits until its main process is gone; already stopped is success.</summary>
    Task<Failure?> StopAsync(string serviceName, CancellationToken cancellationToken);

    /// <summary>Stops it, disables it and forgets it; a service that is not there is success.</summary>
    Task<Failure?> RemoveAsync(string serviceName, CancellationToken cancellationToken);

    /// <summary>Takes up what an earlier agent left running. Called once, before anything else; systemd's units need it not.</summary>
    /// <returns>One failure for each service that could not be taken up; it is tried again with back-off.</returns>
    Task<IReadOnlyList<Failure>> AdoptAsync(CancellationToken cancellationToken);

    /// <summary>Stops what would be left without supervision when the agent leaves for good, to be started again by the next
    /// <see cref="AdoptAsync"/>. An agent that is only restarted does not call it. systemd's units run on.</summary>
    Task<IReadOnlyList<Failure>> StopAllAsync(CancellationToken cancellationToken);
}

/// <summary>State of a service.</summary>
/// <param name="Installed">True when the service is known (systemd: its unit file is there).</param>
/// <param name="Active">True when it runs and is ready.</param>
/// <param name="Detail">systemd's sub state, or the same words for a child: running, start, reload, stop, dead, failed, auto-restart.</param>
/// <param name="MainPid">Process id of the main process, when it runs.</param>
internal sealed record ServiceState(bool Installed, bool Active, string Detail, int? MainPid)
{
    /// <summary>Not installed.</summary>
    public static ServiceState Absent { get; } = new(false, false, "dead", null);
}
