// How the states of flows and steps are spelled in the database and for people.
using Amphora.Contract;
using Amphora.Controller.Flows;

namespace Amphora.Controller.Store.Journal;

/// <summary>Spellings.</summary>
internal static class FlowWords
{
    /// <summary>Of <see cref="FlowState"/>.</summary>
    public static WireTable<FlowState> FlowStates { get; } = new(
        (FlowState.Running, "RUNNING"), (FlowState.Reverting, "REVERTING"), (FlowState.Success, "SUCCESS"), (FlowState.Reverted, "REVERTED"));

    /// <summary>Of <see cref="StepState"/>.</summary>
    public static WireTable<StepState> StepStates { get; } = new(
        (StepState.Pending, "PENDING"), (StepState.Running, "RUNNING"), (StepState.Done, "DONE"), (StepState.Skipped, "SKIPPED"),
        (StepState.Failed, "FAILED"), (StepState.Reverting, "REVERTING"), (StepState.Reverted, "REVERTED"), (StepState.RevertFailed, "REVERT_FAILED"));
}
