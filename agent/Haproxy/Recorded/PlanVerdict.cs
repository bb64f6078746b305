// A decision, as far as two of them are compared.
using Amphora.Agent.Journal;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Recorded;

/// <summary>What the planner decided. Which files are deleted is left out: over API 1.0 that is not the planner's to say.</summary>
internal sealed record PlanVerdict
{
    /// <summary>As <c>reload</c>.</summary>
    public required string Step { get; init; }

    /// <summary>What is different.</summary>
    public required ValueList<string> Changes { get; init; }

    /// <summary>Why a new process is needed.</summary>
    public required ValueList<string> Reasons { get; init; }

    /// <summary>What HAProxy is told.</summary>
    public required ValueList<string> Commands { get; init; }

    /// <summary>SHA-256 of the configuration that shall run; null: none.</summary>
    public required string? Text { get; init; }

    /// <summary>Files to write.</summary>
    public required ValueList<string> Write { get; init; }

    /// <summary>Of a plan.</summary>
    public static PlanVerdict Of(HaproxyPlan plan) => new()
    {
        Step = PlanRecorder.Word(plan.Step),
        Changes = plan.Changes,
        Reasons = plan.Reasons,
        Commands = plan.Commands,
        Text = plan.Text is { } text ? JournalTexts.DigestOf(text.ToString()) : null,
        Write = plan.Write.ConvertAll(static file => file.Path),
    };
}
