// Amphorae that are not heard of, those in ERROR, and load balancers that nobody works on any more.
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Store.Engine;

namespace Amphora.Controller.Store.Watching;

/// <summary>How many there are.</summary>
/// <param name="Watched">That should be heard of.</param>
/// <param name="Silent">That are not.</param>
/// <param name="SilentOfLate">That have not been for a short time only.</param>
internal readonly record struct SilentCounts(int Watched, int Silent, int SilentOfLate);

/// <summary>Somebody to look at.</summary>
/// <param name="AmphoraId">Which.</param>
/// <param name="Since">Heard of last, or in ERROR since.</param>
/// <param name="IsFailed">It is in ERROR.</param>
internal readonly record struct Suspect(Guid AmphoraId, DateTimeOffset Since, bool IsFailed);

/// <summary>Finds and takes them.</summary>
internal sealed class SilentRows(DatabaseTransaction transaction)
{
    // Failovers take these, and flows that hold a load balancer's lock are waited for.
    private static readonly RowStatus[] s_open = [RowStatus.Active, RowStatus.Error];

    private static string[] Serving => [AmphoraStatus.Allocated.ToWire(), AmphoraStatus.FailoverStopped.ToWire()];

    /// <summary>Counts them.</summary>
    /// <param name="before">Silent is who was not heard of since.</param>
    /// <param name="late">Of late is who was heard of since…</param>
    /// <param name="nearly">… and not since this.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<SilentCounts> CountAsync(DateTimeOffset before, DateTimeOffset late, DateTimeOffset nearly, CancellationToken cancellationToken) => await transaction.FirstAsync(
        $"""
        SELECT COUNT(*) AS watched, COUNT(*) FILTER (WHERE last_update < {before}) AS silent,
            COUNT(*) FILTER (WHERE last_update < {nearly} AND last_update >= {late}) AS of_late
        FROM amphora_health JOIN amphorae ON amphorae.id = amphora_health.amphora_id
        WHERE busy = {false} AND amphorae.status IN ({Serving})
        """,
        static row => new SilentCounts((int)row.Number("watched"), (int)row.Number("silent"), (int)row.Number("of_late")),
        cancellationToken);

    /// <summary>Some that are silent, in no order, whose load balancers can be had now.</summary>
    public Task<IReadOnlyList<Suspect>> SilentAsync(DateTimeOffset before, int most, CancellationToken cancellationToken) => transaction.ListAsync(
        $"""
        SELECT amphorae.id, last_update AS since FROM amphora_health JOIN amphorae ON amphorae.id = amphora_health.amphora_id
            LEFT JOIN load_balancers ON load_balancers.id = amphorae.load_balancer_id
        WHERE busy = {false} AND last_update < {before} AND amphorae.status IN ({Serving})
            AND (load_balancers.id IS NULL OR load_balancers.provisioning_status IN ({s_open.Select(StoreNames.ToWire)}))
        ORDER BY random() LIMIT {most}
        """,
        static row => new Suspect(row.Id("id"), row.Time("since"), IsFailed: false),
        cancellationToken);

    /// <summary>Some that are in ERROR for some time, of load balancers that can be had now: what was to replace them failed.</summary>
    public Task<IReadOnlyList<Suspect>> FailedAsync(DateTimeOffset before, int most, CancellationToken cancellationToken) => transaction.ListAsync(
        $"""
        SELECT amphorae.id, COALESCE(amphorae.updated_at, amphorae.created_at) AS since FROM amphorae JOIN load_balancers ON load_balancers.id = amphorae.load_balancer_id
        WHERE amphorae.status = {AmphoraStatus.Error.ToWire()} AND COALESCE(amphorae.updated_at, amphorae.created_at) < {before}
            AND load_balancers.provisioning_status IN ({s_open.Select(StoreNames.ToWire)})
        ORDER BY random() LIMIT {most}
        """,
        static row => new Suspect(row.Id("id"), row.Time("since"), IsFailed: true),
        cancellationToken);

    /// <summary>Takes one for a failover when all is as it was: it is busy then, and its load balancer PENDING_UPDATE.</summary>
    /// <returns>Null, and the transaction is abandoned: it was heard of, or somebody else has it or its load balancer.</returns>
    public async Task<AmphoraRow?> TakeAsync(Suspect suspect, CancellationToken cancellationToken)
    {
        // Of two that try at once the second one waits here, and finds it changed.
        var taken = suspect.IsFailed
            ? await transaction.ExecuteAsync(
                $"""
                UPDATE amphorae SET updated_at = {transaction.Now}
                WHERE id = {suspect.AmphoraId} AND status = {AmphoraStatus.Error.ToWire()} AND COALESCE(updated_at, created_at) <= {suspect.Since}
                """,
                cancellationToken)
            : await transaction.ExecuteAsync(
                $"UPDATE amphora_health SET busy = {true} WHERE amphora_id = {suspect.AmphoraId} AND busy = {false} AND last_update <= {suspect.Since}", cancellationToken);
        var amphora = taken == 0 ? null : await new AmphoraRows(transaction).GetAsync(suspect.AmphoraId, cancellationToken);
        if (amphora is null || !await LockAsync(amphora, cancellationToken))
        {
            transaction.Abandon();
            return null;
        }

        await new HealthRows(transaction).MarkBusyAsync([amphora.Id], cancellationToken);
        return amphora;
    }

    /// <summary>Amphorae that serve and were never heard of are waited for from now on.</summary>
    /// <returns>How many.</returns>
    public Task<int> ExpectAsync(CancellationToken cancellationToken) => transaction.ExecuteAsync(
        $"""
        INSERT INTO amphora_health (amphora_id, last_update, busy)
        SELECT amphorae.id, {transaction.Now}, {false} FROM amphorae
        WHERE amphorae.status = {AmphoraStatus.Allocated.ToWire()} AND NOT EXISTS (SELECT 1 FROM amphora_health WHERE amphora_id = amphorae.id)
        ON CONFLICT DO NOTHING
        """,
        cancellationToken);

    /// <summary>Load balancers in PENDING_* that no flow brings out of it become ERROR, from which they can be repaired or deleted.</summary>
    /// <returns>Which.</returns>
    public Task<IReadOnlyList<Guid>> ReleaseStrandedAsync(DateTimeOffset before, CancellationToken cancellationToken) => transaction.ListAsync(
        $"""
        UPDATE load_balancers SET provisioning_status = {RowStatus.Error.ToWire()}, updated_at = {transaction.Now}
        WHERE provisioning_status IN ({RowStatus.PendingCreate.ToWire()}, {RowStatus.PendingUpdate.ToWire()}, {RowStatus.PendingDelete.ToWire()})
            AND COALESCE(updated_at, created_at) < {before}
            AND NOT EXISTS (SELECT 1 FROM flows WHERE ended_at IS NULL AND (flows.subject = load_balancers.id
                OR flows.subject IN (SELECT theirs.id FROM amphorae AS theirs WHERE theirs.load_balancer_id = load_balancers.id)))
        RETURNING id
        """,
        static row => row.Id("id"),
        cancellationToken);

    private async Task<bool> LockAsync(AmphoraRow amphora, CancellationToken cancellationToken) =>
        amphora.Status is AmphoraStatus.Allocated or AmphoraStatus.FailoverStopped or AmphoraStatus.Error
        && (amphora.LoadBalancerId is not { } id || (await new LoadBalancerRows(transaction).TryLockAsync(id, s_open, RowStatus.PendingUpdate, cancellationToken)).IsTaken);
}
