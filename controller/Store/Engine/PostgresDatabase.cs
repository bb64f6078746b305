// PostgreSQL: for more than one controller.
using System.Data;
using System.Data.Common;
using Npgsql;

namespace Amphora.Controller.Store.Engine;

/// <summary>A server, by connection string.</summary>
internal sealed class PostgresDatabase : IDatabase
{
    // https://www.postgresql.org/docs/current/errcodes-appendix.html
    private const string ConnectionClass = "08";
    private const string ResourcesClass = "53";
    private const string OperatorClass = "57P";
    private const string SystemClass = "58";

    private readonly NpgsqlDataSource _source;

    /// <summary>A database of a server.</summary>
    /// <param name="connectionString">As Npgsql reads it: <c>Host=…;Database=…;Username=…</c>.</param>
    /// <param name="clock">The clock of every time that is stored.</param>
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    public PostgresDatabase(string connectionString, TimeProvider clock)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(connectionString);
        builder.EnableTransportSecurity();
        builder.ConnectionStringBuilder.ApplicationName ??= "amphora-controller";
        (_source, Clock) = (builder.Build(), clock);
        Name = $"the database {builder.ConnectionStringBuilder.Database} on {builder.ConnectionStringBuilder.Host}";
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public SqlDialect Dialect => SqlDialect.Postgres;

    /// <inheritdoc/>
    public TimeProvider Clock { get; }

    /// <inheritdoc/>
    public async Task<DatabaseTransaction> BeginAsync(DatabaseAccess access, CancellationToken cancellationToken)
    {
        var connection = await _source.OpenConnectionAsync(cancellationToken);
        try
        {
            var write = access == DatabaseAccess.Write;
            var transaction = await connection.BeginTransactionAsync(write ? IsolationLevel.ReadCommitted : IsolationLevel.RepeatableRead, cancellationToken);
            var begun = new DatabaseTransaction(transaction, Dialect, access, Clock.GetUtcNow(), turn: null);
            if (!write)
            {
                await begun.ExecuteAsync($"SET TRANSACTION READ ONLY", cancellationToken);
            }

            return begun;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public DatabaseTrouble TroubleOf(DbException exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable } =>
            DatabaseTrouble.Contention,
        PostgresException postgres => IsUnavailable(postgres.SqlState) ? DatabaseTrouble.Unavailable : DatabaseTrouble.Bug,
        // Not the server's words: the connection's.
        NpgsqlException { InnerException: IOException or TimeoutException or System.Net.Sockets.SocketException } => DatabaseTrouble.Unavailable,
        NpgsqlException { IsTransient: true } => DatabaseTrouble.Unavailable,
        _ => DatabaseTrouble.Bug,
    };

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static bool IsUnavailable(string state) =>
        state.StartsWith(ConnectionClass, StringComparison.Ordinal)
        || state.StartsWith(ResourcesClass, StringComparison.Ordinal)
        || state.StartsWith(OperatorClass, StringComparison.Ordinal)
        || state.StartsWith(SystemClass, StringComparison.Ordinal);
}
