// What every suite starts with: an empty database of its own, and a clock that stands.
using System.Collections.Concurrent;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Engine;
using Xunit;

namespace Amphora.Controller.Tests.Store;

/// <summary>A suite that runs on an engine.</summary>
[Collection(typeof(DatabaseSuites))]
public abstract class DatabaseTests(DatabaseServers servers, Engine engine) : IAsyncLifetime
{
    private readonly ConcurrentBag<IDatabase> _opened = [];

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected StandingClock Clock { get; } = new();

    private protected IDatabase Database { get; private set; } = null!;

    /// <summary>A path, or a connection string.</summary>
    private protected string Place { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Place = await NewPlaceAsync();
        Database = await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IDatabase database in _opened)
        {
            await database.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Where another empty database is to be.</summary>
    private protected Task<string> NewPlaceAsync() => servers.CreateAsync(engine, Token);

    /// <summary>The same database once more, as another controller opens it.</summary>
    private protected Task<IDatabase> OpenAsync() => OpenAsync(Place);

    private protected async Task<IDatabase> OpenAsync(string place)
    {
        IDatabase database = await DatabaseServers.OpenAsync(engine, place, Clock, Token);
        _opened.Add(database);
        return database;
    }

    private protected Task<T> InTransactionAsync<T>(Func<DatabaseTransaction, Task<T>> work) =>
        Database.InTransactionAsync((transaction, _) => work(transaction), Token);

    private protected Task InTransactionAsync(Func<DatabaseTransaction, Task> work) => Database.InTransactionAsync((transaction, _) => work(transaction), Token);

    private protected Task<T> ReadAsync<T>(Func<DatabaseTransaction, Task<T>> work) => Database.ReadAsync((transaction, _) => work(transaction), Token);

    private protected async Task<LoadBalancerRow> AddLoadBalancerAsync(RowStatus status = RowStatus.Active, string name = "", string project = "p1")
    {
        LoadBalancerRow row = new() { Id = Guid.NewGuid(), ProjectId = project, Name = name, ProvisioningStatus = status };
        await InTransactionAsync(transaction => new LoadBalancerRows(transaction).InsertAsync(row, Token));
        return row;
    }

    /// <summary>Starts them all before it waits for any.</summary>
    private protected static async Task<T[]> RaceAsync<T>(int racers, Func<int, Task<T>> run) =>
        await Task.WhenAll(Enumerable.Range(0, racers).Select(racer => Task.Run(() => run(racer), Token)));

    private protected async Task<long> CountAsync(string table) =>
        await ReadAsync(transaction => transaction.FirstAsync($"SELECT COUNT(*) AS found FROM {new SqlFragment(table)}", row => row.Number("found"), Token));
}

/// <summary>Stands until it is told to go on.</summary>
internal sealed class StandingClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 11, 22, 12, 0, 0, 123, 456, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
