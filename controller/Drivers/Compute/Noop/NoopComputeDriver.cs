// Compute that builds nothing and remembers what it was asked for.
using System.Collections.Concurrent;
using System.Net;

namespace Amphora.Controller.Drivers.Compute.Noop;

/// <summary>Machines that are ACTIVE at once and have no agent: for tests of what is above, and for measuring it. Keeps the drivers' rules:
/// a host per machine of a group, ports plugged once.</summary>
/// <param name="hosts">How many hosts there are for groups whose machines are kept apart.</param>
internal sealed class NoopComputeDriver(int hosts = 4) : IComputeDriver
{
    private readonly ConcurrentDictionary<string, NoopMachine> _machines = [];
    private readonly ConcurrentDictionary<string, ComputeServerGroup> _groups = [];
    private readonly Lock _placing = new();

    /// <summary>Until a machine that is built from now on is ACTIVE.</summary>
    public TimeSpan BuildTime { get; set; }

    /// <summary>The ports that are plugged into a machine.</summary>
    public IReadOnlyCollection<Guid> Ports(string computeId) => [.. _machines[computeId].Ports.Keys];

    /// <summary>The groups there are.</summary>
    public IReadOnlyCollection<string> ServerGroups => [.. _groups.Keys];

    /// <inheritdoc/>
    public Task<string> BuildAsync(ComputeBuild build, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var id = $"noop-{build.AmphoraId}";
        lock (_placing)
        {
            _machines.GetOrAdd(id, _ => new NoopMachine(build, Place(build), BuildTime));
        }

        return Task.FromResult(id);
    }

    /// <inheritdoc/>
    public Task<string?> FindAsync(Guid amphoraId, CancellationToken cancellationToken) =>
        Task.FromResult(_machines.ContainsKey($"noop-{amphoraId}") ? $"noop-{amphoraId}" : null);

    /// <inheritdoc/>
    public Task<ComputeMachine?> GetAsync(string computeId, CancellationToken cancellationToken) =>
        Task.FromResult(_machines.TryGetValue(computeId, out var machine) ? Describe(computeId, machine) : null);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ComputeMachine>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ComputeMachine>>([.. _machines.Select(machine => Describe(machine.Key, machine.Value))]);

    /// <inheritdoc/>
    public Task DeleteAsync(string computeId, CancellationToken cancellationToken)
    {
        _machines.TryRemove(computeId, out _);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task AttachPortAsync(string computeId, Guid portId, CancellationToken cancellationToken)
    {
        var machine = _machines.GetValueOrDefault(computeId) ?? throw new DriverException($"cannot plug port {portId}: there is no machine {computeId}", DriverErrorKind.NotFound);
        machine.Ports[portId] = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task DetachPortAsync(string computeId, Guid portId, CancellationToken cancellationToken)
    {
        _machines.GetValueOrDefault(computeId)?.Ports.TryRemove(portId, out _);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<string> CreateServerGroupAsync(string name, AntiAffinity policy, CancellationToken cancellationToken)
    {
        return Task.FromResult(_groups.GetOrAdd(name, static name => new ComputeServerGroup(name, name, TimeProvider.System.GetUtcNow())).Id);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ComputeServerGroup>> ListServerGroupsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ComputeServerGroup>>([.. _groups.Values]);

    /// <inheritdoc/>
    public Task DeleteServerGroupAsync(string serverGroupId, CancellationToken cancellationToken)
    {
        _groups.TryRemove(serverGroupId, out _);
        return Task.CompletedTask;
    }

    private string Place(ComputeBuild build)
    {
        var taken = _machines.Values.Where(machine => build.ServerGroupId is not null && machine.Build.ServerGroupId == build.ServerGroupId).Select(static machine => machine.Host).ToHashSet();
        return Enumerable.Range(1, hosts).Select(static number => $"host-{number}").FirstOrDefault(host => !taken.Contains(host))
            ?? throw new DriverException($"cannot build {build.Name}: each of the {hosts} hosts has a machine of group {build.ServerGroupId}", DriverErrorKind.Exhausted);
    }

    private static ComputeMachine Describe(string computeId, NoopMachine machine) => new()
    {
        ComputeId = computeId,
        AmphoraId = machine.Build.AmphoraId,
        Status = TimeProvider.System.GetElapsedTime(machine.Begun) < machine.BuildTime ? ComputeStatus.Build : ComputeStatus.Active,
        // Of the block for documentation: nothing answers there.
        ManagementAddress = new IPAddress([192, 0, 2, machine.Build.AmphoraId.ToByteArray()[15]]),
        Zone = machine.Host,
        ImageId = "noop",
        CreatedAt = machine.CreatedAt,
    };

    private sealed record NoopMachine(ComputeBuild Build, string Host, TimeSpan BuildTime)
    {
        public ConcurrentDictionary<Guid, bool> Ports { get; } = [];

        public long Begun { get; } = TimeProvider.System.GetTimestamp();

        public DateTimeOffset CreatedAt { get; } = TimeProvider.System.GetUtcNow();
    }
}
