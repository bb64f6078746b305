// What the health manager keeps in memory of the rows that heartbeats are about.
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Store.Engine;

namespace Amphora.Controller.Store.Watching;

/// <summary>An amphora that may send heartbeats, with what its heartbeats are compared with.</summary>
internal sealed record WatchedAmphora
{
    /// <summary>Which.</summary>
    public required Guid Id { get; init; }

    /// <summary>flows.md §3.5.</summary>
    public required AmphoraStatus Status { get; init; }

    /// <summary>When its row was changed last.</summary>
    public DateTimeOffset? Stamp { get; init; }

    /// <summary>Whom it serves.</summary>
    public WatchedLoadBalancer? LoadBalancer { get; init; }
}

/// <summary>A load balancer, DELETED ones too.</summary>
internal sealed record WatchedLoadBalancer
{
    /// <summary>Which.</summary>
    public required Guid Id { get; init; }

    /// <summary>admin_state_up.</summary>
    public required bool AdminStateUp { get; init; }

    /// <summary>provisioning_status.</summary>
    public required RowStatus ProvisioningStatus { get; init; }

    /// <summary>operating_status.</summary>
    public required OperatingStatus OperatingStatus { get; init; }

    /// <summary>When its row was changed last; whatever is below it changes with its lock, which changes it.</summary>
    public DateTimeOffset? Stamp { get; init; }
}

/// <summary>When an amphora and its load balancer were changed last.</summary>
/// <param name="AmphoraId">Which.</param>
/// <param name="Amphora">The amphora's row.</param>
/// <param name="LoadBalancer">The load balancer's; null: it has none, or it was never changed.</param>
internal readonly record struct WatchedStamp(Guid AmphoraId, DateTimeOffset? Amphora, DateTimeOffset? LoadBalancer);

/// <summary>Reads them by the page, by what changed and by id; never one by one.</summary>
internal sealed class WatchedRows(DatabaseTransaction transaction)
{
    private static readonly SqlFragment Columns = new("""
        amphorae.id, amphorae.status, amphorae.updated_at, load_balancers.id AS load_balancer_id, admin_state_up, provisioning_status, operating_status,
        load_balancers.updated_at AS load_balancer_updated_at
        """);

    private static readonly SqlFragment Joined = new("amphorae LEFT JOIN load_balancers ON load_balancers.id = amphorae.load_balancer_id");

    /// <summary>The next ones in the order of their ids.</summary>
    /// <param name="after">The last one of the page before.</param>
    /// <param name="most">How many.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<IReadOnlyList<WatchedAmphora>> PageAsync(Guid after, int most, CancellationToken cancellationToken) => transaction.ListAsync(
        $"SELECT {Columns} FROM {Joined} WHERE amphorae.id > {after} ORDER BY amphorae.id LIMIT {most}", Read, cancellationToken);

    /// <summary>Some, by their ids; those that are not there are left out.</summary>
    public async Task<IReadOnlyList<WatchedAmphora>> OfAsync(IReadOnlyCollection<Guid> amphorae, CancellationToken cancellationToken)
    {
        List<WatchedAmphora> found = [];
        foreach (var batch in amphorae.Chunk(transaction.Dialect.MostRows))
        {
            found.AddRange(await transaction.ListAsync($"SELECT {Columns} FROM {Joined} WHERE amphorae.id IN ({batch})", Read, cancellationToken));
        }

        return found;
    }

    /// <summary>What changed since a time, the amphora or its load balancer.</summary>
    public Task<IReadOnlyList<WatchedStamp>> ChangedAsync(DateTimeOffset since, CancellationToken cancellationToken) => transaction.ListAsync(
        $"""
        SELECT amphorae.id, amphorae.updated_at, load_balancers.updated_at AS load_balancer_updated_at FROM {Joined}
        WHERE amphorae.id IN (
            SELECT id FROM amphorae WHERE updated_at >= {since}
            UNION SELECT changed.id FROM amphorae AS changed JOIN load_balancers AS theirs ON theirs.id = changed.load_balancer_id WHERE theirs.updated_at >= {since})
        """,
        static row => new WatchedStamp(row.Id("id"), row.TimeOrNull("updated_at"), row.TimeOrNull("load_balancer_updated_at")),
        cancellationToken);

    /// <summary>Everything below load balancers.</summary>
    public async Task<IReadOnlyList<ObjectRow>> ObjectsAsync(IReadOnlyCollection<Guid> loadBalancers, CancellationToken cancellationToken)
    {
        List<ObjectRow> found = [];
        foreach (var batch in loadBalancers.Chunk(transaction.Dialect.MostRows))
        {
            found.AddRange(await transaction.ListAsync(
                $"SELECT {ObjectRow.Columns} FROM objects WHERE load_balancer_id IN ({batch})", ObjectRow.Read, cancellationToken));
        }

        return found;
    }

    private static WatchedAmphora Read(SqlRow row) => new()
    {
        Id = row.Id("id"),
        Status = row.Word("status", WireNames.AmphoraStatuses),
        Stamp = row.TimeOrNull("updated_at"),
        LoadBalancer = row.IdOrNull("load_balancer_id") is not { } id ? null : new WatchedLoadBalancer
        {
            Id = id,
            AdminStateUp = row.Truth("admin_state_up"),
            ProvisioningStatus = row.Word("provisioning_status", StoreNames.RowStatuses),
            OperatingStatus = row.Word("operating_status", StoreNames.OperatingStatuses),
            Stamp = row.TimeOrNull("load_balancer_updated_at"),
        },
    };
}
