// What was begun with an amphora, or why nothing was.
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Flows;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;

namespace Amphora.Controller.Amphorae;

/// <summary>What was begun with an amphora.</summary>
/// <param name="AmphoraId">Which.</param>
/// <param name="FlowId">The flow.</param>
internal sealed record BegunAmphora(Guid AmphoraId, Guid FlowId)
{
    /// <summary>Records a flow about an amphora.</summary>
    public static async Task<BegunAmphora> RecordAsync(DatabaseTransaction transaction, NewFlow flow, CancellationToken cancellationToken)
    {
        await new FlowRows(transaction).InsertAsync(flow, cancellationToken);
        return new BegunAmphora(flow.Flow.Subject, flow.Flow.Id);
    }
}

/// <summary>Why something is not done with an amphora.</summary>
internal static class AmphoraRefusals
{
    /// <summary>It is not there, or its state does not allow it.</summary>
    public static async Task<Refusal> OfAsync(DatabaseTransaction transaction, Guid amphora, string done, CancellationToken cancellationToken) =>
        await new AmphoraRows(transaction).GetAsync(amphora, cancellationToken) is { Status: not AmphoraStatus.Deleted } row
            ? new Refusal(RefusalKind.Conflict, $"Amphora {amphora} is in {row.Status.ToWire()}{(row.CertBusy ? ", gets a certificate" : "")} and cannot be {done}.")
            : new Refusal(RefusalKind.NotFound, $"Amphora {amphora} not found.");
}
