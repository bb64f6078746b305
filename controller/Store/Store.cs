// Store: the controller's database, one class an aggregate, hand-written SQL for SQLite and PostgreSQL.
using Amphora.Controller.Store.Engine;

namespace Amphora.Controller.Store;

/// <summary>Front door of the slice.</summary>
internal static class StoreSlice
{
    /// <summary>Opens a file, makes it when it is not there, and brings its schema up to date.</summary>
    /// <param name="path">The file; two more lie beside it while it is in use.</param>
    /// <param name="clock">The clock of every time that is stored.</param>
    /// <param name="cancellationToken">Ends the wait for others that migrate.</param>
    /// <exception cref="DatabaseRefusedException">A newer program was here.</exception>
    /// <exception cref="DatabaseUnavailableException">The file cannot be used.</exception>
    public static Task<IDatabase> OpenSqliteAsync(string path, TimeProvider clock, CancellationToken cancellationToken) =>
        OpenAsync(new SqliteDatabase(path, clock), cancellationToken);

    /// <summary>Opens a database of a PostgreSQL server, which several controllers may use, and brings its schema up to date.</summary>
    /// <param name="connectionString">As Npgsql reads it: <c>Host=…;Database=…;Username=…</c>.</param>
    /// <param name="clock">The clock of every time that is stored.</param>
    /// <param name="cancellationToken">Ends the wait for others that migrate.</param>
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    /// <exception cref="DatabaseRefusedException">A newer program was here.</exception>
    /// <exception cref="DatabaseUnavailableException">The server cannot be reached.</exception>
    public static Task<IDatabase> OpenPostgresAsync(string connectionString, TimeProvider clock, CancellationToken cancellationToken) =>
        OpenAsync(new PostgresDatabase(connectionString, clock), cancellationToken);

    private static async Task<IDatabase> OpenAsync(IDatabase database, CancellationToken cancellationToken)
    {
        try
        {
            await Migrator.MigrateAsync(database, Migrations.All, cancellationToken);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }
}
