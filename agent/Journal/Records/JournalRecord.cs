// One line of the journal.
using System.Text.Json.Serialization;

namespace Amphora.Agent.Journal.Records;

/// <summary>What every line has, and one part that its kind says. Parts may gain fields; who reads passes over what it does not know.</summary>
internal sealed record JournalRecord
{
    /// <summary>One more than the line before has.</summary>
    public long Seq { get; init; }

    /// <summary>When it was told.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>SHA-256 of the line before, without its line end; zeros: there was none.</summary>
    public string Prev { get; init; } = "";

    /// <summary>One of <see cref="RecordKind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Whose it is; null: the amphora's.</summary>
    public string? LoadBalancer { get; init; }

    /// <summary>Of <see cref="RecordKind.Opened"/>.</summary>
    public OpenedRecord? Opened { get; init; }

    /// <summary>Of <see cref="RecordKind.Gap"/>.</summary>
    public GapRecord? Gap { get; init; }

    /// <summary>Of <see cref="RecordKind.Text"/>.</summary>
    public TextRecord? Text { get; init; }

    /// <summary>Of <see cref="RecordKind.Request"/>.</summary>
    public RequestRecord? Request { get; init; }

    /// <summary>Of <see cref="RecordKind.Plan"/>.</summary>
    public PlanRecord? Plan { get; init; }

    /// <summary>Of <see cref="RecordKind.Command"/>.</summary>
    public CommandRecord? Command { get; init; }

    /// <summary>Of <see cref="RecordKind.Taken"/>.</summary>
    public TakenRecord? Taken { get; init; }

    /// <summary>Of <see cref="RecordKind.Proof"/>.</summary>
    public ProofRecord? Proof { get; init; }

    /// <summary>Of <see cref="RecordKind.Drift"/>.</summary>
    public DriftRecord? Drift { get; init; }

    /// <summary>Of <see cref="RecordKind.Commit"/>, <see cref="RecordKind.Rollback"/>, <see cref="RecordKind.Confirm"/>,
    /// <see cref="RecordKind.Withdrawn"/> and <see cref="RecordKind.Forgotten"/>.</summary>
    public GenerationRecord? Generation { get; init; }
}

/// <summary>What a line is about.</summary>
internal static class RecordKind
{
    /// <summary>The file is written from here on: the agent started, the file before was full, or somebody else changed it.</summary>
    public const string Opened = "opened";

    /// <summary>Records could not be written before this one.</summary>
    public const string Gap = "gap";

    /// <summary>A text that other records name by its digest.</summary>
    public const string Text = "text";

    /// <summary>A call that may have changed something.</summary>
    public const string Request = "request";

    /// <summary>What HAProxy's planner was given, and what it decided.</summary>
    public const string Plan = "plan";

    /// <summary>What a running HAProxy was told, and what it said.</summary>
    public const string Command = "command";

    /// <summary>What was done.</summary>
    public const string Taken = "taken";

    /// <summary>What was found when it was read again.</summary>
    public const string Proof = "proof";

    /// <summary>Somebody else changed what runs.</summary>
    public const string Drift = "drift";

    /// <summary>A generation came into force.</summary>
    public const string Commit = "commit";

    /// <summary>An earlier generation came into force again.</summary>
    public const string Rollback = "rollback";

    /// <summary>The generation in force stays.</summary>
    public const string Confirm = "confirm";

    /// <summary>A generation that was recorded did not come into force after all.</summary>
    public const string Withdrawn = "withdrawn";

    /// <summary>The generations of a load balancer that is gone were forgotten.</summary>
    public const string Forgotten = "forgotten";
}

/// <summary>JSON of the journal.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JournalRecord))]
internal sealed partial class JournalJson : JsonSerializerContext;
