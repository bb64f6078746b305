// What builds amphorae (Nova's part of the work; flows.md §3.4).
using System.Net;
using Amphora.Contract;

namespace Amphora.Controller.Drivers.Compute;

/// <summary>Builds, looks at and deletes the machines that amphorae are. Every call may be repeated: what is there is found again, what is
/// gone is gone.</summary>
internal interface IComputeDriver
{
    /// <summary>Begins to build the machine of an amphora; the one there is when it was begun before.</summary>
    /// <returns>Its compute id.</returns>
    /// <exception cref="DriverException">It cannot be built.</exception>
    Task<string> BuildAsync(ComputeBuild build, CancellationToken cancellationToken);

    /// <summary>The compute id of an amphora's machine, when there is one.</summary>
    Task<string?> FindAsync(Guid amphoraId, CancellationToken cancellationToken);

    /// <summary>How a machine is; null when there is none.</summary>
    Task<ComputeMachine?> GetAsync(string computeId, CancellationToken cancellationToken);

    /// <summary>Every machine this driver has made, for the search of orphans.</summary>
    Task<IReadOnlyList<ComputeMachine>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Ends a machine and removes it with everything it has; none is fine.</summary>
    /// <exception cref="DriverException">It is still there.</exception>
    Task DeleteAsync(string computeId, CancellationToken cancellationToken);

    /// <summary>Hot-plugs a port of the network driver into a machine; plugged already is fine.</summary>
    /// <exception cref="DriverException">There is no such machine, or it does not take the port.</exception>
    Task AttachPortAsync(string computeId, Guid portId, CancellationToken cancellationToken);

    /// <summary>Takes a port out of a machine and waits until it is out; not plugged is fine.</summary>
    Task DetachPortAsync(string computeId, Guid portId, CancellationToken cancellationToken);

    /// <summary>Makes a group whose machines are kept apart; the one there is when the name is known.</summary>
    /// <returns>Its id.</returns>
    Task<string> CreateServerGroupAsync(string name, AntiAffinity policy, CancellationToken cancellationToken);

    /// <summary>Every group there is, for the search of orphans.</summary>
    Task<IReadOnlyList<ComputeServerGroup>> ListServerGroupsAsync(CancellationToken cancellationToken);

    /// <summary>Removes a group; none is fine.</summary>
    Task DeleteServerGroupAsync(string serverGroupId, CancellationToken cancellationToken);

    /// <summary>What this driver has made and does not know any more; only drivers that make things in the kernel can have such.</summary>
    Task<IReadOnlyList<Stray>> ListStraysAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Stray>>([]);

    /// <summary>Removes it, when it is still a stray.</summary>
    /// <exception cref="DriverException">It is still there.</exception>
    Task DeleteStrayAsync(Stray stray, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>What to build.</summary>
internal sealed record ComputeBuild
{
    /// <summary>The amphora it will be.</summary>
    public required Guid AmphoraId { get; init; }

    /// <summary>The machine's name, <c>amphora-ID</c>.</summary>
    public string Name => $"amphora-{AmphoraId}";

    /// <summary>The files of its config drive: path in the amphora, text. Server key among them.</summary>
    public required ValueList<KeyValuePair<string, string>> Files { get; init; }

    /// <summary>Its group, when its machines are to be kept apart.</summary>
    public string? ServerGroupId { get; init; }

    /// <summary>Zone; null is the driver's choice.</summary>
    public string? Zone { get; init; }
}

/// <summary>A machine.</summary>
internal sealed record ComputeMachine
{
    /// <summary>Its id.</summary>
    public required string ComputeId { get; init; }

    /// <summary>The amphora it is.</summary>
    public required Guid AmphoraId { get; init; }

    /// <summary>How far it is.</summary>
    public required ComputeStatus Status { get; init; }

    /// <summary>Why it is in ERROR.</summary>
    public string? Fault { get; init; }

    /// <summary>Where its agent is reached, in the management network (<c>lb_network_ip</c>).</summary>
    public IPAddress? ManagementAddress { get; init; }

    /// <summary>Zone or host it is in (<c>cached_zone</c>).</summary>
    public string? Zone { get; init; }

    /// <summary>Image it was made from.</summary>
    public string? ImageId { get; init; }

    /// <summary>When it was begun.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A server group.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="CreatedAt">When it was made.</param>
internal sealed record ComputeServerGroup(string Id, string Name, DateTimeOffset CreatedAt);

/// <summary>How far a machine is, in Nova's words.</summary>
internal enum ComputeStatus
{
    /// <summary>BUILD: wait.</summary>
    Build,

    /// <summary>ACTIVE: it runs.</summary>
    Active,

    /// <summary>ERROR: it will not.</summary>
    Error,

    /// <summary>SHUTOFF: it ran and does not any more.</summary>
    Shutoff,
}

/// <summary>Nova's policies of server groups.</summary>
internal enum AntiAffinity
{
    /// <summary>Never on one host.</summary>
    AntiAffinity,

    /// <summary>On one host only when there is no other.</summary>
    SoftAntiAffinity,
}
