// The table load_balancers.
using System.Net;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Store.Engine;
using Amphora.Controller.Store.Journal;

namespace Amphora.Controller.Store;

/// <summary>Load balancers. Whoever changes one has its lock: <see cref="TryLockAsync"/>.</summary>
internal sealed class LoadBalancerRows(DatabaseTransaction transaction)
{
    private static readonly SqlFragment Table = new("load_balancers");

    /// <summary>A new one.</summary>
    public Task InsertAsync(LoadBalancerRow row, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        $"""
        INSERT INTO load_balancers ({LoadBalancerRow.Columns}) VALUES (
            {row.Id}, {row.ProjectId}, {row.Name}, {row.Description}, {row.AdminStateUp}, {row.ProvisioningStatus.ToWire()},
            {row.OperatingStatus.ToWire()}, {row.Topology.ToWire()},
            {row.VipAddress}, {row.VipPortId}, {row.VipSubnetId}, {row.VipNetworkId}, {row.VipPortOwned}, {AdditionalVipText.Write(row.AdditionalVips)},
            {row.ServerGroupId}, {row.VrrpGroup?.VrrpGroupName}, {row.VrrpGroup?.VrrpAuthType.ToWire()}, {row.VrrpGroup?.VrrpAuthPass},
            {row.VrrpGroup?.AdvertInt}, {transaction.Now}, NULL)
        """,
        cancellationToken);

    /// <summary>One by id, also when it is DELETED.</summary>
    public Task<LoadBalancerRow?> GetAsync(Guid id, CancellationToken cancellationToken) =>
        transaction.FirstAsync($"SELECT {LoadBalancerRow.Columns} FROM load_balancers WHERE id = {id}", LoadBalancerRow.Read, cancellationToken);

    /// <summary>What a person calls by name or id: the one with this id, else all of this name. DELETED ones are hidden.</summary>
    /// <param name="nameOrId">As it was typed.</param>
    /// <param name="projectId">Only of this project; null: of all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<LoadBalancerRow>> FindAsync(string nameOrId, string? projectId, CancellationToken cancellationToken)
    {
        if (Guid.TryParse(nameOrId, out var id) && await ListAsync($"AND id = {id}", projectId, cancellationToken) is { Count: > 0 } one)
        {
            return one;
        }

        return await ListAsync($"AND name = {nameOrId}", projectId, cancellationToken);
    }

    /// <summary>All of a project, or of all projects; DELETED ones are hidden. Oldest first.</summary>
    public Task<IReadOnlyList<LoadBalancerRow>> ListAsync(string? projectId, CancellationToken cancellationToken) =>
        ListAsync($"", projectId, cancellationToken);

    /// <summary>Which of these are there and not DELETED.</summary>
    public async Task<IReadOnlySet<Guid>> AliveAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        HashSet<Guid> alive = [];
        foreach (var some in ids.Chunk(transaction.Dialect.MostRows))
        {
            alive.UnionWith(await transaction.ListAsync(
                $"SELECT id FROM load_balancers WHERE id IN ({some}) AND provisioning_status <> {RowStatus.Deleted.ToWire()}", static row => row.Id("id"), cancellationToken));
        }

        return alive;
    }

    /// <summary>Stores what the user may change: name, description, admin_state_up.</summary>
    public Task SetFieldsAsync(Guid id, string name, string description, bool adminStateUp, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        $"""
        UPDATE load_balancers SET name = {name}, description = {description}, admin_state_up = {adminStateUp}, updated_at = {transaction.Now}
        WHERE id = {id}
        """,
        cancellationToken);

    /// <summary>Stores the VIP and everything about its port, and the further ones.</summary>
    public Task SetVipAsync(Guid id, VipFields vip, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        $"""
        UPDATE load_balancers SET vip_address = {vip.Address}, vip_port_id = {vip.PortId}, vip_subnet_id = {vip.SubnetId},
            vip_network_id = {vip.NetworkId}, vip_port_owned = {vip.IsPortOwned}, additional_vips = {AdditionalVipText.Write(vip.AdditionalVips)},
            updated_at = {transaction.Now}
        WHERE id = {id}
        """,
        cancellationToken);

    /// <summary>Stores the server group; null: there is none (any more).</summary>
    public Task SetServerGroupAsync(Guid id, string? serverGroupId, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        $"UPDATE load_balancers SET server_group_id = {serverGroupId}, updated_at = {transaction.Now} WHERE id = {id}", cancellationToken);

    /// <summary>Stores the VRRP group when there is none: the one that is there stays (flows.md §5).</summary>
    /// <returns>The group that counts; null when there is no such load balancer.</returns>
    public async Task<VrrpGroup?> AddVrrpGroupAsync(Guid id, VrrpGroup group, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync(
            $"""
            UPDATE load_balancers SET vrrp_group_name = {group.VrrpGroupName}, vrrp_auth_type = {group.VrrpAuthType.ToWire()},
                vrrp_auth_pass = {group.VrrpAuthPass}, vrrp_advert_int = {group.AdvertInt}, updated_at = {transaction.Now}
            WHERE id = {id} AND vrrp_group_name IS NULL
            """,
            cancellationToken);
        return (await GetAsync(id, cancellationToken))?.VrrpGroup;
    }

    /// <summary>Takes the lock: one statement, so of many who try at once one gets it.</summary>
    /// <param name="id">Which.</param>
    /// <param name="from">Statuses it may be taken from.</param>
    /// <param name="to">A PENDING_* status.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<StatusLock> TryLockAsync(Guid id, IReadOnlyCollection<RowStatus> from, RowStatus to, CancellationToken cancellationToken)
    {
        var taken = await transaction.FirstAsync(
            $"""
            UPDATE load_balancers SET provisioning_status = {to.ToWire()}, updated_at = {transaction.Now}
            WHERE id = {id} AND provisioning_status IN ({from.Select(StoreNames.ToWire)})
            RETURNING {LoadBalancerRow.Columns}
            """,
            LoadBalancerRow.Read,
            cancellationToken);
        await (taken is null ? Task.CompletedTask : new FlowRows(transaction).SupersedeAsync(id, cancellationToken));
        var row = taken ?? await GetAsync(id, cancellationToken);
        return new StatusLock(row is { ProvisioningStatus: RowStatus.Deleted } ? null : row, IsTaken: taken is not null);
    }

    /// <summary>Lets nobody lock it, or anything else change its row, until the end of the transaction.</summary>
    public Task HoldAsync(Guid id, CancellationToken cancellationToken) => transaction.FirstAsync(
        $"SELECT id FROM load_balancers WHERE id = {id}{transaction.Dialect.ForUpdate}", static row => row.Id("id"), cancellationToken);

    /// <summary>Sets the provisioning status whatever it was: the end of a flow.</summary>
    public Task SetStatusAsync(Guid id, RowStatus status, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        $"UPDATE load_balancers SET provisioning_status = {status.ToWire()}, updated_at = {transaction.Now} WHERE id = {id}", cancellationToken);

    /// <summary>Stores what heartbeats say.</summary>
    /// <returns>How many changed.</returns>
    public Task<int> SetOperatingStatusesAsync(IEnumerable<OperatingStatusUpdate> updates, CancellationToken cancellationToken) =>
        OperatingStatuses.SetAsync(transaction, Table, updates, cancellationToken);

    /// <summary>Removes the rows of load balancers that were DELETED before a time, with everything below them.</summary>
    /// <returns>How many.</returns>
    public Task<int> PurgeAsync(DateTimeOffset before, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        $"DELETE FROM load_balancers WHERE provisioning_status = {RowStatus.Deleted.ToWire()} AND updated_at < {before}", cancellationToken);

    private Task<IReadOnlyList<LoadBalancerRow>> ListAsync(SqlText condition, string? projectId, CancellationToken cancellationToken) => transaction.ListAsync(
        $"""
        SELECT {LoadBalancerRow.Columns} FROM load_balancers
        WHERE provisioning_status <> {RowStatus.Deleted.ToWire()} {SqlText.AndProject(projectId)} {condition}
        ORDER BY created_at, id
        """,
        LoadBalancerRow.Read,
        cancellationToken);
}

/// <summary>A load balancer's VIP as it is stored once it is allocated.</summary>
internal sealed record VipFields
{
    /// <summary>Its address.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Its port.</summary>
    public Guid? PortId { get; init; }

    /// <summary>Its subnet.</summary>
    public Guid? SubnetId { get; init; }

    /// <summary>Its network.</summary>
    public Guid? NetworkId { get; init; }

    /// <summary>We made the port and we delete it.</summary>
    public bool IsPortOwned { get; init; }

    /// <summary>Further VIPs.</summary>
    public ValueList<AdditionalVip> AdditionalVips { get; init; }
}
