// GET /2.0/load-balancers/{id}/history: the generations that were in force, and what became of them.
namespace Amphora.Contract.Rest;

/// <summary>Answer of <c>GET /2.0/load-balancers/{id}/history</c>.</summary>
public sealed record LoadBalancerHistory
{
    /// <summary>Least and most seconds of <c>confirm_within</c>.</summary>
    public const int LeastConfirmWithin = 1, MostConfirmWithin = 3600;

    /// <summary>The load balancer.</summary>
    public required string Id { get; init; }

    /// <summary>The API that manages it: <c>2.0</c> or <c>1.0</c>.</summary>
    public required string ManagedBy { get; init; }

    /// <summary>Newest first; the first one is in force.</summary>
    public required ValueList<AppliedGeneration> Generations { get; init; }
}

/// <summary>A generation that is or was in force.</summary>
public sealed record AppliedGeneration
{
    /// <summary>Of an entry that is in force now.</summary>
    public const string InForce = "in_force";

    /// <summary>Of an entry another one took the place of.</summary>
    public const string Replaced = "replaced";

    /// <summary>Of an entry that an earlier one was put back for.</summary>
    public const string RolledBack = "rolled_back";

    /// <summary>From 1 on; each generation of a load balancer has the next one, also an earlier one that is put back.</summary>
    public required long Sequence { get; init; }

    /// <summary>The document's; null over API 1.0.</summary>
    public long? Generation { get; init; }

    /// <summary>SHA-256 of what was applied, in hex.</summary>
    public required string Digest { get; init; }

    /// <summary>When it came into force.</summary>
    public required DateTimeOffset AppliedAt { get; init; }

    /// <summary><see cref="InForce"/>, <see cref="Replaced"/> or <see cref="RolledBack"/>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Why it was rolled back, or why it, an earlier one, was put back; null: it came in the ordinary way and stayed.</summary>
    public string? Reason { get; init; }

    /// <summary>Sequence of the entry it is again; null: it came in the ordinary way.</summary>
    public long? Restores { get; init; }

    /// <summary>Sequence of the entry that a rollback puts back; in force only; null: there is none.</summary>
    public long? GoesBackTo { get; init; }

    /// <summary>By when somebody has to confirm it; null: nobody has to.</summary>
    public DateTimeOffset? ConfirmBy { get; init; }

    /// <summary>True while it is held against the time before it and may be rolled back; left out otherwise.</summary>
    public bool? Watched { get; init; }

    /// <summary>What it is, for people.</summary>
    public required string Summary { get; init; }
}

/// <summary>Says in the status that an earlier generation is in force again.</summary>
public sealed record RolledBackGeneration
{
    /// <summary>Sequence of the entry that was rolled back.</summary>
    public required long Sequence { get; init; }

    /// <summary>Its generation; null over API 1.0, or when its entry is gone.</summary>
    public long? Generation { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }
}
