// What is remembered, what the kernel has of it, and the lock around both.
using Amphora.Linux.Native;
using Amphora.Linux.Processes;

namespace Amphora.Controller.Drivers.Networking.Netns;

/// <summary>The networks of a state directory. Truth is in the files; the kernel is brought to it, and what was lost half way is brought
/// to it by the next call.</summary>
#pragma warning disable CA1001 // The gate has nothing to dispose of: nobody asks for its wait handle.
internal sealed class NetnsState
#pragma warning restore CA1001
{
    private readonly NetnsNetworkOptions _options;
    private readonly string _directory;
    private readonly SemaphoreSlim _gate = new(1);

    public NetnsState(NetnsNetworkOptions options)
    {
        (_options, _directory) = (options, Path.Combine(Path.GetFullPath(options.StateDirectory), "network"));
        Names = new NetnsNames(options.StateDirectory);
        Fabric = new Fabric(Names);
        Networks = new(Path.Combine(_directory, "networks"), NetnsJson.Default.NetworkEntry);
        Subnets = new(Path.Combine(_directory, "subnets"), NetnsJson.Default.Subnet);
        Ports = new(Path.Combine(_directory, "ports"), NetnsJson.Default.PortEntry);
        Groups = new(Path.Combine(_directory, "security-groups"), NetnsJson.Default.SecurityGroupEntry);
    }

    public NetnsNames Names { get; }

    public Fabric Fabric { get; }

    public RecordFolder<NetworkEntry> Networks { get; }

    public RecordFolder<Subnet> Subnets { get; }

    public RecordFolder<PortEntry> Ports { get; }

    public RecordFolder<SecurityGroupEntry> Groups { get; }

    /// <summary>Changes something while nobody else does, in this process or in another one. Once it has begun it is not cancelled.</summary>
    public async Task<T> ChangeAsync<T>(string what, Func<Task<T>> change, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            Create();
            await using var held = await FileLock.TakeAsync(Path.Combine(_directory, "lock"), _options.LockLimit, cancellationToken);
            return await change();
        }
        catch (Exception exception) when (exception is LinuxException or IOException or UnauthorizedAccessException)
        {
            throw new DriverException($"cannot {what}: {exception.Message}");
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc cref="ChangeAsync{T}"/>
    public Task ChangeAsync(string what, Func<Task> change, CancellationToken cancellationToken) => ChangeAsync(
        what,
        async () =>
        {
            await change();
            return true;
        },
        cancellationToken);

    /// <summary>Brings a network up in the kernel.</summary>
    public void EnsureNetwork(NetworkEntry network) => Fabric.EnsureNetwork(network, Subnets.All().Where(subnet => subnet.NetworkId == network.Network.Id));

    /// <summary>Brings the packet filter of a plugged port to what it shall be.</summary>
    public Task FilterAsync(PortEntry entry) => !entry.IsFiltered ? Task.CompletedTask
        : ApplyAsync(FilterRenderer.Base + string.Concat(entry.Port.SecurityGroups.Select(GroupText)) + FilterRenderer.Port(entry.Port));

    /// <summary>Changes the packet filter in one step. When the kernel has something else than it should, everything is made anew.</summary>
    public async Task ApplyAsync(string commands)
    {
        if (!Fabric.Exists || (await RunAsync(commands)).Succeeded)
        {
            return;
        }

        var plugged = Ports.All().Where(port => port.IsFiltered && port.Plug is not null);
        var everything = FilterRenderer.Reset + FilterRenderer.Base
            + string.Concat(Groups.All().Select(FilterRenderer.Group)) + string.Concat(plugged.Select(port => FilterRenderer.Port(port.Port)));
        var result = await RunAsync(everything);
        if (!result.Succeeded)
        {
            throw new DriverException($"cannot change the packet filter of {Names.Fabric}: nft {(result.TimedOut ? "took too long" : $"exited with {result.ExitCode}")}: {result.Output.Trim()}");
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Delete()
    {
        if (Directory.Exists(_directory))
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    private string GroupText(Guid id) => Groups.Find(id) is { } group ? FilterRenderer.Group(group)
        : throw new DriverException($"cannot filter for security group {id}: there is none", DriverErrorKind.NotFound);

    private async Task<ToolResult> RunAsync(string commands)
    {
        try
        {
            return await Tool.RunAsync(
                ["nft", "-f", "-"],
                new ToolOptions { TimeLimit = _options.FilterLimit, StandardInput = commands, NetworkNamespace = Names.Fabric },
                CancellationToken.None);
        }
        catch (LinuxException exception) when (exception.IsMissing)
        {
            throw new DriverException("cannot filter packets: nft is not installed (package nftables)");
        }
    }

    private void Create()
    {
        Directory.CreateDirectory(_directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Networks.Create();
        Subnets.Create();
        Ports.Create();
        Groups.Create();
    }
}
