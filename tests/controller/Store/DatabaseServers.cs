// Where the databases of the tests are: a folder for SQLite, a server for PostgreSQL.
using Amphora.Controller.Store;
using Amphora.Fixtures;
using Amphora.Fixtures.Databases;
using Xunit;

namespace Amphora.Controller.Tests.Store;

/// <summary>Which engine a suite runs on.</summary>
public enum Engine
{
    Sqlite,
    Postgres,
}

/// <summary>Started once for all suites; the server only when one asks for it.</summary>
public sealed class DatabaseServers : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private PostgresServer? _postgres;
    private int _count;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }

        _folder.Dispose();
    }

    /// <summary>An empty database: a path, or a connection string.</summary>
    internal async Task<string> CreateAsync(Engine engine, CancellationToken cancellationToken)
    {
        string name = $"test{++_count}";
        if (engine == Engine.Sqlite)
        {
            return _folder[$"{name}.db"];
        }

        _postgres ??= await PostgresServer.StartAsync(cancellationToken);
        return await _postgres.CreateAsync(name, cancellationToken);
    }

    internal static Task<IDatabase> OpenAsync(Engine engine, string place, TimeProvider clock, CancellationToken cancellationToken) => engine == Engine.Sqlite
        ? StoreSlice.OpenSqliteAsync(place, clock, cancellationToken)
        : StoreSlice.OpenPostgresAsync(place, clock, cancellationToken);
}

/// <summary>All suites that use databases, one after the other.</summary>
[CollectionDefinition]
public sealed class DatabaseSuites : ICollectionFixture<DatabaseServers>;
