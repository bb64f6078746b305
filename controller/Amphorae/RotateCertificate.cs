// Use case: an amphora gets a new certificate before the one it has ends (flows.md §9.2, §10).
using Amphora.Controller.Flows;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;

namespace Amphora.Controller.Amphorae;

/// <summary>Marks it cert_busy and records the flow, in one transaction: whoever dies then has left a flow that goes on.</summary>
internal sealed class RotateCertificate(AmphoraServices services, FlowEngine engine)
{
    /// <summary>Records it for one whose certificate ends before a time; the one that ends first.</summary>
    /// <param name="before">The time.</param>
    /// <param name="isWanted">Asked for that one; no ends it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Null when there is none, or it is not wanted.</returns>
    public Task<BegunAmphora?> RecordNextAsync(DateTimeOffset before, Func<Guid, bool> isWanted, CancellationToken cancellationToken) => services.Database.InTransactionAsync(
        async (transaction, token) =>
        {
            if (await new AmphoraRows(transaction).TakeForRotationAsync(before, token) is { } row && isWanted(row.Id))
            {
                return await RecordAsync(transaction, row.Id, token);
            }

            transaction.Abandon();
            return null;
        },
        cancellationToken);

    /// <summary>The amphorae it would be recorded for.</summary>
    public Task<IReadOnlyList<Guid>> PreviewAsync(DateTimeOffset before, CancellationToken cancellationToken) => services.Database.InTransactionAsync<IReadOnlyList<Guid>>(
        async (transaction, token) =>
        {
            List<Guid> due = [];
            while (await new AmphoraRows(transaction).TakeForRotationAsync(before, token) is { } row)
            {
                due.Add(row.Id);
            }

            transaction.Abandon();
            return due;
        },
        cancellationToken);

    /// <summary>Records it for one, whenever its certificate ends; also for one whose rotation has failed.</summary>
    public Task<Decision<BegunAmphora>> RecordAsync(Guid amphora, CancellationToken cancellationToken) => services.Database.InTransactionAsync<Decision<BegunAmphora>>(
        async (transaction, token) =>
        {
            // cert_busy of a rotation that has failed stays; that of one that goes on has a flow. The row is ours before that is looked at.
            if (await new AmphoraRows(transaction).TakeForRotationAsync(amphora, token) && !await new FlowRows(transaction).IsOpenAsync(RotateCertificateFlow.Name, amphora, token))
            {
                return await RecordAsync(transaction, amphora, token);
            }

            transaction.Abandon();
            return await AmphoraRefusals.OfAsync(transaction, amphora, "given a new certificate", token);
        },
        cancellationToken);

    private Task<BegunAmphora> RecordAsync(DatabaseTransaction transaction, Guid amphora, CancellationToken cancellationToken) =>
        BegunAmphora.RecordAsync(transaction, AmphoraInput.Prepare(engine, RotateCertificateFlow.Name, amphora), cancellationToken);
}
