// Flows that jobs have recorded, brought to their end.
using Amphora.Controller.Amphorae;
using Amphora.Controller.Flows;

namespace Amphora.Controller.Housekeeping;

/// <summary>Runs flows about amphorae and says what became of them.</summary>
/// <param name="engine">Runs them.</param>
internal sealed class FlowRounds(FlowEngine engine)
{
    /// <summary>Records and runs flows.</summary>
    public FlowEngine Engine => engine;

    /// <summary>Runs one; null when another controller has it.</summary>
    public async Task<HousekeepingAction?> RunAsync(string what, BegunAmphora begun, CancellationToken cancellationToken) =>
        await engine.RunAsync(begun.FlowId, null, cancellationToken) is { } end ? new HousekeepingAction(what, $"amphora {begun.AmphoraId}", Error: end.Error) : null;
}
