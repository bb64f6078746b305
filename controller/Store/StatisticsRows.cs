// The table listener_statistics: what each amphora counted for each listener.
using Amphora.Controller.Store.Engine;

namespace Amphora.Controller.Store;

/// <summary>Counters of a listener on an amphora; of a heartbeat: what was added since the one before.</summary>
internal sealed record StatisticsRow
{
    /// <summary>Which listener.</summary>
    public required Guid ListenerId { get; init; }

    /// <summary>Who counted.</summary>
    public required Guid AmphoraId { get; init; }

    /// <summary>Set by the database: the listener's.</summary>
    public Guid LoadBalancerId { get; init; }

    /// <summary>From clients.</summary>
    public long BytesIn { get; init; }

    /// <summary>To clients.</summary>
    public long BytesOut { get; init; }

    /// <summary>Right now: no sum, the last word counts.</summary>
    public long ActiveConnections { get; init; }

    /// <summary>All there were.</summary>
    public long TotalConnections { get; init; }

    /// <summary>Requests that were none.</summary>
    public long RequestErrors { get; init; }

    internal static SqlFragment Columns { get; } = new("""
        listener_id, amphora_id, load_balancer_id, bytes_in, bytes_out, active_connections, total_connections, request_errors
        """);

    internal static StatisticsRow Read(SqlRow row) => new()
    {
        ListenerId = row.Id("listener_id"),
        AmphoraId = row.Id("amphora_id"),
        LoadBalancerId = row.Id("load_balancer_id"),
        BytesIn = row.Number("bytes_in"),
        BytesOut = row.Number("bytes_out"),
        ActiveConnections = row.Number("active_connections"),
        TotalConnections = row.Number("total_connections"),
        RequestErrors = row.Number("request_errors"),
    };

    /// <summary>Both together; the other is the later one.</summary>
    internal StatisticsRow Add(StatisticsRow other) => this with
    {
        BytesIn = BytesIn + other.BytesIn,
        BytesOut = BytesOut + other.BytesOut,
        ActiveConnections = other.ActiveConnections,
        TotalConnections = TotalConnections + other.TotalConnections,
        RequestErrors = RequestErrors + other.RequestErrors,
    };

    internal object?[] ToValues() => [ListenerId, AmphoraId, BytesIn, BytesOut, ActiveConnections, TotalConnections, RequestErrors];
}

/// <summary>Statistics of listeners.</summary>
internal sealed class StatisticsRows(DatabaseTransaction transaction)
{
    private static readonly SqlType[] s_types = [SqlType.Id, SqlType.Id, SqlType.Number, SqlType.Number, SqlType.Number, SqlType.Number, SqlType.Number];

    /// <summary>Adds a batch in one statement; listeners that are gone are passed over.</summary>
    public async Task AddAsync(IEnumerable<StatisticsRow> deltas, CancellationToken cancellationToken)
    {
        var sums = deltas.GroupBy(delta => (delta.ListenerId, delta.AmphoraId), (_, same) => same.Aggregate((sum, next) => sum.Add(next)))
            .OrderBy(delta => delta.ListenerId).ThenBy(delta => delta.AmphoraId);
        foreach (var batch in sums.Chunk(transaction.Dialect.MostTableRows))
        {
            var rows = transaction.Dialect.Table(s_types, batch.Select(delta => delta.ToValues()));
            await transaction.ExecuteAsync(
                $"""
                WITH counted (listener_id, amphora_id, bytes_in, bytes_out, active_connections, total_connections, request_errors)
                    AS ({rows})
                INSERT INTO listener_statistics ({StatisticsRow.Columns})
                SELECT objects.id, amphora_id, objects.load_balancer_id, bytes_in, bytes_out, active_connections, total_connections, request_errors
                FROM counted JOIN objects ON objects.id = counted.listener_id WHERE true{transaction.Dialect.ForKeyShare("objects")}
                ON CONFLICT (listener_id, amphora_id) DO UPDATE SET
                    bytes_in = listener_statistics.bytes_in + excluded.bytes_in,
                    bytes_out = listener_statistics.bytes_out + excluded.bytes_out,
                    active_connections = excluded.active_connections,
                    total_connections = listener_statistics.total_connections + excluded.total_connections,
                    request_errors = listener_statistics.request_errors + excluded.request_errors
                """,
                cancellationToken);
        }
    }

    /// <summary>Of all listeners of a load balancer, by amphora.</summary>
    public Task<IReadOnlyList<StatisticsRow>> OfLoadBalancerAsync(Guid loadBalancerId, CancellationToken cancellationToken) => transaction.ListAsync(
        $"SELECT {StatisticsRow.Columns} FROM listener_statistics WHERE load_balancer_id = {loadBalancerId} ORDER BY listener_id, amphora_id",
        StatisticsRow.Read,
        cancellationToken);

    /// <summary>Of an amphora, by listener.</summary>
    public Task<IReadOnlyList<StatisticsRow>> OfAmphoraAsync(Guid amphoraId, CancellationToken cancellationToken) => transaction.ListAsync(
        $"SELECT {StatisticsRow.Columns} FROM listener_statistics WHERE amphora_id = {amphoraId} ORDER BY listener_id", StatisticsRow.Read, cancellationToken);
}
