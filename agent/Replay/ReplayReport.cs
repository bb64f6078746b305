// What a replay came to.
using System.Text.Json.Serialization;
using Amphora.Agent.Journal.Reading;

namespace Amphora.Agent.Replay;

/// <summary>The result.</summary>
internal sealed record ReplayReport
{
    /// <summary>Lines of the journal that were read.</summary>
    public required long Lines { get; init; }

    /// <summary>Plans among them.</summary>
    public required int Plans { get; init; }

    /// <summary>Plans that are decided the same today.</summary>
    public required int Same { get; init; }

    /// <summary>The others.</summary>
    public required IReadOnlyList<ReplayedPlan> Different { get; init; }

    /// <summary>Where the chain is broken; nothing behind it was looked at. Null: it is whole.</summary>
    public BrokenLine? Broken { get; init; }
}

/// <summary>A plan that is decided otherwise today.</summary>
internal sealed record ReplayedPlan
{
    /// <summary>Number of its record.</summary>
    public required long Seq { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Whose it was.</summary>
    public string? LoadBalancer { get; init; }

    /// <summary>Why it cannot be made again; null: it was.</summary>
    public string? Unusable { get; init; }

    /// <summary>What is decided otherwise.</summary>
    public IReadOnlyList<PlanDifference> Differences { get; init; } = [];
}

/// <summary>One part of a decision that differs.</summary>
/// <param name="Part">As <c>step</c>, <c>commands</c>.</param>
/// <param name="Recorded">What was decided then; of lists, only what is not decided today.</param>
/// <param name="Today">What is decided today; of lists, only what was not decided then.</param>
internal sealed record PlanDifference(string Part, IReadOnlyList<string> Recorded, IReadOnlyList<string> Today);

/// <summary>JSON of a report.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReplayReport))]
internal sealed partial class ReplayJson : JsonSerializerContext;
