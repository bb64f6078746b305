// What to start, as data.
namespace Amphora.Linux.Processes;

/// <summary>A program to start: its own session and process group, default signals, no descriptor but 0, 1 and 2.</summary>
public sealed record ProcessStart
{
    /// <summary>Program (searched in PATH when it has no slash) and arguments. Never a shell.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Directory to start in; null: the caller's.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Variables to add to the caller's environment; null as a value takes a variable away. What is meant for the caller
    /// alone (NOTIFY_SOCKET, WATCHDOG_…, LISTEN_…, SSL_CERT_…, DOTNET_…) is never handed on unless it stands here.</summary>
    public IReadOnlyDictionary<string, string?>? Environment { get; init; }

    /// <summary>Network namespace to run in; null: the caller's.</summary>
    public string? NetworkNamespace { get; init; }

    /// <summary>Open files the program may have at least, as far as fs.nr_open and the caller's rights allow; null: as the caller.</summary>
    public long? OpenFiles { get; init; }
}
