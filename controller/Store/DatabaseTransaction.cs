// One transaction: what the classes of the aggregates say their SQL to.
using System.Data.Common;
using Amphora.Controller.Store.Engine;

namespace Amphora.Controller.Store;

/// <summary>A transaction that has begun. All of it happens or nothing.</summary>
/// <param name="transaction">The engine's.</param>
/// <param name="dialect">The engine's.</param>
/// <param name="access">Becomes <see cref="Access"/>.</param>
/// <param name="now">Becomes <see cref="Now"/>.</param>
/// <param name="turn">Given back at the end, for engines with one writer.</param>
internal sealed class DatabaseTransaction(DbTransaction transaction, SqlDialect dialect, DatabaseAccess access, DateTimeOffset now, SemaphoreSlim? turn) : IAsyncDisposable
{
    private readonly DbConnection _connection = transaction.Connection!;
    private bool _abandoned;

    /// <summary>The one time of everything that happens in it, as exactly as both engines store it: microseconds.</summary>
    public DateTimeOffset Now { get; } = new(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    /// <summary>Whether it may change something.</summary>
    public DatabaseAccess Access => access;

    /// <summary>What is spelled differently.</summary>
    public SqlDialect Dialect => dialect;

    /// <summary>Undoes everything when the work returns, which may still return something.</summary>
    public void Abandon() => _abandoned = true;

    /// <summary>Executes a statement and answers how many rows it changed.</summary>
    public async Task<int> ExecuteAsync(SqlText sql, CancellationToken cancellationToken)
    {
        await using var command = Command(sql);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>All rows of a query, or those a statement returns.</summary>
    public async Task<IReadOnlyList<T>> ListAsync<T>(SqlText sql, Func<SqlRow, T> read, CancellationToken cancellationToken)
    {
        await using var command = Command(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var row = new SqlRow(reader, dialect);
        List<T> rows = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(row));
        }

        return rows;
    }

    /// <summary>The first row, or the default value.</summary>
    public async Task<T?> FirstAsync<T>(SqlText sql, Func<SqlRow, T> read, CancellationToken cancellationToken)
    {
        var rows = await ListAsync(sql, read, cancellationToken);
        return rows.Count > 0 ? rows[0] : default;
    }

    /// <summary>Commits, or undoes it when it was abandoned. From here nobody's token is looked at.</summary>
    public Task EndAsync() => _abandoned ? transaction.RollbackAsync(CancellationToken.None) : transaction.CommitAsync(CancellationToken.None);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await using (_connection)
            {
                await transaction.DisposeAsync();
            }
        }
        finally
        {
            turn?.Release();
        }
    }

    private DbCommand Command(SqlText sql)
    {
        var command = _connection.CreateCommand();
        command.Transaction = transaction;
        sql.WriteTo(command, dialect);
        return command;
    }
}
