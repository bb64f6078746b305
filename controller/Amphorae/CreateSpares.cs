// Use case: the spare pool is as large as it shall be (flows.md §10).
using Amphora.Contract.DesiredState;
using Amphora.Controller.Flows;
using Amphora.Controller.Store;

namespace Amphora.Controller.Amphorae;

/// <summary>Counts and records what is missing, in one transaction and one controller at a time: two never build the same spare twice.</summary>
internal sealed class CreateSpares(AmphoraServices services, FlowEngine engine)
{
    /// <summary>How many are missing.</summary>
    /// <param name="size">How many there shall be ([house_keeping] spare_amphora_pool_size); more than that are left alone.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<int> CountMissingAsync(int size, CancellationToken cancellationToken) => services.Database.InTransactionAsync(
        (transaction, token) => MissingAsync(transaction, size, token), cancellationToken);

    /// <summary>Records a row and a flow for each that is missing.</summary>
    /// <inheritdoc cref="CountMissingAsync"/>
    public Task<IReadOnlyList<BegunAmphora>> RecordAsync(int size, CancellationToken cancellationToken) => services.Database.InTransactionAsync<IReadOnlyList<BegunAmphora>>(
        async (transaction, token) =>
        {
            List<BegunAmphora> begun = [];
            for (var missing = await MissingAsync(transaction, size, token); missing > 0; missing--)
            {
                var row = new AmphoraRow { Id = Guid.NewGuid() };
                await new AmphoraRows(transaction).InsertAsync(row, token);
                begun.Add(await BegunAmphora.RecordAsync(transaction, AmphoraInput.Prepare(engine, CreateSpareFlow.Name, row.Id), token));
            }

            return begun;
        },
        cancellationToken);

    private static async Task<int> MissingAsync(DatabaseTransaction transaction, int size, CancellationToken cancellationToken)
    {
        var amphorae = new AmphoraRows(transaction);
        await amphorae.LockSparesAsync(cancellationToken);
        return Math.Max(0, size - await amphorae.CountSparesAsync([AmphoraStatus.Ready, AmphoraStatus.PendingCreate, AmphoraStatus.Booting], cancellationToken));
    }
}
