// A decision of HAProxy's planner with everything it was given, so that it can be made again anywhere.
namespace Amphora.Agent.Journal.Records;

/// <summary>One plan that was carried out. Whatever else the planner is given one day is another field here.</summary>
internal sealed record PlanRecord
{
    /// <summary>The agent's configuration, as far as the planner looks at it.</summary>
    public required PlanOptions Options { get; init; }

    /// <summary>What ran.</summary>
    public required PlanRunning Running { get; init; }

    /// <summary>What was wanted.</summary>
    public required PlanWanted Wanted { get; init; }

    /// <summary>What was decided.</summary>
    public required PlanDecision Decision { get; init; }
}

/// <summary>Configuration.</summary>
internal sealed record PlanOptions
{
    /// <summary>base_path.</summary>
    public required string BasePath { get; init; }

    /// <summary>base_cert_dir.</summary>
    public required string BaseCertDir { get; init; }

    /// <summary>server_slots.</summary>
    public required int ServerSlots { get; init; }

    /// <summary>Memory of the amphora, in MiB.</summary>
    public required int MemoryMib { get; init; }

    /// <summary>Processors of the amphora.</summary>
    public required int Threads { get; init; }
}

/// <summary>What ran; texts by digest.</summary>
internal sealed record PlanRunning
{
    /// <summary>The configuration as it came; null: none.</summary>
    public string? Uploaded { get; init; }

    /// <summary>The configuration as it ran; null: none.</summary>
    public string? Config { get; init; }

    /// <summary>Its servers, in the words of <c>show servers state</c>; null: HAProxy did not say.</summary>
    public string? Servers { get; init; }

    /// <summary>Servers without a member that still had connections.</summary>
    public IReadOnlyList<string> Busy { get; init; } = [];

    /// <summary>The certificate files the process had, each by the digest of its content; null: nobody knew.</summary>
    public string? LoadedFiles { get; init; }

    /// <summary>The certificate files on the disk, of the configuration that was wanted, likewise.</summary>
    public string? Files { get; init; }

    /// <summary>Names behind which the process had other certificates.</summary>
    public IReadOnlyList<PlanStrayed> StrayedFiles { get; init; } = [];

    /// <summary>What else of the process was not as its text said.</summary>
    public IReadOnlyList<string> Strayed { get; init; } = [];

    /// <summary>The patterns of rules the process had.</summary>
    public IReadOnlyList<PlanPattern> Patterns { get; init; } = [];

    /// <summary>crt-lists.</summary>
    public IReadOnlyList<PlanCrtList> CrtLists { get; init; } = [];

    /// <summary>The service was known.</summary>
    public bool Installed { get; init; }

    /// <summary>The service ran.</summary>
    public bool Active { get; init; }

    /// <summary>In the service manager's words.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Peer name of the process.</summary>
    public string? LocalPeer { get; init; }

    /// <summary>An earlier change had not come to its end.</summary>
    public bool ChangeCutOff { get; init; }

    /// <summary>Files or sockets were there.</summary>
    public bool FilesPresent { get; init; }
}

/// <summary>What was wanted; texts by digest.</summary>
internal sealed record PlanWanted
{
    /// <summary>The configuration; null: nothing had to run.</summary>
    public string? Config { get; init; }

    /// <summary>Own peer name.</summary>
    public string LocalPeer { get; init; } = "";

    /// <summary>crt-lists.</summary>
    public IReadOnlyList<PlanCrtList> CrtLists { get; init; } = [];
}

/// <summary>A crt-list.</summary>
/// <param name="Listener">Whose.</param>
/// <param name="Digest">SHA-256 of it. The text itself is kept only when it is a list of paths: over API 1.0 anything may come under such a name.</param>
internal sealed record PlanCrtList(string Listener, string Digest);

/// <summary>Other certificates than the process was given.</summary>
/// <param name="Name">HAProxy's name for the file.</param>
/// <param name="Words">What was different.</param>
internal sealed record PlanStrayed(string Name, string Words);

/// <summary>A pattern.</summary>
/// <param name="Line">Line of haproxy.cfg.</param>
/// <param name="Pattern">As HAProxy had it.</param>
internal sealed record PlanPattern(int Line, string Pattern);

/// <summary>What was decided.</summary>
internal sealed record PlanDecision
{
    /// <summary>As <c>change</c>, <c>reload</c>.</summary>
    public required string Step { get; init; }

    /// <summary>What was different.</summary>
    public required LinesRecord Changes { get; init; }

    /// <summary>Why a new process was needed.</summary>
    public required LinesRecord Reasons { get; init; }

    /// <summary>What HAProxy was to be told.</summary>
    public required LinesRecord Commands { get; init; }

    /// <summary>SHA-256 of the configuration that was to run; null: none.</summary>
    public string? Text { get; init; }

    /// <summary>Files to write.</summary>
    public IReadOnlyList<string> Write { get; init; } = [];

    /// <summary>Files to delete.</summary>
    public IReadOnlyList<string> Delete { get; init; } = [];
}
