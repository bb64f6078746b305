// /2.0/agent: the agent as a program, and its replacement by another one.
namespace Amphora.Contract.Rest;

/// <summary>Answer of <c>GET /2.0/agent</c> and of <c>PUT /2.0/agent/binary</c>.</summary>
public sealed record AgentProgram
{
    /// <summary>The largest binary that is taken, in bytes.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>The header with the signature of a binary: base64 of ECDSA P-256 over SHA-256, in DER.</summary>
    public const string SignatureHeader = "Amphora-Signature";

    /// <summary>Version of the program that answers.</summary>
    public required string Version { get; init; }

    /// <summary>Of its file, 64 hex digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The last upgrade; null when there has been none.</summary>
    public AgentUpgrade? Upgrade { get; init; }
}

/// <summary>An upgrade, from the moment its binary was accepted.</summary>
public sealed record AgentUpgrade
{
    /// <summary>Seconds a new agent has to prove itself when nothing else is said.</summary>
    public const int DefaultConfirmWithin = 60;

    /// <summary>The fewest seconds.</summary>
    public const int LeastConfirmWithin = 5;

    /// <summary>The most seconds.</summary>
    public const int MostConfirmWithin = 600;

    /// <summary>How far it has come.</summary>
    public required UpgradeState State { get; init; }

    /// <summary>Of the new binary, 64 hex digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>As the new binary names itself.</summary>
    public required string Version { get; init; }

    /// <summary>What ran before: 64 hex digits, or <c>factory</c> for the binary of the image.</summary>
    public required string Previous { get; init; }

    /// <summary>When the binary was accepted.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Seconds from the restart until the new agent has to have answered a request.</summary>
    public required int ConfirmWithin { get; init; }

    /// <summary>When it was confirmed or rolled back; null while it is tried.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Why it was rolled back, one sentence.</summary>
    public string? Reason { get; init; }

    /// <summary>What the agent's unit printed last before it was rolled back.</summary>
    public string? Output { get; init; }
}

/// <summary>How far an upgrade has come.</summary>
public enum UpgradeState
{
    /// <summary>The new agent starts, or has not answered a request yet.</summary>
    Trying,

    /// <summary>The new agent has answered a request; the one before is kept, but no longer gone back to.</summary>
    Confirmed,

    /// <summary>The one before runs again.</summary>
    RolledBack,
}
