// From heartbeats to rows by way of memory.
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Contract.Heartbeat;
using Amphora.Controller.Health.Intake;
using Amphora.Controller.Health.Statuses;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Engine;
using Amphora.Controller.Store.Watching;
using Amphora.Controller.Tests.Store;
using Xunit;

namespace Amphora.Controller.Tests.Health.Intake;

public abstract class HealthWriterTests(DatabaseServers servers, Engine engine) : DatabaseTests(servers, engine)
{
    private readonly HealthBook _book = new();
    private readonly Guid _listener = Guid.NewGuid();
    private readonly Guid _pool = Guid.NewGuid();
    private readonly Guid _member = Guid.NewGuid();

    [Fact]
    public async Task A_heartbeat_becomes_rows()
    {
        var (balancer, amphora) = await AddAsync();
        HealthWriter writer = await LoadAsync();

        Take(amphora, stats: new HealthStats(10, 3));
        await writer.WriteAsync(Token);

        Assert.Equal(Clock.Now, (await HealthAsync(amphora))!.LastUpdate);
        Assert.Equal(OperatingStatus.Online, await StatusAsync(balancer));
        Assert.Equal(OperatingStatus.Online, await ObjectStatusAsync(_member));
        StatisticsRow figures = Assert.Single(await ReadAsync(transaction => new StatisticsRows(transaction).OfAmphoraAsync(amphora, Token)));
        Assert.Equal((10, 3), (figures.BytesIn, figures.TotalConnections));
    }

    [Fact]
    public async Task What_is_said_again_is_a_time_and_nothing_else()
    {
        var (_, amphora) = await AddAsync();
        HealthWriter writer = await LoadAsync();
        Take(amphora);
        await writer.WriteAsync(Token);

        Take(amphora);
        HeartbeatBatch batch = _book.Swap(new HeartbeatBatch());

        Assert.Equal([amphora], batch.Heard.Keys);
        Assert.Equal((0, 0, 0), (batch.LoadBalancers.Count, batch.Objects.Count, batch.Statistics.Count));
    }

    [Fact]
    public async Task An_amphora_of_somebody_else_s_making_is_known_at_the_next_look()
    {
        HealthWriter writer = await LoadAsync();
        var (_, amphora) = await AddAsync();

        Take(amphora);
        await writer.WriteAsync(Token);
        HealthRow? early = await HealthAsync(amphora);
        await writer.RefreshAsync(Token);
        Take(amphora);
        await writer.WriteAsync(Token);

        Assert.Null(early);
        Assert.Equal(Clock.Now, (await HealthAsync(amphora))!.LastUpdate);
    }

    [Fact]
    public async Task A_listener_that_somebody_else_added_is_expected_at_the_next_look()
    {
        var (balancer, amphora) = await AddAsync();
        HealthWriter writer = await LoadAsync();
        await InTransactionAsync(async transaction =>
        {
            await new ObjectRows(transaction).InsertAsync([Row(Guid.NewGuid(), ObjectKind.Listener, balancer, null)], Token);
            await new LoadBalancerRows(transaction).SetStatusAsync(balancer, RowStatus.Active, Token);
        });

        await writer.RefreshAsync(Token);
        Take(amphora);
        await writer.WriteAsync(Token);

        Assert.Equal(1, _book.Mismatched);
        Assert.Null(await HealthAsync(amphora));
    }

    [Fact]
    public async Task A_status_that_another_controller_wrote_is_found_by_the_walk()
    {
        var (_, amphora) = await AddAsync();
        HealthWriter writer = await LoadAsync();
        Take(amphora);
        await writer.WriteAsync(Token);
        await InTransactionAsync(transaction => new ObjectRows(transaction).SetOperatingStatusesAsync([new OperatingStatusUpdate(_member, OperatingStatus.Error)], Token));

        await writer.RefreshAsync(Token);
        Take(amphora);
        await writer.WriteAsync(Token);

        Assert.Equal(OperatingStatus.Online, await ObjectStatusAsync(_member));
    }

    [Fact]
    public async Task A_look_that_is_older_than_what_waits_to_be_written_does_not_hide_it()
    {
        var (_, amphora) = await AddAsync();
        HealthWriter writer = await LoadAsync();
        Take(amphora);
        await writer.WriteAsync(Token);

        Take(amphora, member: "DOWN");
        await writer.RefreshAsync(Token);
        Take(amphora);
        await writer.WriteAsync(Token);

        Assert.Equal(OperatingStatus.Online, await ObjectStatusAsync(_member));
    }

    [Fact]
    public async Task A_look_that_a_write_overtakes_does_not_hide_what_was_written()
    {
        var (balancer, amphora) = await AddAsync();
        HealthWriter writer = await LoadAsync();
        Take(amphora);
        await writer.WriteAsync(Token);

        _book.BeginReading();
        var old = await ReadAsync(async transaction => KnownReader.Read(
            await new WatchedRows(transaction).OfAsync([amphora], Token), await new WatchedRows(transaction).ObjectsAsync([balancer], Token), walk: 0));
        Take(amphora, member: "DOWN");
        await writer.WriteAsync(Token);
        _book.Replace(old);
        _book.EndReading();
        Take(amphora);
        await writer.WriteAsync(Token);

        Assert.Equal(OperatingStatus.Online, await ObjectStatusAsync(_member));
    }

    [Fact]
    public async Task What_cannot_be_written_is_written_later_and_once()
    {
        var (_, amphora) = await AddAsync();
        HealthWriter writer = await LoadAsync();
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();

        Take(amphora, stats: new HealthStats(10, 3));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writer.WriteAsync(cancelled.Token));
        Take(amphora, stats: new HealthStats(5, 1));
        await writer.WriteAsync(Token);
        await writer.WriteAsync(Token);

        StatisticsRow figures = Assert.Single(await ReadAsync(transaction => new StatisticsRows(transaction).OfAmphoraAsync(amphora, Token)));
        Assert.Equal((15, 4), (figures.BytesIn, figures.TotalConnections));
    }

    [Fact]
    public async Task One_that_is_deleted_is_a_zombie_and_one_whose_row_is_gone_is_forgotten()
    {
        var (_, amphora) = await AddAsync();
        HealthWriter writer = await LoadAsync();
        await InTransactionAsync(transaction => new AmphoraRows(transaction).SetStatusAsync(amphora, AmphoraStatus.Deleted, Token));
        await writer.RefreshAsync(Token);
        Take(amphora);
        IReadOnlyCollection<Guid> zombies = _book.TakeZombies();

        await InTransactionAsync(transaction => new AmphoraRows(transaction).DeleteAsync(amphora, Token));
        await writer.RefreshAsync(Token);
        await writer.RefreshAsync(Token);

        Assert.Equal([amphora], zombies);
        Assert.Equal(0, _book.Count);
    }

    [Fact]
    public async Task Pages_are_as_long_as_it_takes()
    {
        List<Guid> amphorae = [];
        for (int i = 0; i < 25; i++)
        {
            amphorae.Add(await AddAmphoraAsync(null));
        }

        HealthWriter writer = new(Database, _book, new HealthWriterOptions { LoadPage = 4 });
        await writer.LoadAsync(Token);
        amphorae.ForEach(id => _book.Take(Heartbeats.View(new HeartbeatMessage { AmphoraId = id.ToString(), Sequence = 1, Listeners = [], Pools = [] }), new(System.Net.Sockets.AddressFamily.InterNetwork), Clock.Now));
        await writer.WriteAsync(Token);

        Assert.Equal(25, await CountAsync("amphora_health"));
    }

    private async Task<HealthWriter> LoadAsync()
    {
        HealthWriter writer = new(Database, _book, new HealthWriterOptions());
        await writer.LoadAsync(Token);
        return writer;
    }

    private void Take(Guid amphora, string member = "UP", HealthStats stats = default) => _book.Take(
        Heartbeats.View(new HeartbeatMessage
        {
            AmphoraId = amphora.ToString(),
            Sequence = 1,
            Listeners = [new HeartbeatListener(_listener.ToString(), "OPEN", new HeartbeatStats(0, stats.Bytes, 0, stats.Connections, 0), null)],
            Pools = [new HeartbeatPool($"{_pool}:{_listener}", "UP", [new HeartbeatMember(_member.ToString(), member)])],
        }),
        new(System.Net.Sockets.AddressFamily.InterNetwork),
        Clock.Now);

    private async Task<(Guid Balancer, Guid Amphora)> AddAsync()
    {
        LoadBalancerRow balancer = await AddLoadBalancerAsync();
        await InTransactionAsync(transaction => new ObjectRows(transaction).InsertAsync(
            [Row(_listener, ObjectKind.Listener, balancer.Id, null), Row(_pool, ObjectKind.Pool, balancer.Id, null), Row(_member, ObjectKind.Member, balancer.Id, _pool)], Token));
        return (balancer.Id, await AddAmphoraAsync(balancer.Id));
    }

    private async Task<Guid> AddAmphoraAsync(Guid? balancer)
    {
        AmphoraRow row = new() { Id = Guid.NewGuid(), Status = AmphoraStatus.Allocated, LoadBalancerId = balancer };
        await InTransactionAsync(transaction => new AmphoraRows(transaction).InsertAsync(row, Token));
        return row.Id;
    }

    private static ObjectRow Row(Guid id, ObjectKind kind, Guid balancer, Guid? parent) => new()
    {
        Id = id,
        Kind = kind,
        LoadBalancerId = balancer,
        ParentId = parent,
        ProvisioningStatus = RowStatus.Active,
        ProjectId = "p1",
        Body = "{}",
    };

    private Task<HealthRow?> HealthAsync(Guid amphora) => ReadAsync(transaction => new HealthRows(transaction).GetAsync(amphora, Token));

    private async Task<OperatingStatus> StatusAsync(Guid balancer) => (await ReadAsync(transaction => new LoadBalancerRows(transaction).GetAsync(balancer, Token)))!.OperatingStatus;

    private async Task<OperatingStatus> ObjectStatusAsync(Guid id) => (await ReadAsync(transaction => new ObjectRows(transaction).GetAsync(id, Token)))!.OperatingStatus;

    private readonly record struct HealthStats(long Bytes, long Connections);
}

public sealed class HealthWriterOnSqlite(DatabaseServers servers) : HealthWriterTests(servers, Engine.Sqlite);

public sealed class HealthWriterOnPostgres(DatabaseServers servers) : HealthWriterTests(servers, Engine.Postgres);
