// What has to be done so that HAProxy runs what is wanted: data, made by the planner, done by the executor.
using Amphora.Agent.Haproxy.Acl;
using Amphora.Agent.Haproxy.Recorded;
using Amphora.Agent.Haproxy.Runtime;
using Amphora.Agent.Haproxy.Slots;
using Amphora.Agent.Haproxy.Tls;
using Amphora.Agent.Services;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy;

/// <summary>A plan for one load balancer.</summary>
internal sealed record HaproxyPlan
{
    /// <summary>The load balancer.</summary>
    public required string LoadBalancerId { get; init; }

    /// <summary>What happens to the process.</summary>
    public required HaproxyStep Step { get; init; }

    /// <summary>The service to run; null when nothing has to run.</summary>
    public ServiceUnit? Unit { get; init; }

    /// <summary>The configuration as wanted, also when it is on disk already; null when nothing has to run.</summary>
    public string? Config { get; init; }

    /// <summary>What HAProxy shall run; null when nothing has to run.</summary>
    public SlottedText? Text { get; init; }

    /// <summary>What a new process is given when the one that runs cannot be brought there; null when nothing has to run.</summary>
    public SlottedText? Fresh { get; init; }

    /// <summary>What HAProxy runs now; null: nothing.</summary>
    public SlottedText? Running { get; init; }

    /// <summary>Files to write before the process hears of it.</summary>
    public ValueList<HaproxyFile> Write { get; init; }

    /// <summary>Files to delete after the process runs without them.</summary>
    public ValueList<string> Delete { get; init; }

    /// <summary>What is different, a line for people each.</summary>
    public ValueList<string> Changes { get; init; }

    /// <summary>Servers that have to be told; none when a new process reads the text.</summary>
    public ValueList<SlotDifference> Servers { get; init; }

    /// <summary>The certificate files it shall have.</summary>
    public TlsFiles Files { get; init; } = TlsFiles.None;

    /// <summary>What has to be done to certificates; none when a new process reads the files.</summary>
    public ValueList<TlsStep> Certificates { get; init; }

    /// <summary>Rules whose pattern has to be set; none when a new process reads the text.</summary>
    public ValueList<AclDifference> Patterns { get; init; }

    /// <summary>Why a new process is needed; empty when none is.</summary>
    public ValueList<string> Reasons { get; init; }

    /// <summary>What it was made of; null when the planner did not make it.</summary>
    public PlanBasis? Basis { get; init; }

    /// <summary>What HAProxy is told while it runs, for people: without the content of certificates.</summary>
    public ValueList<string> Commands =>
    [
        .. Certificates.SelectMany(static step => TlsConversation.Commands(step)),
        .. Patterns.SelectMany(static pattern => pattern.Commands),
        .. Servers.SelectMany(static server => server.Commands),
    ];

    /// <summary>True when a process reads the text.</summary>
    public bool NeedsProcess => Step is HaproxyStep.Start or HaproxyStep.Reload or HaproxyStep.Restart;

    /// <summary>True when there are files or patterns that only HAProxy can judge: then it is asked about them before.</summary>
    public bool NeedsCheck => NeedsProcess || Certificates.Count + Patterns.Count > 0;

    /// <summary>True when everything is as wanted.</summary>
    public bool IsEmpty => Step == HaproxyStep.None && Write.Count == 0 && Delete.Count == 0;
}

/// <summary>What happens to the process.</summary>
internal enum HaproxyStep
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Its servers are changed while it runs; no connection notices.</summary>
    Change,

    /// <summary>It is started; none runs.</summary>
    Start,

    /// <summary>A new process takes over the listening sockets; connections of the old one end by themselves.</summary>
    Reload,

    /// <summary>It is stopped and started: an argument of the process changed, which a reload does not change.</summary>
    Restart,

    /// <summary>It is stopped and everything of it removed.</summary>
    Remove,
}

/// <summary>A file to write, mode 0600.</summary>
/// <param name="Path">Where.</param>
/// <param name="Text">Content.</param>
internal sealed record HaproxyFile(string Path, string Text);
