// What is written down of a flow and of its steps.
namespace Amphora.Controller.Flows;

/// <summary>A flow, as the journal has it.</summary>
internal sealed record FlowRecord
{
    /// <summary>Which.</summary>
    public required Guid Id { get; init; }

    /// <summary>The name of its definition.</summary>
    public required string Kind { get; init; }

    /// <summary>What it is about: a load balancer, or an amphora without one.</summary>
    public required Guid Subject { get; init; }

    /// <summary>What its definition is given, a JSON text.</summary>
    public required string Input { get; init; }

    /// <summary>How far it is.</summary>
    public FlowState State { get; init; }

    /// <summary>When it was recorded.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it was undone.</summary>
    public string? Error { get; init; }

    /// <summary>The controller that runs it; null when none does.</summary>
    public string? Owner { get; init; }

    /// <summary>Until when that controller has it without saying so again.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }
}

/// <summary>How far a flow is.</summary>
internal enum FlowState
{
    /// <summary>Recorded or running: it goes on forwards.</summary>
    Running,

    /// <summary>A step failed: it goes on backwards.</summary>
    Reverting,

    /// <summary>Every step was done or skipped.</summary>
    Success,

    /// <summary>Every step that had begun was undone.</summary>
    Reverted,
}

/// <summary>A step, as the journal has it.</summary>
internal sealed record StepRecord
{
    /// <summary>Scopes and name, as <c>master/issue-certificate</c>; unique in the flow.</summary>
    public required string Path { get; init; }

    /// <summary>Its place in the definition, from 0.</summary>
    public required int Ordinal { get; init; }

    /// <summary>How far it is.</summary>
    public StepState State { get; init; }

    /// <summary>It was the n-th to begin, from 1; 0 when it has not. Undoing goes backwards along these.</summary>
    public int Sequence { get; init; }

    /// <summary>How often it has begun.</summary>
    public int Attempts { get; init; }

    /// <summary>When it began last.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When doing it ended last.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it failed, or why undoing it did.</summary>
    public string? Error { get; init; }

    /// <summary>What it made: a JSON object of texts, secrets sealed; null before its end.</summary>
    public string? Output { get; init; }
}

/// <summary>How far a step is.</summary>
internal enum StepState
{
    /// <summary>Not begun, or to be begun again.</summary>
    Pending,

    /// <summary>Begun. After the death of its controller nobody knows more.</summary>
    Running,

    /// <summary>Done.</summary>
    Done,

    /// <summary>A decider kept it out.</summary>
    Skipped,

    /// <summary>Failed.</summary>
    Failed,

    /// <summary>Being undone.</summary>
    Reverting,

    /// <summary>Undone.</summary>
    Reverted,

    /// <summary>Undoing it failed; the others were undone all the same.</summary>
    RevertFailed,
}
