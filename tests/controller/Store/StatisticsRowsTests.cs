// The table listener_statistics: deltas are added.
using Amphora.Controller.Store;
using Xunit;

namespace Amphora.Controller.Tests.Store;

public abstract class StatisticsRowsTests(DatabaseServers servers, Engine engine) : DatabaseTests(servers, engine)
{
    private readonly Guid _amphora = Guid.NewGuid();

    [Fact]
    public async Task Deltas_are_added_and_active_connections_are_the_last_word()
    {
        ObjectRow listener = await AddListenerAsync();
        StatisticsRow delta = Delta(listener.Id) with { BytesIn = 5_000_000_000, BytesOut = 2, ActiveConnections = 7, TotalConnections = 3, RequestErrors = 4 };

        await AddAsync(delta);
        await AddAsync(delta with { ActiveConnections = 9 }, delta with { ActiveConnections = 1 });

        Assert.Equal(
            [delta with { LoadBalancerId = listener.LoadBalancerId, BytesIn = 15_000_000_000, BytesOut = 6, ActiveConnections = 1, TotalConnections = 9, RequestErrors = 12 }],
            await ReadAsync(transaction => new StatisticsRows(transaction).OfLoadBalancerAsync(listener.LoadBalancerId, Token)));
    }

    [Fact]
    public async Task A_listener_that_is_gone_spoils_no_batch_and_takes_its_statistics_along()
    {
        ObjectRow listener = await AddListenerAsync();
        ObjectRow other = await AddListenerAsync();

        await AddAsync(Delta(listener.Id), Delta(Guid.NewGuid()), Delta(other.Id), Delta(other.Id) with { AmphoraId = Guid.NewGuid() });
        await InTransactionAsync(transaction => new ObjectRows(transaction).DeleteAsync([listener.Id], Token));

        Assert.Equal(2, await CountAsync("listener_statistics"));
        Assert.Equal([other.Id], (await ReadAsync(transaction => new StatisticsRows(transaction).OfAmphoraAsync(_amphora, Token))).Select(row => row.ListenerId));
    }

    [Fact]
    public async Task Nothing_is_lost_when_many_add_at_once()
    {
        ObjectRow[] listeners = [await AddListenerAsync(), await AddListenerAsync(), await AddListenerAsync()];

        await RaceAsync(8, async racer =>
        {
            for (int i = 0; i < 10; i++)
            {
                await AddAsync([.. listeners.Select(listener => Delta(listener.Id) with { TotalConnections = 1 })]);
            }

            return racer;
        });

        IReadOnlyList<StatisticsRow> rows = await ReadAsync(transaction => new StatisticsRows(transaction).OfAmphoraAsync(_amphora, Token));
        Assert.Equal([80, 80, 80], rows.Select(row => row.TotalConnections));
    }

    private StatisticsRow Delta(Guid listener) => new() { ListenerId = listener, AmphoraId = _amphora };

    private Task AddAsync(params StatisticsRow[] deltas) => InTransactionAsync(transaction => new StatisticsRows(transaction).AddAsync(deltas, Token));

    private async Task<ObjectRow> AddListenerAsync()
    {
        LoadBalancerRow balancer = await AddLoadBalancerAsync();
        ObjectRow row = new() { Id = Guid.NewGuid(), Kind = ObjectKind.Listener, LoadBalancerId = balancer.Id, ProjectId = "p1", Body = "{}" };
        await InTransactionAsync(transaction => new ObjectRows(transaction).InsertAsync([row], Token));
        return row;
    }
}

public sealed class StatisticsRowsOnSqlite(DatabaseServers servers) : StatisticsRowsTests(servers, Engine.Sqlite);

public sealed class StatisticsRowsOnPostgres(DatabaseServers servers) : StatisticsRowsTests(servers, Engine.Postgres);
