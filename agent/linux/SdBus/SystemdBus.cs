// systemd's manager over D-Bus, as tasks.
using Amphora.Linux.Native;

namespace Amphora.Linux.SdBus;

/// <summary>What systemd says of a unit.</summary>
/// <param name="LoadState">loaded, not-found, bad-setting, error, masked.</param>
/// <param name="ActiveState">active, reloading, inactive, failed, activating, deactivating.</param>
/// <param name="SubState">running, start, reload, stop-sigterm, dead, failed, auto-restart, …</param>
/// <param name="MainPid">Main process; 0 when there is none.</param>
/// <param name="Result">success, exit-code, signal, timeout, protocol, resources, start-limit-hit, …</param>
/// <param name="MainStatus">Exit code or signal of the last main process.</param>
/// <param name="NeedsReload">True when the unit file on disk is another one than systemd has read.</param>
/// <param name="FileState">enabled, disabled, static, …; empty when there is no unit file.</param>
/// <param name="Type">simple, exec, forking, oneshot, notify, …</param>
public sealed record UnitStatus(
    string LoadState, string ActiveState, string SubState, int MainPid, string Result, int MainStatus, bool NeedsReload, string FileState, string Type);

/// <summary>A client of systemd. It connects when it is first asked, and again after the bus was restarted. libsystemd is loaded then
/// and not before.</summary>
public sealed class SystemdBus : IAsyncDisposable
{
    private const string Unit = "org.freedesktop.systemd1.Unit";
    private const string Service = "org.freedesktop.systemd1.Service";

    private readonly BusThread _thread;

    /// <summary>Prepares a client; nothing is connected yet.</summary>
    /// <param name="address">D-Bus address; null: the system bus. systemd's own socket <c>unix:path=/run/systemd/private</c> works
    /// without a bus.</param>
    /// <param name="callLimit">Limit of each call, not of waiting for a job.</param>
    public SystemdBus(string? address, TimeSpan callLimit) => _thread = new BusThread(address ?? BusConnection.SystemBus, callLimit);

    /// <summary>True when systemd answers there; asks at once, on the caller's thread.</summary>
    public static bool Answers(string? address, TimeSpan limit)
    {
        try
        {
            using var connection = new BusConnection(address ?? BusConnection.SystemBus, limit);
            return true;
        }
        catch (LinuxException)
        {
            return false;
        }
    }

    /// <summary>Version of the systemd at the other end; the cheapest way to know that it answers.</summary>
    public Task<string> VersionAsync(CancellationToken cancellationToken) =>
        _thread.AskAsync(bus => bus.Text("/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager", "Version"), cancellationToken);

    /// <summary>Starts, reloads, restarts or stops a unit and waits for the end of the job.</summary>
    /// <param name="method">StartUnit, ReloadUnit, ReloadOrRestartUnit, RestartUnit or StopUnit.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="limit">How long the job may take.</param>
    /// <param name="cancellationToken">Ends the wait, not the job.</param>
    /// <returns>The result of the job: done, failed, timeout, canceled, dependency, skipped, …</returns>
    /// <exception cref="BusErrorException">systemd refused, as with NoSuchUnit.</exception>
    /// <exception cref="TimeoutException">The job did not end in time.</exception>
    public async Task<string> RunJobAsync(string method, string unit, TimeSpan limit, CancellationToken cancellationToken)
    {
        var ended = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        // The signal is read by the thread that makes the call, so it cannot be read before the job is entered.
        var job = await _thread.AskAsync(
            bus =>
            {
                var path = bus.CallForPath(method, [unit, "replace"]);
                _thread.Expect(path, ended);
                return path;
            },
            cancellationToken);
        try
        {
            return await ended.Task.WaitAsync(limit, cancellationToken);
        }
        finally
        {
            if (!ended.Task.IsCompleted)
            {
                _thread.Forget(job, ended);
            }
        }
    }

    /// <summary>Links and enables a unit file; systemd does not read it for that (<see cref="ReloadAsync"/>).</summary>
    public Task EnableAsync(string unit, CancellationToken cancellationToken) => DoAsync(bus => bus.CallWithFiles("EnableUnitFiles", unit, false, true), cancellationToken);

    /// <summary>Removes the links of a unit file.</summary>
    public Task DisableAsync(string unit, CancellationToken cancellationToken) => DoAsync(bus => bus.CallWithFiles("DisableUnitFiles", unit, false), cancellationToken);

    /// <summary>daemon-reload: systemd reads all unit files again.</summary>
    public Task ReloadAsync(CancellationToken cancellationToken) => DoAsync(bus => bus.Call("Reload", []), cancellationToken);

    /// <summary>Forgets that a unit has failed, and how often it was started.</summary>
    public Task ResetFailedAsync(string unit, CancellationToken cancellationToken) => DoAsync(bus => bus.Call("ResetFailedUnit", [unit]), cancellationToken);

    /// <summary>State of a service unit, loading it when needed; one without a unit file is <c>not-found</c>.</summary>
    public Task<UnitStatus> ReadAsync(string unit, CancellationToken cancellationToken) => _thread.AskAsync(
        bus =>
        {
            var path = bus.CallForPath("LoadUnit", [unit]);
            return new UnitStatus(
                bus.Text(path, Unit, "LoadState"),
                bus.Text(path, Unit, "ActiveState"),
                bus.Text(path, Unit, "SubState"),
                bus.Number(path, Service, "MainPID", 'u'),
                bus.Text(path, Service, "Result"),
                bus.Number(path, Service, "ExecMainStatus", 'i'),
                bus.Number(path, Unit, "NeedDaemonReload", 'b') != 0,
                bus.Text(path, Unit, "UnitFileState"),
                bus.Text(path, Service, "Type"));
        },
        cancellationToken);

    /// <summary>Closes the connection; what is still waiting fails.</summary>
    public ValueTask DisposeAsync() => _thread.DisposeAsync();

    private Task<bool> DoAsync(Action<BusConnection> action, CancellationToken cancellationToken) => _thread.AskAsync(
        bus =>
        {
            action(bus);
            return true;
        },
        cancellationToken);
}
