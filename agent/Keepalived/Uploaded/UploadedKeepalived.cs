// Configurations of keepalived that came as text: VRRP of the amphora, LVS of a listener.
using Amphora.Agent.Actions;
using Amphora.Agent.Services;
using Amphora.Contract;
using Amphora.Linux.Files;

namespace Amphora.Agent.Keepalived.Uploaded;

/// <summary>Stores, runs and removes them. Storing starts nothing and checks nothing, as upstream (agent-api §5, §7). One caller at a time
/// (the write queue); every call may be repeated.</summary>
internal sealed class UploadedKeepalived(KeepalivedOptions options, KeepalivedExecutor executor, IServiceManager services)
{
    private const UnixFileMode ConfigMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode ScriptMode =
        ConfigMode | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>True when the listener has a configuration.</summary>
    public bool LvsExists(string listenerId) => File.Exists(options.Paths.LvsConfig(listenerId));

    /// <summary>The configuration of a listener as it is stored; null when there is none.</summary>
    public byte[]? ReadLvs(string listenerId) => OptionalFile.ReadBytes(options.Paths.LvsConfig(listenerId));

    /// <summary>Stores the configuration of a listener and the programs it may name.</summary>
    public Failure? StoreLvs(string listenerId, byte[] content) => OperatingSystemFailure.Try($"store LVS listener {listenerId}", () =>
    {
        CheckPrograms.Ensure(options);
        if (!LvsExists(listenerId))
        {
            AtomicFile.WriteText(options.Paths.LvsStopMarker(listenerId), "", ConfigMode);
        }

        AtomicFile.Write(options.Paths.LvsConfig(listenerId), content, ConfigMode);
    });

    /// <summary>Makes the service of a listener known and enabled.</summary>
    public Task<Failure?> InstallLvsAsync(string listenerId) =>
        services.InstallAsync(KeepalivedUnits.Lvs(options, listenerId), CancellationToken.None);

    /// <summary>Starts (one that runs is success) or restarts a listener, and watches that keepalived stays.</summary>
    /// <param name="listenerId">One that exists.</param>
    /// <param name="step">Start or Restart.</param>
    public async Task<Failure?> RunLvsAsync(string listenerId, KeepalivedStep step)
    {
        var unit = KeepalivedUnits.Lvs(options, listenerId);
        var marker = options.Paths.LvsStopMarker(listenerId);
        return OperatingSystemFailure.Try($"delete {marker}", () => { AtomicFile.Delete(marker); })
            ?? await RunAsync(new KeepalivedAction(step, unit.Name, unit));
    }

    /// <summary>Stops a listener; its files stay, and the check of VRRP leaves it out until it is started again.</summary>
    public async Task<Failure?> StopLvsAsync(string listenerId)
    {
        var marker = options.Paths.LvsStopMarker(listenerId);
        return OperatingSystemFailure.Try($"write {marker}", () => { AtomicFile.WriteText(marker, "", ConfigMode); })
            ?? await services.StopAsync(KeepalivedPaths.LvsUnit(listenerId), CancellationToken.None);
    }

    /// <summary>Removes a listener that is stopped: service, configuration, pid files.</summary>
    public Task<Failure?> RemoveLvsAsync(string listenerId) =>
        executor.ExecuteAsync(new KeepalivedAction(KeepalivedStep.Remove, KeepalivedPaths.LvsUnit(listenerId), Unit: null));

    /// <summary>Stores the VRRP configuration and the script it has to name.</summary>
    public Failure? StoreVrrp(byte[] content) => OperatingSystemFailure.Try("store VRRP", () =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(options.Paths.VrrpConfig)!);
        AtomicFile.WriteText(options.Paths.CheckScript, CheckScript.Text(options), ScriptMode);
        AtomicFile.Write(options.Paths.VrrpConfig, content, ConfigMode);
    });

    /// <summary>Makes the VRRP service known and enabled.</summary>
    public Task<Failure?> InstallVrrpAsync() => services.InstallAsync(KeepalivedUnits.Vrrp(options), CancellationToken.None);

    /// <summary>What the VRRP service does now.</summary>
    public Task<Outcome<ServiceState>> ReadVrrpAsync(CancellationToken cancellationToken) =>
        services.ReadAsync(KeepalivedPaths.VrrpUnit, cancellationToken);

    /// <summary>Starts VRRP (one that runs is success) or makes it read its configuration again, and watches that keepalived stays.</summary>
    /// <param name="step">Start or Reload.</param>
    public Task<Failure?> RunVrrpAsync(KeepalivedStep step) =>
        RunAsync(new KeepalivedAction(step, KeepalivedPaths.VrrpUnit, KeepalivedUnits.Vrrp(options)));

    /// <summary>Stops VRRP; its files stay.</summary>
    public Task<Failure?> StopVrrpAsync() => services.StopAsync(KeepalivedPaths.VrrpUnit, CancellationToken.None);

    // What could not be started is not tried again behind the client's back; a reload leaves what runs.
    private async Task<Failure?> RunAsync(KeepalivedAction action)
    {
        var failure = await executor.ExecuteAsync(action);
        if (failure is not null && action.Step != KeepalivedStep.Reload)
        {
            await services.StopAsync(action.UnitName, CancellationToken.None);
        }

        return failure;
    }
}
