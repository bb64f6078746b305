// What HAProxy runs now, as far as files and process tell.
using Amphora.Agent.Haproxy.Runtime;
using Amphora.Agent.Haproxy.Tls;
using Amphora.Agent.Services;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy;

/// <summary>The running HAProxy side of a load balancer.</summary>
internal sealed record HaproxyRunning
{
    /// <summary>The load balancer.</summary>
    public required string LoadBalancerId { get; init; }

    /// <summary>The configuration as it came; null when there is none, or it is of an agent that ran it as it came.</summary>
    public string? Uploaded { get; init; }

    /// <summary>haproxy.cfg on disk, which the process runs; null when there is none.</summary>
    public string? Config { get; init; }

    /// <summary>The servers as they are; null when the process gives no answer to whom may change it.</summary>
    public ServerStates? Servers { get; init; }

    /// <summary>Servers without a member that still have connections, as <c>backend/server</c>.</summary>
    public ValueList<string> Busy { get; init; }

    /// <summary>The certificate files the process has read or been given; null: nobody knows.</summary>
    public TlsFiles? LoadedFiles { get; init; }

    /// <summary>Names behind which the process has other certificates than it was given.</summary>
    public ValueList<TlsDifference> StrayedFiles { get; init; }

    /// <summary>The patterns of rules the process has, by line of haproxy.cfg.</summary>
    public IReadOnlyDictionary<int, string> Patterns { get; init; } = new Dictionary<int, string>();

    /// <summary>What else the process says that is not as its text says, in words for people.</summary>
    public ValueList<string> Strayed { get; init; }

    /// <summary>The certificate files of the wanted configuration, as they are on the disk.</summary>
    public TlsFiles Files { get; init; } = TlsFiles.None;

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
