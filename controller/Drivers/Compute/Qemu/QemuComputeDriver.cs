// Amphorae as virtual machines of this host, in the networks of the embedded network driver.
using Amphora.Contract;
using Amphora.Controller.ConfigDrive;
using Amphora.Controller.Drivers.Compute.Local;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Drivers.Networking.Netns;

namespace Amphora.Controller.Drivers.Compute.Qemu;

/// <summary>Boots the image with a config drive; cards are taps in the fabric's bridges, hot-plugged as Nova does. An amphora's compute id is
/// its own id, and the name of its machine; qemu outlives the controller.</summary>
internal sealed class QemuComputeDriver : IComputeDriver
{
    private readonly NetnsNetworkDriver _network;
    private readonly QemuComputeOptions _options;
    private readonly QemuMachines _machines;
    private readonly AmphoraStore _store;

    /// <param name="network">The networks of the same state.</param>
    /// <param name="options">Image and sizes.</param>
    /// <param name="time">The clock.</param>
    public QemuComputeDriver(NetnsNetworkDriver network, QemuComputeOptions options, TimeProvider time)
    {
        (_network, _options) = (network, options);
        _machines = new QemuMachines(Path.Combine(network.Options.StateDirectory, "machines"), time);
        _store = new AmphoraStore(network.Options.StateDirectory, options.Hosts, QemuTimeouts.Lock);
    }

    public async Task<string> BuildAsync(ComputeBuild build, CancellationToken cancellationToken)
    {
        var folder = _store.Folder(build.AmphoraId);
        await _store.PlaceAsync(folder, build, cancellationToken);
        await using var held = await folder.LockAsync(QemuTimeouts.Lock, cancellationToken)
            ?? throw new DriverException($"cannot build {build.Name}: it is being deleted", DriverErrorKind.Conflict);
        var record = folder.ReadRecord() ?? throw new DriverException($"cannot build {build.Name}: it was deleted", DriverErrorKind.Conflict);
        if (record.ManagementAddress is not null)
        {
            return Id(folder);
        }

        try
        {
            // What a build left behind whose controller died.
            await EndAsync(folder);
            await BootAsync(folder, record, build, cancellationToken);
            return Id(folder);
        }
        catch (Exception exception) when (exception is DriverException or IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            await RemoveAsync(folder);
            if (exception is DriverException or OperationCanceledException)
            {
                throw;
            }

            throw new DriverException($"cannot build {build.Name}: {exception.Message}");
        }
    }

    public Task<string?> FindAsync(Guid amphoraId, CancellationToken cancellationToken) =>
        Task.FromResult(_store.Folder(amphoraId) is { Exists: true } folder ? Id(folder) : null);

    public async Task<ComputeMachine?> GetAsync(string computeId, CancellationToken cancellationToken) =>
        FolderOf(computeId) is { Exists: true } folder ? await LookAsync(folder, cancellationToken) : null;

    public async Task<IReadOnlyList<ComputeMachine>> ListAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(_store.All().Select(folder => LookAsync(folder, cancellationToken)));

    public async Task DeleteAsync(string computeId, CancellationToken cancellationToken)
    {
        if (FolderOf(computeId) is { } folder)
        {
            await using var held = await folder.LockAsync(QemuTimeouts.Lock, cancellationToken);
            await RemoveAsync(folder);
        }
    }

    public async Task AttachPortAsync(string computeId, Guid portId, CancellationToken cancellationToken)
    {
        var folder = FolderOf(computeId) ?? throw NoMachine(computeId);
        await using var held = await folder.LockAsync(QemuTimeouts.Lock, cancellationToken) ?? throw NoMachine(computeId);
        var record = folder.ReadRecord() is { ManagementAddress: not null } found ? found : throw NoMachine(computeId);
        var port = await _network.PrepareTapAsync(portId, computeId, $"compute:{record.Host}", cancellationToken);
        if (await HasAsync(computeId, port, cancellationToken))
        {
            return;
        }

        var plugged = await _machines.PlugAsync(computeId, CardOf(port), cancellationToken);
        if (!plugged.Ok)
        {
            await _network.UnplugAsync(portId, _network.Names.Fabric, CancellationToken.None);
            throw Refused(plugged.Failure!);
        }
    }

    public async Task DetachPortAsync(string computeId, Guid portId, CancellationToken cancellationToken)
    {
        if (FolderOf(computeId) is not { } folder || await _network.GetPortAsync(portId, cancellationToken) is not { } port || port.DeviceId != computeId)
        {
            return;
        }

        await using var held = await folder.LockAsync(QemuTimeouts.Lock, cancellationToken);
        // A machine that does not run has no cards to give back.
        if (await HasAsync(computeId, port, cancellationToken)
            && await _machines.UnplugAsync(computeId, PhysicalAddressConverter.Spell(port.MacAddress), cancellationToken) is { Ok: false, Failure: { } failure })
        {
            throw Refused(failure);
        }

        await _network.UnplugAsync(portId, _network.Names.Fabric, cancellationToken);
    }

    public Task<string> CreateServerGroupAsync(string name, AntiAffinity policy, CancellationToken cancellationToken) => _store.CreateGroupAsync(name, policy, cancellationToken);

    public Task<IReadOnlyList<ComputeServerGroup>> ListServerGroupsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ComputeServerGroup>>([.. _store.AllGroups().Select(static group => new ComputeServerGroup(group.Id, group.Name, group.CreatedAt))]);

    public Task DeleteServerGroupAsync(string serverGroupId, CancellationToken cancellationToken) => _store.DeleteGroupAsync(serverGroupId, cancellationToken);

    private static string Id(AmphoraFolder folder) => folder.AmphoraId.ToString("D");

    private static DriverException NoMachine(string computeId) => new($"cannot use machine {computeId}: there is none", DriverErrorKind.NotFound);

    private static DriverException Refused(Failure failure) => new(string.Join(": ", ((string?[])[failure.Message, failure.Output]).Where(static words => !string.IsNullOrEmpty(words))));

    private static WantedNic CardOf(NetworkPort port) => new(PhysicalAddressConverter.Spell(port.MacAddress), NetnsNames.Bridge(port.NetworkId), NetnsNames.Plug(port.Id));

    private AmphoraFolder? FolderOf(string computeId) => Guid.TryParse(computeId, out var id) ? _store.Folder(id) : null;

    private async Task<bool> HasAsync(string computeId, NetworkPort port, CancellationToken cancellationToken)
    {
        var (machine, mac) = (await _machines.StatusAsync(computeId, cancellationToken), PhysicalAddressConverter.Spell(port.MacAddress));
        return machine.Pid is not null && machine.Nics.Any(nic => nic.StartsWith(mac, StringComparison.Ordinal));
    }

    private async Task BootAsync(AmphoraFolder folder, AmphoraRecord record, ComputeBuild build, CancellationToken cancellationToken)
    {
        var (created, subnet) = await _network.Operator.EnsureManagementPortAsync(folder.AmphoraId, cancellationToken);
        var port = await _network.PrepareTapAsync(created.Id, Id(folder), $"compute:{record.Host}", cancellationToken);
        var address = port.FixedIps[0].IpAddress;
        var drive = Path.Combine(folder.Path, "config-drive.iso");
        var management = new ManagementAddress(PhysicalAddressConverter.Spell(port.MacAddress), new Cidr(address, subnet.Cidr.PrefixLength));
        if (await DriveWriter.WriteAsync(DriveFiles.Layout(folder.AmphoraId, build.Files, management), drive, isFolder: false, cancellationToken) is { } unwritten)
        {
            throw Refused(unwritten);
        }

        var machine = new VmSpecification
        {
            Image = _options.Image,
            Accelerator = _options.Accelerator,
            Firmware = _options.Firmware,
            Memory = _options.Memory,
            Cpus = _options.Cpus,
            NetworkNamespace = _network.Names.Fabric,
        };
        var booted = await _machines.BootAsync(Id(folder), machine, [CardOf(port)], drive, cancellationToken);
        // The machine has a copy, and a private key is in it.
        File.Delete(drive);
        if (!booted.Ok)
        {
            throw Refused(booted.Failure!);
        }

        folder.WriteRecord(record with { ManagementAddress = address });
    }

    private async Task RemoveAsync(AmphoraFolder folder)
    {
        await EndAsync(folder);
        foreach (var port in await _network.FindPortsAsync(NetnsNetworkOperator.ManagementPort(folder.AmphoraId), CancellationToken.None))
        {
            await _network.DeletePortAsync(port.Id, CancellationToken.None);
        }

        folder.Delete();
    }

    // Ports stay, unplugged.
    private async Task EndAsync(AmphoraFolder folder)
    {
        var id = Id(folder);
        if (await _machines.KillAsync(id, keep: false, CancellationToken.None) is { Ok: false, Failure: { Kind: not FailureKind.NotFound } failure })
        {
            throw Refused(failure);
        }

        foreach (var port in _network.PluggedInto(_network.Names.Fabric).Where(port => port.DeviceId == id))
        {
            await _network.UnplugAsync(port.Id, _network.Names.Fabric, CancellationToken.None);
        }
    }

    private async Task<ComputeMachine> LookAsync(AmphoraFolder folder, CancellationToken cancellationToken)
    {
        var (record, state) = (folder.ReadRecord(), await _machines.StatusAsync(Id(folder), cancellationToken));
        var machine = new ComputeMachine
        {
            ComputeId = Id(folder),
            AmphoraId = folder.AmphoraId,
            Status = ComputeStatus.Build,
            ManagementAddress = record?.ManagementAddress,
            Zone = record?.Host,
            CreatedAt = folder.CreatedAt,
            ImageId = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(_options.Image))),
        };
        return record?.ManagementAddress is null
            ? folder.IsBusy() ? machine : machine with { Status = ComputeStatus.Error, Fault = "its build was interrupted" }
            : state switch
            {
                // Busy: somebody else speaks with its qemu.
                { State: "running" or "busy" } => machine with { Status = ComputeStatus.Active },
                { Pid: null } => machine with { Status = ComputeStatus.Shutoff },
                _ => machine with { Status = ComputeStatus.Error, Fault = $"qemu says {state.State}" },
            };
    }
}
