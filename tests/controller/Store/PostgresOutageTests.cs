// A PostgreSQL that is killed: what a controller is told, and that it works again.
using Amphora.Controller.Store;
using Amphora.Fixtures.Databases;
using Xunit;

namespace Amphora.Controller.Tests.Store;

[Collection(typeof(DatabaseSuites))]
public sealed class PostgresOutageTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_is_killed_in_the_middle_is_told_and_used_again_when_it_is_back()
    {
        await using PostgresServer server = await PostgresServer.StartAsync(Token);
        await using IDatabase database = await StoreSlice.OpenPostgresAsync(await server.CreateAsync("outage", Token), TimeProvider.System, Token);

        DatabaseUnavailableException lost = await Assert.ThrowsAsync<DatabaseUnavailableException>(() => database.InTransactionAsync(
            async (transaction, token) =>
            {
                await InsertAsync(transaction, token);
                await server.KillAsync(token);
                await InsertAsync(transaction, token);
            },
            Token));
        DatabaseUnavailableException gone = await Assert.ThrowsAsync<DatabaseUnavailableException>(() => CountAsync(database));
        await server.RunAsync(Token);

        Assert.Contains("the database outage", lost.Message, StringComparison.Ordinal);
        Assert.Contains("the database outage", gone.Message, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync(database));
        await database.InTransactionAsync(InsertAsync, Token);
        Assert.Equal(1, await CountAsync(database));
    }

    [Fact]
    public async Task A_short_outage_between_two_transactions_is_not_noticed()
    {
        await using PostgresServer server = await PostgresServer.StartAsync(Token);
        await using IDatabase database = await StoreSlice.OpenPostgresAsync(await server.CreateAsync("outage", Token), TimeProvider.System, Token);
        await database.InTransactionAsync(InsertAsync, Token);

        await server.KillAsync(Token);
        await server.RunAsync(Token);

        Assert.Equal(1, await CountAsync(database));
    }

    [Fact]
    public async Task A_server_that_is_killed_while_it_commits_leaves_open_whether_it_did()
    {
        await using PostgresServer server = await PostgresServer.StartAsync(Token);
        await using IDatabase database = await StoreSlice.OpenPostgresAsync(await server.CreateAsync("outage", Token), TimeProvider.System, Token);

        DatabaseUnavailableException lost = await Assert.ThrowsAsync<DatabaseUnavailableException>(() => database.InTransactionAsync(
            async (transaction, token) =>
            {
                await InsertAsync(transaction, token);
                await server.KillAsync(token);
            },
            Token));

        Assert.Contains("cannot tell whether", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named_without_its_password()
    {
        DatabaseUnavailableException refused = await Assert.ThrowsAsync<DatabaseUnavailableException>(
            () => StoreSlice.OpenPostgresAsync("Host=/nowhere;Database=amphora;Username=amphora;Password=s3cret", TimeProvider.System, Token));

        Assert.Contains("the database amphora on /nowhere", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", refused.ToString(), StringComparison.Ordinal);
    }

    private static Task InsertAsync(DatabaseTransaction transaction, CancellationToken token) =>
        new LoadBalancerRows(transaction).InsertAsync(new LoadBalancerRow { Id = Guid.NewGuid(), ProjectId = "p1" }, token);

    private static Task<int> CountAsync(IDatabase database) =>
        database.ReadAsync(async (transaction, token) => (await new LoadBalancerRows(transaction).ListAsync(null, token)).Count, Token);
}
