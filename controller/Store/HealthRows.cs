// The table amphora_health: when each amphora was heard of last, and who is being replaced.
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Store.Engine;

namespace Amphora.Controller.Store;

/// <summary>A row of amphora_health.</summary>
/// <param name="AmphoraId">Which amphora.</param>
/// <param name="LastUpdate">Its last heartbeat that counted.</param>
/// <param name="IsBusy">Somebody deletes or replaces it: the health manager leaves it alone.</param>
internal sealed record HealthRow(Guid AmphoraId, DateTimeOffset LastUpdate, bool IsBusy)
{
    internal static HealthRow Read(SqlRow row) => new(row.Id("amphora_id"), row.Time("last_update"), row.Truth("busy"));
}

/// <summary>Health of amphorae (flows.md §11).</summary>
internal sealed class HealthRows(DatabaseTransaction transaction)
{
    /// <summary>Of one amphora.</summary>
    public Task<HealthRow?> GetAsync(Guid amphoraId, CancellationToken cancellationToken) => transaction.FirstAsync(
        $"SELECT amphora_id, last_update, busy FROM amphora_health WHERE amphora_id = {amphoraId}", HealthRow.Read, cancellationToken);

    /// <summary>Stores a batch of heartbeats in one statement. The time never goes back; unknown amphorae are passed over.</summary>
    public async Task RecordAsync(IReadOnlyDictionary<Guid, DateTimeOffset> heartbeats, CancellationToken cancellationToken)
    {
        foreach (var batch in heartbeats.OrderBy(heartbeat => heartbeat.Key).Chunk(transaction.Dialect.MostTableRows))
        {
            var rows = transaction.Dialect.Table([SqlType.Id, SqlType.Time], batch.Select(heartbeat => new object?[] { heartbeat.Key, heartbeat.Value }));

            // Those that have a row, nearly always all: no other table is looked at, nothing is locked but them.
            var known = await transaction.ExecuteAsync(
                $"""
                WITH heard (amphora_id, last_update) AS ({rows})
                UPDATE amphora_health SET last_update = heard.last_update FROM heard
                WHERE amphora_health.amphora_id = heard.amphora_id AND amphora_health.last_update < heard.last_update
                """,
                cancellationToken);
            if (known == batch.Length)
            {
                continue;
            }

            await transaction.ExecuteAsync(
                $"""
                WITH heard (amphora_id, last_update) AS ({rows})
                INSERT INTO amphora_health (amphora_id, last_update, busy)
                SELECT amphorae.id, heard.last_update, {false} FROM heard JOIN amphorae ON amphorae.id = heard.amphora_id WHERE true{transaction.Dialect.ForKeyShare("amphorae")}
                ON CONFLICT (amphora_id) DO UPDATE SET last_update = excluded.last_update WHERE excluded.last_update > amphora_health.last_update
                """,
                cancellationToken);
        }
    }

    /// <summary>§11 step 1: amphorae whose failover was stopped and that are heard of again serve on.</summary>
    /// <returns>How many.</returns>
    public Task<int> ResumeAsync(DateTimeOffset since, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        $"""
        UPDATE amphorae SET status = {AmphoraStatus.Allocated.ToWire()}, updated_at = {transaction.Now}
        WHERE status = {AmphoraStatus.FailoverStopped.ToWire()}
            AND id IN (SELECT amphora_id FROM amphora_health WHERE busy = {false} AND last_update >= {since})
        """,
        cancellationToken);

    /// <summary>§11 step 2: when so many are silent that it is rather the network, none of them is replaced.</summary>
    /// <returns>How many were silent, when that is at least the threshold; else 0, and nothing was changed.</returns>
    public async Task<int> StopFailoversAsync(DateTimeOffset before, int threshold, CancellationToken cancellationToken)
    {
        var stale = await transaction.FirstAsync(
            $"SELECT COUNT(*) AS stale FROM amphora_health WHERE busy = {false} AND last_update < {before}", row => row.Number("stale"), cancellationToken);
        if (stale < threshold)
        {
            return 0;
        }

        await transaction.ExecuteAsync(
            $"""
            UPDATE amphorae SET status = {AmphoraStatus.FailoverStopped.ToWire()}, updated_at = {transaction.Now}
            WHERE status NOT IN ({AmphoraStatus.Deleted.ToWire()}, {AmphoraStatus.PendingDelete.ToWire()}, {AmphoraStatus.FailoverStopped.ToWire()})
                AND id IN (SELECT amphora_id FROM amphora_health WHERE busy = {false} AND last_update < {before})
            """,
            cancellationToken);
        return (int)stale;
    }

    /// <summary>§11 steps 3 and 4: takes one at random that is silent since before a time: it is busy then, and its load balancer
    /// PENDING_UPDATE. Nothing is changed when that one's load balancer is neither ACTIVE nor in ERROR.</summary>
    /// <returns>Null ends the round: there is none, or its load balancer is somebody else's.</returns>
    public async Task<AmphoraRow?> TakeStaleAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var id = await transaction.FirstAsync(
            $"""
            SELECT silent.amphora_id FROM amphora_health AS silent JOIN amphorae ON amphorae.id = silent.amphora_id
            WHERE silent.busy = {false} AND silent.last_update < {before}
                AND amphorae.status IN ({AmphoraStatus.Allocated.ToWire()}, {AmphoraStatus.FailoverStopped.ToWire()})
            ORDER BY random() LIMIT 1{transaction.Dialect.SkipLocked("silent")}
            """,
            row => row.IdOrNull("amphora_id"),
            cancellationToken);
        if (id is not { } amphoraId || await new AmphoraRows(transaction).GetAsync(amphoraId, cancellationToken) is not { } amphora)
        {
            return null;
        }

        var loadBalancers = new LoadBalancerRows(transaction);
        if (amphora.LoadBalancerId is { } loadBalancer
            && !(await loadBalancers.TryLockAsync(loadBalancer, [RowStatus.Active, RowStatus.Error], RowStatus.PendingUpdate, cancellationToken)).IsTaken)
        {
            return null;
        }

        await MarkBusyAsync([amphoraId], cancellationToken);
        return amphora;
    }

    /// <summary>The health manager leaves them alone from now on.</summary>
    public Task MarkBusyAsync(IReadOnlyCollection<Guid> amphorae, CancellationToken cancellationToken) => amphorae.Count == 0
        ? Task.CompletedTask
        : transaction.ExecuteAsync($"UPDATE amphora_health SET busy = {true} WHERE amphora_id IN ({amphorae})", cancellationToken);

    /// <summary>Nobody waits for their heartbeats any more.</summary>
    public Task DeleteAsync(IReadOnlyCollection<Guid> amphorae, CancellationToken cancellationToken) => amphorae.Count == 0
        ? Task.CompletedTask
        : transaction.ExecuteAsync($"DELETE FROM amphora_health WHERE amphora_id IN ({amphorae})", cancellationToken);
}
