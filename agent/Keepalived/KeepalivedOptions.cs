// Where keepalived is, where its files are, and how long each step may take.
using Amphora.Agent.Actions;
using Amphora.Contract;
namespace Amphora.Agent.Keepalived;

/// <summary>Settings of the slice; the defaults are those of the appliance (appliance-layout §1, §2).</summary>
internal sealed record KeepalivedOptions
{
    /// <summary>The program.</summary>
    public string KeepalivedCommand { get; init; } = "/usr/sbin/keepalived";

    /// <summary>Asks the kernel for the counters of LVS.</summary>
    public string IpvsadmCommand { get; init; } = "/usr/sbin/ipvsadm";

    /// <summary>Option <c>base_path</c>.</summary>
    public string BasePath { get; init; } = "/var/lib/octavia";

    /// <summary>Network namespace keepalived works in; null: the agent's own.</summary>
    public string? NetworkNamespace { get; init; } = "amphora-haproxy";

    /// <summary>This program; check scripts call its subcommands.</summary>
    public ValueList<string> AgentCommand { get; init; } = OwnProgram.Command;

    /// <summary>Option <c>administrative_log_facility</c>: keepalived logs as localN.</summary>
    public int LogFacility { get; init; } = 1;

    /// <summary>Limits of everything that waits.</summary>
    public KeepalivedTimeouts Timeouts { get; init; } = new();

    /// <summary>The paths.</summary>
    public KeepalivedPaths Paths => new(BasePath);
}

/// <summary>How long each wait may take.</summary>
internal sealed record KeepalivedTimeouts
{
    /// <summary><c>keepalived -t</c>.</summary>
    public TimeSpan Check { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a started or reloaded keepalived is watched: it says nothing when it is done, and ends itself when it
    /// cannot go on (an interface that is not there, a kernel without IPVS).</summary>
    public TimeSpan Watch { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Pause between two looks.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromMilliseconds(25);
}
