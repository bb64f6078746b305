// Amphorae as virtual machines of this host: boot, end, list, plug, save and restore them.
using System.Text.Json;
using Amphora.Contract;
using Amphora.Linux.Native;

namespace Amphora.Controller.Drivers.Compute.Qemu;

/// <summary>The machines of one state directory, a folder each.</summary>
/// <param name="directory">The directory.</param>
/// <param name="clock">The time.</param>
internal sealed class QemuMachines(string directory, TimeProvider clock)
{
    private readonly VmLauncher _launcher = new(clock);

    /// <summary>Makes a machine and starts it; what fails leaves nothing behind.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="wanted">What it shall be; a port of 0 takes a free one, <see cref="VmSpecification.Nics"/> are set from <paramref name="nics"/>.</param>
    /// <param name="nics">Its taps, the management network's first when there is no port.</param>
    /// <param name="configDrive">A file; null: none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<Outcome<VmStatus>> BootAsync(string name, VmSpecification wanted, IReadOnlyList<WantedNic> nics, string? configDrive, CancellationToken cancellationToken) =>
        MakeAsync(name, async folder =>
        {
            var specification = wanted with
            {
                Image = Path.GetFullPath(wanted.Image),
                Port = wanted.Port == 0 ? HostNetwork.FreePort(wanted.NetworkNamespace) : wanted.Port,
                HasConfigDrive = configDrive is not null,
                Nics = nics.Select((nic, number) => HostNetwork.ToNic(nic, folder, QemuArguments.FirstNicSlot + number)).ToValueList(),
            };
            if (VmLauncher.Check(specification) is { } unusable)
            {
                return unusable;
            }

            if (configDrive is not null)
            {
                VmFolder.Copy(configDrive, folder.ConfigDrive);
            }

            return await VmLauncher.MakeDiskAsync(folder, specification, cancellationToken)
                ?? await _launcher.LaunchAsync(folder, specification, null, cancellationToken);
        }, cancellationToken);

    /// <summary>Starts a machine again that was ended and kept.</summary>
    public Task<Outcome<VmStatus>> StartAsync(string name, CancellationToken cancellationToken) => WithAsync(name, async (folder, record) =>
    {
        using var process = folder.FindProcess();
        return process is not null
            ? new Failure("start the machine", $"cannot start {name}: it runs already") { Kind = FailureKind.Conflict }
            : VmLauncher.Check(record.Specification) ?? await _launcher.LaunchAsync(folder, record.Specification, null, cancellationToken);
    }, cancellationToken);

    /// <summary>Starts a copy of a saved machine at the moment it was saved.</summary>
    /// <param name="name">The copy's name.</param>
    /// <param name="from">Folder that <see cref="SaveAsync"/> made.</param>
    /// <param name="networkNamespace">Where the copy's network is; null: the host's.</param>
    /// <param name="port">Its port; 0 takes a free one. Ignored when the machine has none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<Outcome<VmStatus>> RestoreAsync(string name, string from, string? networkNamespace, int port, CancellationToken cancellationToken) =>
        MakeAsync(name, async folder =>
        {
            var saved = new VmFolder(Path.GetFullPath(from));
            if (saved.ReadRecord()?.Specification is not { } earlier || !File.Exists(saved.Memory))
            {
                return new Failure("restore the machine", $"cannot restore {from}: it is no saved machine");
            }

            var specification = earlier with
            {
                NetworkNamespace = networkNamespace,
                Port = earlier.Port is null ? null : port == 0 ? HostNetwork.FreePort(networkNamespace) : port,
                Nics = earlier.Nics.Select(nic => nic with { Tap = HostNetwork.TapName(folder, nic.Id) }).ToValueList(),
            };
            if (VmLauncher.Check(specification) is { } unusable)
            {
                return unusable;
            }

            VmFolder.Copy(saved.Disk, folder.Disk);
            if (specification.HasConfigDrive)
            {
                VmFolder.Copy(saved.ConfigDrive, folder.ConfigDrive);
            }

            return await _launcher.LaunchAsync(folder, specification, saved.Memory, cancellationToken);
        }, cancellationToken);

    /// <summary>Ends a machine as a power cut does.</summary>
    /// <param name="name">Which.</param>
    /// <param name="keep">True: what is on its disk stays, for <see cref="StartAsync"/>; false: nothing stays.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Outcome<string>> KillAsync(string name, bool keep, CancellationToken cancellationToken)
    {
        var folder = FolderOf(name);
        var locked = await folder.LockAsync(cancellationToken);
        if (!locked.Ok)
        {
            return locked.Failure!;
        }

        using (locked.Value)
        {
            using var process = folder.FindProcess();
            if (process is not null)
            {
                process.KillGroup();
                await process.Exited.WaitAsync(QemuTimeouts.End, clock, CancellationToken.None);
            }

            if (!keep)
            {
                folder.Delete();
            }
            else if (folder.ReadRecord() is { } record)
            {
                folder.WriteRecord(record with { Process = null });
            }

            return name;
        }
    }

    /// <summary>Puts a machine's card in while it runs.</summary>
    public Task<Outcome<VmStatus>> PlugAsync(string name, WantedNic wanted, CancellationToken cancellationToken) =>
        WithAsync(name, (folder, record) => VmCards.PlugAsync(folder, record, wanted, cancellationToken), cancellationToken);

    /// <summary>Takes a machine's card out while it runs.</summary>
    public Task<Outcome<VmStatus>> UnplugAsync(string name, string mac, CancellationToken cancellationToken) =>
        WithAsync(name, (folder, record) => VmCards.UnplugAsync(folder, record, mac, cancellationToken), cancellationToken);

    /// <summary>Resets a machine, as its reset button does.</summary>
    public Task<Outcome<VmStatus>> ResetAsync(string name, CancellationToken cancellationToken) => WithAsync(name, async (folder, _) =>
    {
        using var qmp = await VmCards.OpenAsync(folder, cancellationToken);
        await qmp.ExecuteAsync("system_reset", null, cancellationToken);
        return null;
    }, cancellationToken);

    /// <summary>Saves a machine, memory and disk, into a folder of its own; it runs on.</summary>
    public Task<Outcome<VmStatus>> SaveAsync(string name, string to, CancellationToken cancellationToken) =>
        WithAsync(name, (folder, record) => VmSnapshot.SaveAsync(folder, record, new VmFolder(Path.GetFullPath(to)), cancellationToken), cancellationToken);

    /// <summary>What a machine's console showed, its last lines.</summary>
    public Outcome<string> Console(string name, int lines)
    {
        var folder = FolderOf(name);
        return Directory.Exists(folder.Path) ? folder.Serial.Tail(lines) : new Failure("find the machine", $"cannot find {name}: there is no {folder.Path}") { Kind = FailureKind.NotFound };
    }

    /// <summary>All machines.</summary>
    public async Task<IReadOnlyList<VmStatus>> ListAsync(CancellationToken cancellationToken)
    {
        var all = new List<VmStatus>();
        foreach (var path in Directory.Exists(directory) ? Directory.GetDirectories(directory).Order(StringComparer.Ordinal).ToArray() : [])
        {
            all.Add(await StatusAsync(new VmFolder(path), cancellationToken));
        }

        return all;
    }

    /// <summary>One machine; state <c>stopped</c> also when it is not there.</summary>
    public Task<VmStatus> StatusAsync(string name, CancellationToken cancellationToken) => StatusAsync(FolderOf(name), cancellationToken);

    /// <summary>Why a machine that should run does not.</summary>
    public Failure Died(string name, string reason) => VmLauncher.Died(FolderOf(name), reason, 0);

    private VmFolder FolderOf(string name) => new(Path.Combine(Path.GetFullPath(directory), name));

    private async Task<VmStatus> StatusAsync(VmFolder folder, CancellationToken cancellationToken)
    {
        var record = folder.ReadRecord();
        using var process = folder.FindProcess();
        return new VmStatus
        {
            Name = folder.Name,
            State = process is not null ? await StateAsync(folder, cancellationToken) : record is null ? "broken" : "stopped",
            Pid = process?.Id,
            Agent = record?.Specification.Port is { } port ? $"127.0.0.1:{port}" : null,
            NetworkNamespace = record?.Specification.NetworkNamespace,
            Nics = [.. (record?.Specification.Nics ?? []).Select(nic => $"{nic.Mac} {nic.Tap}{(nic.Bridge is null ? "" : $" {nic.Bridge}")}")],
            Uptime = process is not null && record?.Process is { } running ? (long)(clock.GetUtcNow() - running.Started).TotalSeconds : null,
        };
    }

    private static async Task<string> StateAsync(VmFolder folder, CancellationToken cancellationToken)
    {
        try
        {
            using var qmp = await QmpConnection.OpenAsync(folder.Socket, QemuTimeouts.Look, () => false, cancellationToken);
            return (await qmp.ExecuteAsync("query-status", null, cancellationToken)).GetProperty("status").GetString()!;
        }
        catch (Exception exception) when (exception is IOException or QmpException or TimeoutException)
        {
            return "busy";
        }
    }

    // A machine that is made: its folder is there when it runs, and gone when it could not be started.
    private async Task<Outcome<VmStatus>> MakeAsync(string name, Func<VmFolder, Task<Failure?>> make, CancellationToken cancellationToken)
    {
        var folder = FolderOf(name);
        var created = folder.Create();
        if (!created.Ok)
        {
            return created.Failure!;
        }

        var isMade = false;
        try
        {
            using (created.Value)
            {
                if (await Guarded(folder, () => make(folder)) is { } failure)
                {
                    return failure;
                }

                isMade = true;
            }

            return await StatusAsync(folder, cancellationToken);
        }
        finally
        {
            if (!isMade)
            {
                folder.Delete();
            }
        }
    }

    private async Task<Outcome<VmStatus>> WithAsync(string name, Func<VmFolder, VmRecord, Task<Failure?>> act, CancellationToken cancellationToken)
    {
        var folder = FolderOf(name);
        var locked = await folder.LockAsync(cancellationToken);
        if (!locked.Ok)
        {
            return locked.Failure!;
        }

        using (locked.Value)
        {
            if (folder.ReadRecord() is not { } record)
            {
                return new Failure("find the machine", $"cannot use {name}: its record cannot be read (vm kill {name} removes it)");
            }

            if (await Guarded(folder, () => act(folder, record)) is { } failure)
            {
                return failure;
            }
        }

        return await StatusAsync(folder, cancellationToken);
    }

    private static async Task<Failure?> Guarded(VmFolder folder, Func<Task<Failure?>> act)
    {
        try
        {
            return await act();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or QmpException or TimeoutException or LinuxException or JsonException)
        {
            return new Failure("work on the machine", $"cannot do it for {folder.Name}: {exception.Message}")
            {
                Kind = exception is TimeoutException ? FailureKind.TimedOut : FailureKind.Internal,
            };
        }
    }
}
