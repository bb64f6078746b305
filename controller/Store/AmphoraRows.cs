// The table amphorae.
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Store.Engine;

namespace Amphora.Controller.Store;

/// <summary>Amphorae. Those that are taken are taken in one statement: two callers never get the same, nor wait for each other.</summary>
internal sealed class AmphoraRows(DatabaseTransaction transaction)
{
    /// <summary>A new one.</summary>
    public Task InsertAsync(AmphoraRow row, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        $"""
        INSERT INTO amphorae ({AmphoraRow.Columns}) VALUES (
            {row.Id}, {row.LoadBalancerId}, {row.Status.ToWire()}, {row.Role?.ToWire()}, {row.ComputeId}, {row.LbNetworkIp}, {row.AgentPort},
            {row.VrrpIp}, {row.HaIp}, {row.VrrpPortId}, {row.HaPortId}, {row.VrrpInterface}, {row.VrrpId}, {row.VrrpPriority},
            {row.CertExpiration}, {row.CertBusy}, {row.CachedZone}, {row.ImageId}, {row.ComputeFlavor}, {transaction.Now}, NULL)
        """,
        cancellationToken);

    /// <summary>One by id, also when it is DELETED.</summary>
    public Task<AmphoraRow?> GetAsync(Guid id, CancellationToken cancellationToken) =>
        transaction.FirstAsync($"SELECT {AmphoraRow.Columns} FROM amphorae WHERE id = {id}", AmphoraRow.Read, cancellationToken);

    /// <summary>All that are not DELETED, spares too. Oldest first.</summary>
    public Task<IReadOnlyList<AmphoraRow>> ListAsync(CancellationToken cancellationToken) => ListAsync($"", cancellationToken);

    /// <summary>All of a load balancer that are not DELETED. Oldest first.</summary>
    public Task<IReadOnlyList<AmphoraRow>> OfLoadBalancerAsync(Guid loadBalancerId, CancellationToken cancellationToken) =>
        ListAsync($"AND load_balancer_id = {loadBalancerId}", cancellationToken);

    /// <summary>Which of these are there and not DELETED.</summary>
    public async Task<IReadOnlySet<Guid>> AliveAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        HashSet<Guid> alive = [];
        foreach (var some in ids.Chunk(transaction.Dialect.MostRows))
        {
            alive.UnionWith(await transaction.ListAsync(
                $"SELECT id FROM amphorae WHERE id IN ({some}) AND status <> {AmphoraStatus.Deleted.ToWire()}", static row => row.Id("id"), cancellationToken));
        }

        return alive;
    }

    /// <summary>Whether there has not been any, nor any load balancer, as long as rows are kept.</summary>
    public async Task<bool> IsBlankAsync(CancellationToken cancellationToken) => await transaction.FirstAsync(
        $"SELECT EXISTS (SELECT 1 FROM amphorae) OR EXISTS (SELECT 1 FROM load_balancers) AS some", static row => row.Truth("some"), cancellationToken) is false;

    /// <summary>How many there are, by status.</summary>
    public async Task<IReadOnlyDictionary<AmphoraStatus, int>> CountAsync(CancellationToken cancellationToken)
    {
        var counts = await transaction.ListAsync(
            $"SELECT status, COUNT(*) AS amphorae FROM amphorae GROUP BY status",
            row => (Status: row.Word("status", WireNames.AmphoraStatuses), Count: (int)row.Number("amphorae")),
            cancellationToken);
        return counts.ToDictionary(count => count.Status, count => count.Count);
    }

    /// <summary>From here to the end of the transaction nobody else passes here: who counts spares may add what is missing.</summary>
    public Task LockSparesAsync(CancellationToken cancellationToken) => transaction.ExecuteAsync($"{transaction.Dialect.LockSpares}", cancellationToken);

    /// <summary>How many spares are in one of these.</summary>
    public async Task<int> CountSparesAsync(IReadOnlyCollection<AmphoraStatus> statuses, CancellationToken cancellationToken) => (int)await transaction.FirstAsync(
        $"SELECT COUNT(*) AS spares FROM amphorae WHERE status IN ({statuses.Select(WireNames.ToWire)}) AND load_balancer_id IS NULL",
        row => row.Number("spares"),
        cancellationToken);

    /// <summary>Takes a spare for a load balancer: READY becomes ALLOCATED (flows.md §3.1). The oldest that nobody else is taking.</summary>
    /// <returns>Null when there is none.</returns>
    public Task<AmphoraRow?> TakeSpareAsync(Guid loadBalancerId, CancellationToken cancellationToken) => transaction.FirstAsync(
        $"""
        UPDATE amphorae SET status = {AmphoraStatus.Allocated.ToWire()}, load_balancer_id = {loadBalancerId}, updated_at = {transaction.Now}
        WHERE id = (
            SELECT spare.id FROM amphorae AS spare
            WHERE spare.status = {AmphoraStatus.Ready.ToWire()} AND spare.load_balancer_id IS NULL
            ORDER BY spare.created_at, spare.id LIMIT 1{transaction.Dialect.SkipLocked("spare")})
        RETURNING {AmphoraRow.Columns}
        """,
        AmphoraRow.Read,
        cancellationToken);

    /// <summary>Takes one whose certificate ends before a time: cert_busy is set (flows.md §10). The one that ends first.</summary>
    /// <returns>Null when there is none (left).</returns>
    public Task<AmphoraRow?> TakeForRotationAsync(DateTimeOffset before, CancellationToken cancellationToken) => transaction.FirstAsync(
        $"""
        UPDATE amphorae SET cert_busy = {true}, updated_at = {transaction.Now}
        WHERE id = (
            SELECT old.id FROM amphorae AS old
            WHERE old.status NOT IN ({AmphoraStatus.Deleted.ToWire()}, {AmphoraStatus.PendingDelete.ToWire()})
                AND old.cert_busy = {false} AND old.cert_expiration < {before}
            ORDER BY old.cert_expiration, old.id LIMIT 1{transaction.Dialect.SkipLocked("old")})
        RETURNING {AmphoraRow.Columns}
        """,
        AmphoraRow.Read,
        cancellationToken);

    /// <summary>Takes this one for a new certificate, whenever its own ends.</summary>
    /// <returns>False: it is not there, or on its way out.</returns>
    public async Task<bool> TakeForRotationAsync(Guid id, CancellationToken cancellationToken) => await transaction.ExecuteAsync(
        $"""
        UPDATE amphorae SET cert_busy = {true}, updated_at = {transaction.Now}
        WHERE id = {id} AND status NOT IN ({AmphoraStatus.Deleted.ToWire()}, {AmphoraStatus.PendingDelete.ToWire()})
        """,
        cancellationToken) > 0;

    /// <summary>Sets the status whatever it was.</summary>
    public Task SetStatusAsync(Guid id, AmphoraStatus status, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        $"UPDATE amphorae SET status = {status.ToWire()}, updated_at = {transaction.Now} WHERE id = {id}", cancellationToken);

    /// <summary>Sets the status when it is one of these: one statement, so of many who try at once one does.</summary>
    /// <returns>Whether it was.</returns>
    public async Task<bool> TryMarkAsync(Guid id, IReadOnlyCollection<AmphoraStatus> from, AmphoraStatus to, CancellationToken cancellationToken) => await transaction.ExecuteAsync(
        $"UPDATE amphorae SET status = {to.ToWire()}, updated_at = {transaction.Now} WHERE id = {id} AND status IN ({from.Select(WireNames.ToWire)})", cancellationToken) > 0;

    /// <summary>ALLOCATED, and for whom.</summary>
    public Task AllocateAsync(Guid id, Guid loadBalancerId, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        $"""
        UPDATE amphorae SET status = {AmphoraStatus.Allocated.ToWire()}, load_balancer_id = {loadBalancerId}, updated_at = {transaction.Now}
        WHERE id = {id}
        """,
        cancellationToken);

    /// <summary>Stores role and VRRP priority; null: none (any more).</summary>
    public Task SetRoleAsync(Guid id, AmphoraRole? role, int? vrrpPriority, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        $"UPDATE amphorae SET role = {role?.ToWire()}, vrrp_priority = {vrrpPriority}, updated_at = {transaction.Now} WHERE id = {id}", cancellationToken);

    /// <summary>Stores what the compute driver calls it, as soon as that is known: it is what has to be deleted.</summary>
    public Task SetComputeIdAsync(Guid id, string? computeId, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        $"UPDATE amphorae SET compute_id = {computeId}, updated_at = {transaction.Now} WHERE id = {id}", cancellationToken);

    /// <summary>Stores what the compute driver tells of the machine that runs.</summary>
    public Task SetComputeAsync(Guid id, ComputeFields fields, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        $"""
        UPDATE amphorae SET compute_id = {fields.ComputeId}, lb_network_ip = {fields.LbNetworkIp}, agent_port = {fields.AgentPort},
            cached_zone = {fields.CachedZone}, image_id = {fields.ImageId}, compute_flavor = {fields.ComputeFlavor}, updated_at = {transaction.Now}
        WHERE id = {id}
        """,
        cancellationToken);

    /// <summary>Stores where the VIP is plugged; null: it is not (any more).</summary>
    public Task SetPluggedAsync(Guid id, PluggedFields? fields, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        $"""
        UPDATE amphorae SET vrrp_ip = {fields?.VrrpIp}, ha_ip = {fields?.HaIp}, vrrp_port_id = {fields?.VrrpPortId},
            ha_port_id = {fields?.HaPortId}, vrrp_id = {fields?.VrrpId}, updated_at = {transaction.Now}
        WHERE id = {id}
        """,
        cancellationToken);

    /// <summary>Stores the name of the interface that VRRP speaks on.</summary>
    public Task SetVrrpInterfaceAsync(Guid id, string? vrrpInterface, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        $"UPDATE amphorae SET vrrp_interface = {vrrpInterface}, updated_at = {transaction.Now} WHERE id = {id}", cancellationToken);

    /// <summary>Stores when its certificate ends; whoever was giving it one is done.</summary>
    public Task SetCertExpirationAsync(Guid id, DateTimeOffset expiration, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        $"UPDATE amphorae SET cert_expiration = {expiration}, cert_busy = {false}, updated_at = {transaction.Now} WHERE id = {id}", cancellationToken);

    /// <summary>Removes it with its health, as if it had never been (flows.md §3.2, undo).</summary>
    public Task DeleteAsync(Guid id, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync($"DELETE FROM amphorae WHERE id = {id}", cancellationToken);

    /// <summary>Removes those that were DELETED before a time and were not heard of since (flows.md §10).</summary>
    /// <returns>How many.</returns>
    public Task<int> PurgeAsync(DateTimeOffset before, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        $"""
        DELETE FROM amphorae WHERE status = {AmphoraStatus.Deleted.ToWire()} AND updated_at < {before}
            AND NOT EXISTS (SELECT 1 FROM amphora_health WHERE amphora_id = amphorae.id AND last_update >= {before})
        """,
        cancellationToken);

    private Task<IReadOnlyList<AmphoraRow>> ListAsync(SqlText condition, CancellationToken cancellationToken) => transaction.ListAsync(
        $"SELECT {AmphoraRow.Columns} FROM amphorae WHERE status <> {AmphoraStatus.Deleted.ToWire()} {condition} ORDER BY created_at, id",
        AmphoraRow.Read,
        cancellationToken);
}
