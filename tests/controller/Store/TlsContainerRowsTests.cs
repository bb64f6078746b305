// The table tls_containers: what is referred to stays.
using Amphora.Contract.DesiredState;
using Amphora.Controller.Store;
using Xunit;

namespace Amphora.Controller.Tests.Store;

public abstract class TlsContainerRowsTests(DatabaseServers servers, Engine engine) : DatabaseTests(servers, engine)
{
    [Fact]
    public async Task A_container_is_found_by_id_and_by_project()
    {
        TlsContainerRow mine = NewRow("p1"), other = NewRow("p2");
        await Database.InTransactionAsync(
            async (transaction, token) =>
            {
                await new TlsContainerRows(transaction).InsertAsync(mine, token);
                await new TlsContainerRows(transaction).InsertAsync(other, token);
            },
            Token);

        IReadOnlyList<TlsContainerRow> found = await Database.ReadAsync((transaction, token) => new TlsContainerRows(transaction).GetAsync([mine.Id, Guid.NewGuid()], token), Token);
        IReadOnlyList<TlsContainerRow> listed = await Database.ReadAsync((transaction, token) => new TlsContainerRows(transaction).ListAsync("p2", token), Token);

        Assert.Equal(mine with { CreatedAt = Clock.GetUtcNow() }, Assert.Single(found));
        Assert.Equal(other.Ref, Assert.Single(listed).Ref);
        Assert.True(TlsContainerRow.TryReadRef(mine.Ref, out Guid id));
        Assert.Equal(mine.Id, id);
    }

    [Fact]
    public async Task Who_refers_to_a_container_keeps_it()
    {
        TlsContainerRow row = NewRow("p1");
        LoadBalancerRow loadBalancer = new() { Id = Guid.NewGuid(), ProjectId = "p1", Name = "web" };
        ObjectRow listener = new() { Id = Guid.NewGuid(), Kind = ObjectKind.Listener, LoadBalancerId = loadBalancer.Id, ProjectId = "p1", Body = $$"""{"default_tls_container_ref":"{{row.Ref}}"}""" };
        await Database.InTransactionAsync(
            async (transaction, token) =>
            {
                await new TlsContainerRows(transaction).InsertAsync(row, token);
                await new LoadBalancerRows(transaction).InsertAsync(loadBalancer, token);
                await new ObjectRows(transaction).InsertAsync([listener], token);
            },
            Token);

        IReadOnlyList<Guid> users = await DeleteAsync(row);
        await Database.InTransactionAsync((transaction, token) => new ObjectRows(transaction).DeleteAsync([listener.Id], token), Token);
        IReadOnlyList<Guid> none = await DeleteAsync(row);

        Assert.Equal([listener.Id], users);
        Assert.Empty(none);
        Assert.Empty(await Database.ReadAsync((transaction, token) => new TlsContainerRows(transaction).ListAsync(null, token), Token));
    }

    private Task<IReadOnlyList<Guid>> DeleteAsync(TlsContainerRow row) => Database.InTransactionAsync(
        async (transaction, token) =>
        {
            IReadOnlyList<Guid> users = await new TlsContainerRows(transaction).DeleteAsync(row, token);
            if (users.Count > 0)
            {
                transaction.Abandon();
            }

            return users;
        },
        Token);

    private static TlsContainerRow NewRow(string project) => new()
    {
        Id = Guid.NewGuid(),
        ProjectId = project,
        Name = "www",
        Kind = TlsFileKind.Certificate,
        File = $"{new string('a', 40)}.pem",
        Sha256 = new string('b', 64),
        Content = "sealed",
        NotAfter = DateTimeOffset.UnixEpoch.AddYears(60),
    };
}

public sealed class TlsContainerRowsOnSqlite(DatabaseServers servers) : TlsContainerRowsTests(servers, Engine.Sqlite);

public sealed class TlsContainerRowsOnPostgres(DatabaseServers servers) : TlsContainerRowsTests(servers, Engine.Postgres);
