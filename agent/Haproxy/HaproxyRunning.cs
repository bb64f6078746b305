// What HAProxy runs now, as far as files and process tell.
using Amphora.Agent.Services;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy;

/// <summary>The running HAProxy side of a load balancer.</summary>
internal sealed record HaproxyRunning
{
    /// <summary>The load balancer.</summary>
    public required string LoadBalancerId { get; init; }

    /// <summary>haproxy.cfg on disk; null when there is none.</summary>
    public string? Config { get; init; }

    /// <summary>crt-list files on disk, by listener.</summary>
    public ValueList<CrtListFile> CrtLists { get; init; }

    /// <summary>State of the service.</summary>
    public required ServiceState Service { get; init; }

    /// <summary>The peer name the running process was started with; null when nothing runs.</summary>
    public string? LocalPeer { get; init; }

    /// <summary>True when an earlier change did not come to its end: the files may be newer than the process.</summary>
    public bool ChangeCutOff { get; init; }

    /// <summary>True when anything of HAProxy's is in the directory, or its socket.</summary>
    public bool FilesPresent { get; init; }
}
