// The table objects: listeners, pools, members, health monitors, L7 policies and rules.
using Amphora.Controller.Store.Engine;

namespace Amphora.Controller.Store;

/// <summary>Objects that cannot be inserted: others of their load balancer have their <see cref="ObjectRow.UniqueKey"/>, or they were
/// inserted before.</summary>
/// <param name="Objects">Which of those that were to be inserted.</param>
internal sealed record Conflict(IReadOnlyList<ObjectRow> Objects);

/// <summary>What hangs below load balancers. Whoever changes it has the lock of the load balancer.</summary>
internal sealed class ObjectRows(DatabaseTransaction transaction)
{
    private static readonly SqlFragment Table = new("objects");

    /// <summary>New ones, all or none; parents may be among them.</summary>
    /// <returns>Null when they are in.</returns>
    public async Task<Conflict?> InsertAsync(IReadOnlyList<ObjectRow> rows, CancellationToken cancellationToken)
    {
        HashSet<Guid> inserted = [];
        foreach (var batch in rows.Chunk(transaction.Dialect.MostRows))
        {
            inserted.UnionWith(await transaction.ListAsync(
                $"""
                INSERT INTO objects ({ObjectRow.Columns}) VALUES {new SqlValues(batch.Select(row => row.ToValues(transaction.Now)))}
                ON CONFLICT DO NOTHING RETURNING id
                """,
                row => row.Id("id"),
                cancellationToken));
        }

        if (inserted.Count == rows.Count)
        {
            return null;
        }

        await DeleteAsync([.. inserted], cancellationToken);
        return new Conflict([.. rows.Where(row => !inserted.Contains(row.Id))]);
    }

    /// <summary>Everything of a load balancer, in the order of its positions, then as it was made.</summary>
    public Task<IReadOnlyList<ObjectRow>> LoadAsync(Guid loadBalancerId, CancellationToken cancellationToken) => transaction.ListAsync(
        $"SELECT {ObjectRow.Columns} FROM objects WHERE load_balancer_id = {loadBalancerId} ORDER BY position, created_at, id",
        ObjectRow.Read,
        cancellationToken);

    /// <summary>One by id.</summary>
    public Task<ObjectRow?> GetAsync(Guid id, CancellationToken cancellationToken) =>
        transaction.FirstAsync($"SELECT {ObjectRow.Columns} FROM objects WHERE id = {id}", ObjectRow.Read, cancellationToken);

    /// <summary>All of a kind, of a project or of all. Oldest first.</summary>
    public Task<IReadOnlyList<ObjectRow>> ListAsync(ObjectKind kind, string? projectId, CancellationToken cancellationToken) => transaction.ListAsync(
        $"""
        SELECT {ObjectRow.Columns} FROM objects WHERE kind = {kind.ToWire()} {SqlText.AndProject(projectId)}
        ORDER BY created_at, id
        """,
        ObjectRow.Read,
        cancellationToken);

    /// <summary>Sets the provisioning status of many.</summary>
    /// <returns>How many there are.</returns>
    public async Task<int> SetStatusAsync(IEnumerable<Guid> ids, RowStatus status, CancellationToken cancellationToken)
    {
        var changed = 0;
        foreach (var batch in ids.Chunk(transaction.Dialect.MostRows))
        {
            changed += await transaction.ExecuteAsync(
                $"UPDATE objects SET provisioning_status = {status.ToWire()}, updated_at = {transaction.Now} WHERE id IN ({batch})", cancellationToken);
        }

        return changed;
    }

    /// <summary>The end of a flow: everything of the load balancer becomes ACTIVE, but what is in ERROR stays there (flows.md §6.3).</summary>
    /// <returns>How many changed.</returns>
    public Task<int> MarkActiveAsync(Guid loadBalancerId, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        $"""
        UPDATE objects SET provisioning_status = {RowStatus.Active.ToWire()}, updated_at = {transaction.Now}
        WHERE load_balancer_id = {loadBalancerId} AND provisioning_status NOT IN ({RowStatus.Active.ToWire()}, {RowStatus.Error.ToWire()})
        """,
        cancellationToken);

    /// <summary>Stores the user's fields.</summary>
    /// <returns>False when it is gone.</returns>
    public async Task<bool> SetBodyAsync(Guid id, string body, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync($"UPDATE objects SET body = {body}, updated_at = {transaction.Now} WHERE id = {id}", cancellationToken) > 0;

    /// <summary>Stores another order, as of L7 policies.</summary>
    public async Task SetPositionsAsync(IReadOnlyDictionary<Guid, int> positions, CancellationToken cancellationToken)
    {
        foreach (var batch in positions.Chunk(transaction.Dialect.MostRows))
        {
            var rows = new SqlValues(batch.Select(entry => new object?[] { entry.Key, entry.Value }));
            await transaction.ExecuteAsync(
                $"""
                WITH told (id, position) AS (VALUES {rows})
                UPDATE objects SET position = told.position, updated_at = {transaction.Now}
                FROM told WHERE objects.id = told.id AND objects.position <> told.position
                """,
                cancellationToken);
        }
    }

    /// <summary>Stores what heartbeats say.</summary>
    /// <returns>How many changed.</returns>
    public Task<int> SetOperatingStatusesAsync(IEnumerable<OperatingStatusUpdate> updates, CancellationToken cancellationToken) =>
        OperatingStatuses.SetAsync(transaction, Table, updates, cancellationToken);

    /// <summary>Removes them with their children and statistics; what is gone already is passed over.</summary>
    public async Task DeleteAsync(IEnumerable<Guid> ids, CancellationToken cancellationToken)
    {
        foreach (var batch in ids.Chunk(transaction.Dialect.MostRows))
        {
            await transaction.ExecuteAsync($"DELETE FROM objects WHERE id IN ({batch})", cancellationToken);
        }
    }
}
