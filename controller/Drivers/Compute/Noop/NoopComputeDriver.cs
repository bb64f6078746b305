// Compute that builds nothing and remembers what it was asked for.
using System.Net;
using System.Text.Json.Serialization;
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Controller.Drivers.Compute.Noop;

/// <summary>Machines that are ACTIVE at once and have no agent: for tests of what is above, and for measuring it. Keeps the drivers' rules:
/// a host per machine of a group, ports plugged once.</summary>
/// <param name="folder">Where machines and groups are remembered for all controllers; null: in this process only.</param>
/// <param name="hosts">How many hosts there are for groups whose machines are kept apart.</param>
internal sealed class NoopComputeDriver(string? folder = null, int hosts = 4) : IComputeDriver
{
    private readonly NoopMemory<NoopMachine> _machines = new(folder is null ? null : Path.Combine(folder, "machines"), NoopComputeJson.Default.NoopChangeNoopMachine);
    private readonly NoopMemory<ComputeServerGroup> _groups = new(folder is null ? null : Path.Combine(folder, "server-groups"), NoopComputeJson.Default.NoopChangeComputeServerGroup);

    /// <summary>Until a machine that is built from now on is ACTIVE.</summary>
    public TimeSpan BuildTime { get; set; }

    /// <summary>The ports that are plugged into a machine.</summary>
    public IReadOnlyCollection<Guid> Ports(string computeId) => _machines.Hold(machines => machines[computeId]!.Ports);

    /// <summary>The groups there are.</summary>
    public IReadOnlyCollection<string> ServerGroups => _groups.Hold(static groups => groups.All.Select(static group => group.Id).ToList());

    /// <inheritdoc/>
    public Task<string> BuildAsync(ComputeBuild build, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_machines.Hold(machines =>
        {
            var id = Id(build.AmphoraId);
            if (machines[id] is null)
            {
                machines.Set(id, new NoopMachine
                {
                    AmphoraId = build.AmphoraId,
                    ServerGroupId = build.ServerGroupId,
                    Host = Place(machines, build),
                    BuildTime = BuildTime,
                    CreatedAt = TimeProvider.System.GetUtcNow(),
                });
            }

            return id;
        }));
    }

    /// <inheritdoc/>
    public Task<string?> FindAsync(Guid amphoraId, CancellationToken cancellationToken) =>
        Task.FromResult(_machines.Hold(machines => machines[Id(amphoraId)] is null ? null : Id(amphoraId)));

    /// <inheritdoc/>
    public Task<ComputeMachine?> GetAsync(string computeId, CancellationToken cancellationToken) =>
        Task.FromResult(_machines.Hold(machines => machines[computeId] is { } machine ? Describe(machine) : null));

    /// <inheritdoc/>
    public Task<IReadOnlyList<ComputeMachine>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ComputeMachine>>(_machines.Hold(static machines => machines.All.Select(Describe).ToList()));

    /// <inheritdoc/>
    public Task DeleteAsync(string computeId, CancellationToken cancellationToken) => Task.FromResult(_machines.Hold(machines => machines.Remove(computeId)));

    /// <inheritdoc/>
    public Task AttachPortAsync(string computeId, Guid portId, CancellationToken cancellationToken) => Task.FromResult(_machines.Hold(machines =>
    {
        var machine = machines[computeId] ?? throw new DriverException($"cannot plug port {portId}: there is no machine {computeId}", DriverErrorKind.NotFound);
        return machines.Set(computeId, machine with { Ports = machine.Ports.Contains(portId) ? machine.Ports : [.. machine.Ports, portId] });
    }));

    /// <inheritdoc/>
    public Task DetachPortAsync(string computeId, Guid portId, CancellationToken cancellationToken) => Task.FromResult(_machines.Hold(machines =>
        machines[computeId] is { } machine ? machines.Set(computeId, machine with { Ports = [.. machine.Ports.Where(port => port != portId)] }) : null));

    /// <inheritdoc/>
    public Task<string> CreateServerGroupAsync(string name, AntiAffinity policy, CancellationToken cancellationToken) => Task.FromResult(_groups.Hold(groups =>
    {
        if (groups[name] is null)
        {
            groups.Set(name, new ComputeServerGroup(name, name, TimeProvider.System.GetUtcNow()));
        }

        return name;
    }));

    /// <inheritdoc/>
    public Task<IReadOnlyList<ComputeServerGroup>> ListServerGroupsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ComputeServerGroup>>(_groups.Hold(static groups => groups.All.ToList()));

    /// <inheritdoc/>
    public Task DeleteServerGroupAsync(string serverGroupId, CancellationToken cancellationToken) => Task.FromResult(_groups.Hold(groups => groups.Remove(serverGroupId)));

    private static string Id(Guid amphora) => $"noop-{amphora}";

    private string Place(NoopMemory<NoopMachine> machines, ComputeBuild build)
    {
        var taken = machines.All.Where(machine => build.ServerGroupId is not null && machine.ServerGroupId == build.ServerGroupId).Select(static machine => machine.Host).ToHashSet();
        return Enumerable.Range(1, hosts).Select(static number => $"host-{number}").FirstOrDefault(host => !taken.Contains(host))
            ?? throw new DriverException($"cannot build {build.Name}: each of the {hosts} hosts has a machine of group {build.ServerGroupId}", DriverErrorKind.Exhausted);
    }

    private static ComputeMachine Describe(NoopMachine machine) => new()
    {
        ComputeId = Id(machine.AmphoraId),
        AmphoraId = machine.AmphoraId,
        Status = TimeProvider.System.GetUtcNow() - machine.CreatedAt < machine.BuildTime ? ComputeStatus.Build : ComputeStatus.Active,
        // Of the block for documentation: nothing answers there.
        ManagementAddress = new IPAddress([192, 0, 2, machine.AmphoraId.ToByteArray()[15]]),
        Zone = machine.Host,
        ImageId = "noop",
        CreatedAt = machine.CreatedAt,
    };
}

/// <summary>A machine that is none.</summary>
internal sealed record NoopMachine
{
    /// <summary>Whose.</summary>
    public required Guid AmphoraId { get; init; }

    /// <summary>Kept apart from the others of this group.</summary>
    public string? ServerGroupId { get; init; }

    /// <summary>Where it would be.</summary>
    public required string Host { get; init; }

    /// <summary>So long it is being built.</summary>
    public required TimeSpan BuildTime { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What is plugged.</summary>
    public ValueList<Guid> Ports { get; init; }
}

/// <summary>Source generated.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(ValueListConverter<Guid>)])]
[JsonSerializable(typeof(NoopChange<NoopMachine>))]
[JsonSerializable(typeof(NoopChange<ComputeServerGroup>))]
internal sealed partial class NoopComputeJson : JsonSerializerContext;
