// Everything a service manager has to know to run one service.
using Amphora.Contract;

namespace Amphora.Agent.Services;

/// <summary>A service as data. systemd gets it as a unit file made from <c>templates/&lt;Template&gt;.service.sbn</c> with the
/// values below; the supervisor of child processes runs <see cref="Command"/> itself.</summary>
internal sealed record ServiceUnit
{
    /// <summary>As <c>haproxy-….service</c>, <c>octavia-keepalived.service</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Name of the unit template without ending: <c>haproxy</c>, <c>keepalived</c> or <c>keepalivedlvs</c>.</summary>
    public required string Template { get; init; }

    /// <summary>Program and arguments; runs in the foreground under the supervisor. Never a shell.</summary>
    public required ValueList<string> Command { get; init; }

    /// <summary>Program and arguments that say whether the configuration is good; a unit file runs it before start and reload, as stock
    /// ones do. The supervisor of child processes does not: the write path has asked already. Empty: none.</summary>
    public ValueList<string> CheckCommand { get; init; }

    /// <summary>Network namespace to run in; null: the agent's own.</summary>
    public string? NetworkNamespace { get; init; }

    /// <summary>Signal that makes it read its configuration again: USR2 for HAProxy's master, HUP for keepalived.</summary>
    public required int ReloadSignal { get; init; }

    /// <summary>Where the program writes the process id of its main process.</summary>
    public required string PidFile { get; init; }

    /// <summary>True when it says READY=1 on $NOTIFY_SOCKET (sd_notify(3)), after start and after each reload.</summary>
    public bool Notify { get; init; }

    /// <summary>Text in what it prints that means "the reload failed", for a program that says READY=1 then too and goes on as it was
    /// (HAProxy: <c>Loading failure!</c>); null: it has none.</summary>
    public string? ReloadFailure { get; init; }

    /// <summary>PATH of the program, for programs it starts itself; null: inherited.</summary>
    public string? SearchPath { get; init; }

    /// <summary>Directories it writes to; a unit file makes everything else read-only for it. systemd keeps it from starting when one is not
    /// there.</summary>
    public ValueList<string> WritablePaths { get; init; }

    /// <summary>Open files allowed, RLIMIT_NOFILE; null: inherited.</summary>
    public long? OpenFiles { get; init; }
}

/// <summary>How long each call may take.</summary>
internal sealed record ServiceTimeouts
{
    /// <summary>Until a started service is ready.</summary>
    public TimeSpan Start { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Until a reload is done.</summary>
    public TimeSpan Reload { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Until it is gone; then it is killed.</summary>
    public TimeSpan Stop { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>One D-Bus call other than waiting for a job; reading all units again takes seconds on an emulated or overloaded machine.</summary>
    public TimeSpan Call { get; init; } = TimeSpan.FromSeconds(30);
}
