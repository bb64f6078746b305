// Operating statuses from heartbeats: one statement for a whole batch, and nothing is written that says the same already.
using Amphora.Controller.Store.Engine;

namespace Amphora.Controller.Store;

/// <summary>What an object's operating status is now.</summary>
/// <param name="Id">Of the object or load balancer; one that is gone is passed over.</param>
/// <param name="Status">Which.</param>
internal readonly record struct OperatingStatusUpdate(Guid Id, OperatingStatus Status);

/// <summary>The statement for tables with an operating status.</summary>
internal static class OperatingStatuses
{
    public static async Task<int> SetAsync(
        DatabaseTransaction transaction, SqlFragment table, IEnumerable<OperatingStatusUpdate> updates, CancellationToken cancellationToken)
    {
        var changed = 0;
        // By id, so that two controllers lock in the same order; the last word on an object counts.
        foreach (var batch in updates.GroupBy(update => update.Id, (id, same) => same.Last()).OrderBy(update => update.Id).Chunk(transaction.Dialect.MostTableRows))
        {
            var rows = transaction.Dialect.Table([SqlType.Id, SqlType.Text], batch.Select(update => new object?[] { update.Id, update.Status.ToWire() }));
            changed += await transaction.ExecuteAsync(
                $"""
                WITH told (id, operating_status) AS ({rows})
                UPDATE {table} SET operating_status = told.operating_status
                FROM told WHERE {table}.id = told.id AND {table}.operating_status <> told.operating_status
                """,
                cancellationToken);
        }

        return changed;
    }
}
