// Use case: the end of an amphora that is of no use any more (load-balancer-api.md §14).
using Amphora.Contract.DesiredState;
using Amphora.Controller.Flows;
using Amphora.Controller.Store;

namespace Amphora.Controller.Amphorae;

/// <summary>Takes an amphora that is in ERROR and records the flow, in one transaction.</summary>
internal sealed class DeleteAmphora(AmphoraServices services, FlowEngine engine)
{
    /// <summary>Records it.</summary>
    /// <param name="amphora">Which.</param>
    /// <param name="isSpareToo">Also one that waits for a load balancer, for whoever makes the pool smaller; the API has no word for it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<Decision<BegunAmphora>> RecordAsync(Guid amphora, bool isSpareToo, CancellationToken cancellationToken) => services.Database.InTransactionAsync<Decision<BegunAmphora>>(
        async (transaction, token) => await new AmphoraRows(transaction).TryMarkAsync(amphora, isSpareToo ? [AmphoraStatus.Error, AmphoraStatus.Ready] : [AmphoraStatus.Error], AmphoraStatus.PendingDelete, token)
            ? await BegunAmphora.RecordAsync(transaction, AmphoraInput.Prepare(engine, DeleteAmphoraFlow.Name, amphora), token)
            : await AmphoraRefusals.OfAsync(transaction, amphora, "deleted", token),
        cancellationToken);
}
