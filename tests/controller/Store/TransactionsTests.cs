// Transactions and the schema: all or nothing, again when others are in the way, and only what this program knows.
using Amphora.Controller.Store;
using Amphora.Controller.Store.Engine;
using Xunit;

namespace Amphora.Controller.Tests.Store;

public abstract class TransactionsTests(DatabaseServers servers, Engine engine) : DatabaseTests(servers, engine)
{
    [Fact]
    public async Task Work_that_throws_leaves_nothing()
    {
        await Assert.ThrowsAsync<FormatException>(() => InTransactionAsync(async transaction =>
        {
            await InsertAsync(transaction);
            throw new FormatException();
        }));

        Assert.Equal(0, await CountAsync("load_balancers"));
        await InTransactionAsync(InsertAsync);
        Assert.Equal(1, await CountAsync("load_balancers"));
    }

    [Fact]
    public async Task Work_that_gives_up_leaves_nothing_and_may_say_why()
    {
        string reason = await InTransactionAsync(async transaction =>
        {
            await InsertAsync(transaction);
            transaction.Abandon();
            return "quota";
        });

        Assert.Equal("quota", reason);
        Assert.Equal(0, await CountAsync("load_balancers"));
    }

    [Fact]
    public async Task Work_that_is_cancelled_leaves_nothing_and_the_next_goes_on()
    {
        using CancellationTokenSource cancellation = new();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Database.InTransactionAsync(
            async (transaction, token) =>
            {
                await InsertAsync(transaction);
                await cancellation.CancelAsync();
                token.ThrowIfCancellationRequested();
            },
            cancellation.Token));

        await InTransactionAsync(InsertAsync);
        Assert.Equal(1, await CountAsync("load_balancers"));
    }

    [Fact]
    public async Task A_reader_that_writes_is_refused()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => ReadAsync(async transaction =>
        {
            await InsertAsync(transaction);
            return true;
        }));

        Assert.Equal(0, await CountAsync("load_balancers"));
    }

    [Fact]
    public async Task A_reader_sees_one_moment()
    {
        (long Before, long After) seen = await ReadAsync(async transaction =>
        {
            long before = await CountAsync(transaction);
            await InTransactionAsync(InsertAsync);
            return (before, await CountAsync(transaction));
        });

        Assert.Equal((0, 0), seen);
        Assert.Equal(1, await CountAsync("load_balancers"));
    }

    [Fact]
    public async Task Writers_of_two_controllers_wait_for_each_other_and_all_get_through()
    {
        IDatabase other = await OpenAsync();

        await RaceAsync(10, async racer =>
        {
            for (int i = 0; i < 10; i++)
            {
                await (racer % 2 == 0 ? Database : other).InTransactionAsync((transaction, _) => InsertAsync(transaction), Token);
            }

            return racer;
        });

        Assert.Equal(100, await CountAsync("load_balancers"));
    }

    [Fact]
    public async Task Four_that_start_at_once_make_one_schema()
    {
        string place = await NewPlaceAsync();

        IDatabase[] opened = await RaceAsync(4, _ => OpenAsync(place));

        long versions = await opened[0].ReadAsync(
            (transaction, token) => transaction.FirstAsync($"SELECT COUNT(*) AS versions FROM schema_version", row => row.Number("versions"), token), Token);
        Assert.Equal(Migrations.All.Count, versions);
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_refused_and_left_alone()
    {
        int newer = Migrations.All.Count + 1;
        await Migrator.MigrateAsync(Database, [.. Migrations.All, new Migration(newer, "later", "CREATE TABLE later (id {uuid}){strict}")], Token);

        DatabaseRefusedException refused = await Assert.ThrowsAsync<DatabaseRefusedException>(() => OpenAsync(Place));

        Assert.Contains($"version {newer}", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"knows {Migrations.All.Count}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync("later"));
    }

    [Fact]
    public async Task A_step_that_fails_leaves_the_schema_as_it_was()
    {
        int next = Migrations.All.Count + 1;
        Migration[] broken = [.. Migrations.All, new(next, "half", "CREATE TABLE half (id {uuid}){strict}"), new(next + 1, "broken", "CREATE TABLE oops (")];

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => Migrator.MigrateAsync(Database, broken, Token));

        Assert.Equal(Migrations.All.Count, await CountAsync("schema_version"));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => CountAsync("half"));
    }

    [Fact]
    public void Steps_are_counted_without_gaps() => Assert.Equal(Enumerable.Range(1, Migrations.All.Count), Migrations.All.Select(migration => migration.Version));

    private static Task InsertAsync(DatabaseTransaction transaction) =>
        new LoadBalancerRows(transaction).InsertAsync(new LoadBalancerRow { Id = Guid.NewGuid(), ProjectId = "p1" }, Token);

    private static Task<long> CountAsync(DatabaseTransaction transaction) =>
        transaction.FirstAsync($"SELECT COUNT(*) AS found FROM load_balancers", row => row.Number("found"), Token);
}

public sealed class TransactionsOnSqlite(DatabaseServers servers) : TransactionsTests(servers, Engine.Sqlite);

public sealed class TransactionsOnPostgres(DatabaseServers servers) : TransactionsTests(servers, Engine.Postgres);
