// Brings the schema of a database to what this program knows.
using System.Globalization;

namespace Amphora.Controller.Store.Engine;

/// <summary>All steps that are missing, in one transaction: a database has all of a program's schema or what it had before.</summary>
internal static class Migrator
{
    /// <summary>Applies what is missing. Two controllers that start at once wait for each other.</summary>
    /// <exception cref="DatabaseRefusedException">A newer program was here.</exception>
    /// <exception cref="DatabaseUnavailableException">The database cannot be reached.</exception>
    public static Task MigrateAsync(IDatabase database, IReadOnlyList<Migration> migrations, CancellationToken cancellationToken) =>
        database.InTransactionAsync((transaction, token) => MigrateAsync(database.Name, transaction, migrations, token), cancellationToken);

    private static async Task MigrateAsync(
        string name, DatabaseTransaction transaction, IReadOnlyList<Migration> migrations, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync($"{transaction.Dialect.LockSchema}", cancellationToken);
        var table = transaction.Dialect.Translate(
            "CREATE TABLE IF NOT EXISTS schema_version (version {number} PRIMARY KEY, name TEXT NOT NULL, applied_at {timestamp} NOT NULL){strict}");
        await transaction.ExecuteAsync($"{new SqlFragment(table)}", cancellationToken);
        var version = await transaction.FirstAsync($"SELECT COALESCE(MAX(version), 0) AS version FROM schema_version", row => row.Number("version"), cancellationToken);
        if (version > migrations.Count)
        {
            throw new DatabaseRefusedException(string.Create(
                CultureInfo.InvariantCulture,
                $"cannot use {name}: its schema is version {version} and this program knows {migrations.Count}: a newer amphora-controller was here, use that one"));
        }

        foreach (var migration in migrations.Where(migration => migration.Version > version))
        {
            await transaction.ExecuteAsync($"{new SqlFragment(transaction.Dialect.Translate(migration.Sql))}", cancellationToken);
            await transaction.ExecuteAsync(
                $"INSERT INTO schema_version (version, name, applied_at) VALUES ({migration.Version}, {migration.Name}, {transaction.Now})", cancellationToken);
        }
    }
}
