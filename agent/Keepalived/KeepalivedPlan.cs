// What has to be done so that keepalived runs what is wanted: data, made by the planner, done by the executor.
using Amphora.Agent.Services;
using Amphora.Contract;

namespace Amphora.Agent.Keepalived;

/// <summary>A plan for one load balancer.</summary>
internal sealed record KeepalivedPlan
{
    /// <summary>The load balancer.</summary>
    public required string LoadBalancerId { get; init; }

    /// <summary>Files to write before any process hears of it.</summary>
    public ValueList<KeepalivedFile> Write { get; init; }

    /// <summary>What happens to the services, in order: removals last.</summary>
    public ValueList<KeepalivedAction> Actions { get; init; }

    /// <summary>The services that belong to the load balancer when the plan is done.</summary>
    public ValueList<string> Owned { get; init; }

    /// <summary>True when <see cref="Owned"/> is not what is written down.</summary>
    public bool OwnedChanges { get; init; }

    /// <summary>What is different, a line for people each.</summary>
    public ValueList<string> Changes { get; init; }

    /// <summary>True when everything is as wanted.</summary>
    public bool IsEmpty => Write.Count == 0 && Actions.Count == 0 && !OwnedChanges;
}

/// <summary>What happens to a service.</summary>
internal enum KeepalivedStep
{
    /// <summary>It is started; it does not run.</summary>
    Start,

    /// <summary>It reads its configuration again and keeps its state (VRRP).</summary>
    Reload,

    /// <summary>It is stopped and started: how LVS takes a new configuration.</summary>
    Restart,

    /// <summary>It is stopped and everything of it removed.</summary>
    Remove,
}

/// <summary>One thing to do to a service.</summary>
/// <param name="Step">What.</param>
/// <param name="UnitName">The service.</param>
/// <param name="Unit">How to run it; null when it is removed.</param>
internal sealed record KeepalivedAction(KeepalivedStep Step, string UnitName, ServiceUnit? Unit);

/// <summary>A file to write.</summary>
/// <param name="Path">Where.</param>
/// <param name="Text">Content.</param>
/// <param name="Mode">0644, or 0755 for the check script.</param>
internal sealed record KeepalivedFile(string Path, string Text, UnixFileMode Mode);
