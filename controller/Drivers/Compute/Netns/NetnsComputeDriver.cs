// Amphorae as namespaces of this host with a native agent each: the embedded default.
using System.Net;
using System.Net.Sockets;
using Amphora.Controller.Drivers.AmphoraAgent;
using Amphora.Controller.Drivers.Compute.Local;
using Amphora.Controller.Drivers.Networking.Netns;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Native;
using Amphora.Linux.Netlink;

namespace Amphora.Controller.Drivers.Compute.Netns;

/// <summary>Builds them in a fraction of a second. They outlive the controller that built them; another one finds them in the state's folder.
/// An amphora's compute id is its own id.</summary>
internal sealed class NetnsComputeDriver : IComputeDriver
{
    private readonly NetnsNetworkDriver _network;
    private readonly NetnsComputeOptions _options;
    private readonly AmphoraStore _store;
    private readonly AmphoraBuilder _builder;
    private readonly AmphoraRemover _remover;
    private readonly AmphoraStrays _strays;

    /// <param name="network">The networks of the same state.</param>
    /// <param name="options">Agent, hosts and limits.</param>
    public NetnsComputeDriver(NetnsNetworkDriver network, NetnsComputeOptions options)
    {
        (_network, _options) = (network, options);
        _store = new AmphoraStore(network.Options.StateDirectory, options.Hosts, options.Timeouts.Lock);
        _builder = new AmphoraBuilder(network, options);
        _remover = new AmphoraRemover(network, options);
        _strays = new AmphoraStrays(network, _store, _remover);
    }

    public async Task<string> BuildAsync(ComputeBuild build, CancellationToken cancellationToken)
    {
        var folder = _store.Folder(build.AmphoraId);
        await _store.PlaceAsync(folder, build, cancellationToken);
        await using var held = await folder.LockAsync(_options.Timeouts.Lock, cancellationToken)
            ?? throw new DriverException($"cannot build {build.Name}: it is being deleted", DriverErrorKind.Conflict);
        var record = folder.ReadRecord() ?? throw new DriverException($"cannot build {build.Name}: it was deleted", DriverErrorKind.Conflict);
        if (record.Agent is not null)
        {
            return build.AmphoraId.ToString("D");
        }

        try
        {
            await _remover.EndAsync(build.AmphoraId);
            await _builder.BuildAsync(folder, record, build, cancellationToken);
            return build.AmphoraId.ToString("D");
        }
        catch (Exception exception) when (exception is DriverException or LinuxException or IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            await _remover.RemoveAsync(folder);
            if (exception is DriverException or OperationCanceledException)
            {
                throw;
            }

            throw new DriverException($"cannot build {build.Name}: {exception.Message}");
        }
    }

    public Task<string?> FindAsync(Guid amphoraId, CancellationToken cancellationToken) =>
        Task.FromResult(_store.Folder(amphoraId).Exists ? amphoraId.ToString("D") : null);

    public async Task<ComputeMachine?> GetAsync(string computeId, CancellationToken cancellationToken) =>
        FolderOf(computeId) is { Exists: true } folder ? await LookAsync(folder, cancellationToken) : null;

    public async Task<IReadOnlyList<ComputeMachine>> ListAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(_store.All().Select(folder => LookAsync(folder, cancellationToken)));

    public Task DeleteAsync(string computeId, CancellationToken cancellationToken) => FolderOf(computeId) is not { } folder ? Task.CompletedTask
        : WorldAsync($"delete {computeId}", async () =>
        {
            await using var held = await folder.LockAsync(_options.Timeouts.Lock, cancellationToken);
            await _remover.RemoveAsync(folder);
        });

    public Task AttachPortAsync(string computeId, Guid portId, CancellationToken cancellationToken) => WorldAsync($"plug port {portId} into {computeId}", async () =>
    {
        var folder = FolderOf(computeId) ?? throw NoMachine(computeId);
        await using var held = await folder.LockAsync(_options.Timeouts.Lock, cancellationToken) ?? throw NoMachine(computeId);
        var record = folder.ReadRecord() is { Agent: not null } found ? found : throw NoMachine(computeId);
        var space = _network.Names.AmphoraRoot(folder.AmphoraId);
        if (!NetworkNamespace.Exists(space))
        {
            throw new DriverException($"cannot plug port {portId} into {computeId}: it does not run, its namespace {space} is gone");
        }

        await _network.PlugAsync(portId, new PortPlug(space, FreeName(folder.AmphoraId)), computeId, $"compute:{record.Host}", cancellationToken);
    });

    public Task DetachPortAsync(string computeId, Guid portId, CancellationToken cancellationToken) => FolderOf(computeId) is not { } folder ? Task.CompletedTask
        : WorldAsync($"unplug port {portId} from {computeId}", async () =>
        {
            await using var held = await folder.LockAsync(_options.Timeouts.Lock, cancellationToken);
            await _network.UnplugAsync(portId, _network.Names.AmphoraRoot(folder.AmphoraId), cancellationToken);
        });

    public Task<string> CreateServerGroupAsync(string name, AntiAffinity policy, CancellationToken cancellationToken) => _store.CreateGroupAsync(name, policy, cancellationToken);

    public Task<IReadOnlyList<ComputeServerGroup>> ListServerGroupsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ComputeServerGroup>>([.. _store.AllGroups().Select(static group => new ComputeServerGroup(group.Id, group.Name, group.CreatedAt))]);

    public Task DeleteServerGroupAsync(string serverGroupId, CancellationToken cancellationToken) => _store.DeleteGroupAsync(serverGroupId, cancellationToken);

    public Task<IReadOnlyList<Stray>> ListStraysAsync(CancellationToken cancellationToken) => Task.FromResult(_strays.List());

    public Task DeleteStrayAsync(Stray stray, CancellationToken cancellationToken) => WorldAsync($"delete {stray.Kind} {stray.Name}", () => _strays.DeleteAsync(stray));

    private static DriverException NoMachine(string computeId) => new($"cannot use machine {computeId}: there is none", DriverErrorKind.NotFound);

    private static async Task WorldAsync(string what, Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (Exception exception) when (exception is LinuxException or IOException or UnauthorizedAccessException)
        {
            throw new DriverException($"cannot {what}: {exception.Message}");
        }
    }

    private AmphoraFolder? FolderOf(string computeId) => Guid.TryParse(computeId, out var id) ? _store.Folder(id) : null;

    // eth0 is the management port. The agent moves a port on and names it by itself; it takes this name when it is free there.
    private string FreeName(Guid amphoraId)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var space in (string[])[_network.Names.AmphoraRoot(amphoraId), _network.Names.AmphoraHaproxy(amphoraId)])
        {
            if (NetworkNamespace.Exists(space))
            {
                using var netlink = RouteNetlink.Open(space);
                taken.UnionWith(netlink.ReadLinks().Select(link => link.Name));
            }
        }

        return Enumerable.Range(1, taken.Count + 1).Select(number => $"eth{number}").First(name => !taken.Contains(name));
    }

    private async Task<ComputeMachine> LookAsync(AmphoraFolder folder, CancellationToken cancellationToken)
    {
        var record = folder.ReadRecord();
        var machine = new ComputeMachine
        {
            ComputeId = folder.AmphoraId.ToString("D"),
            AmphoraId = folder.AmphoraId,
            Status = ComputeStatus.Build,
            ManagementAddress = record?.ManagementAddress,
            Zone = record?.Host,
            CreatedAt = folder.CreatedAt,
        };
        if (record?.Agent is not { } agent)
        {
            return folder.IsBusy() ? machine : machine with { Status = ComputeStatus.Error, Fault = "its build was interrupted" };
        }

        if (!AmphoraBuilder.Runs(agent))
        {
            return record.HasListened || agent.BootId != Linux.Processes.ProcessStatus.BootId
                ? machine with { Status = ComputeStatus.Shutoff }
                : machine with { Status = ComputeStatus.Error, Fault = AmphoraBuilder.LastWords(folder, agent) };
        }

        folder.Log.Trim();
        return record.HasListened || await ListensAsync(folder, record, cancellationToken) ? machine with { Status = ComputeStatus.Active } : machine;
    }

    private async Task<bool> ListensAsync(AmphoraFolder folder, AmphoraRecord record, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.Timeouts.Probe);
        using var socket = new Socket(record.ManagementAddress!.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(record.ManagementAddress, AmphoraAddress.DefaultPort), limit.Token);
        }
        catch (Exception exception) when (exception is SocketException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }

        folder.NoteListening(record);
        return true;
    }
}
