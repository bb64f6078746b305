// The table amphora_health: heartbeats by the batch, and who takes a silent amphora.
using Amphora.Contract.DesiredState;
using Amphora.Controller.Store;
using Xunit;

namespace Amphora.Controller.Tests.Store;

public abstract class HealthRowsTests(DatabaseServers servers, Engine engine) : DatabaseTests(servers, engine)
{
    private DateTimeOffset Before => Clock.Now.AddSeconds(-60);

    [Fact]
    public async Task Heartbeats_are_stored_by_the_batch_and_time_never_goes_back()
    {
        AmphoraRow first = await AddAsync(AmphoraStatus.Allocated);
        AmphoraRow second = await AddAsync(AmphoraStatus.Allocated);

        await RecordAsync((first, 10), (second, 10));
        await MarkBusyAsync(first);
        await RecordAsync((first, 5), (second, 20));

        Assert.Equal(new HealthRow(first.Id, Clock.Now.AddSeconds(10), true), await GetAsync(first));
        Assert.Equal(new HealthRow(second.Id, Clock.Now.AddSeconds(20), false), await GetAsync(second));
    }

    [Fact]
    public async Task An_amphora_nobody_knows_spoils_no_batch()
    {
        AmphoraRow known = await AddAsync(AmphoraStatus.Allocated);

        await RecordAsync((known, 1), (new AmphoraRow { Id = Guid.NewGuid() }, 1));

        Assert.NotNull(await GetAsync(known));
        Assert.Equal(1, await CountAsync("amphora_health"));
    }

    [Fact]
    public async Task A_thousand_and_more_in_one_go_and_by_two_at_once()
    {
        List<AmphoraRow> amphorae = [];
        await InTransactionAsync(async transaction =>
        {
            for (int i = 0; i < 1100; i++)
            {
                amphorae.Add(new AmphoraRow { Id = Guid.NewGuid() });
                await new AmphoraRows(transaction).InsertAsync(amphorae[^1], Token);
            }
        });

        await RaceAsync(2, async racer =>
        {
            await RecordAsync([.. amphorae.Select(amphora => (amphora, racer))]);
            return racer;
        });

        Assert.Equal(1100, await CountAsync("amphora_health"));
        Assert.Equal(Clock.Now.AddSeconds(1), (await GetAsync(amphorae[7]))!.LastUpdate);
    }

    [Fact]
    public async Task A_silent_amphora_is_taken_once_with_its_load_balancer()
    {
        LoadBalancerRow balancer = await AddLoadBalancerAsync(RowStatus.Error);
        AmphoraRow silent = await AddAsync(AmphoraStatus.Allocated, balancer);
        AmphoraRow loud = await AddAsync(AmphoraStatus.Allocated);
        await RecordAsync((silent, -61), (loud, -59));

        AmphoraRow? taken = await TakeStaleAsync();

        Assert.Equal(silent.Id, taken!.Id);
        Assert.True((await GetAsync(silent))!.IsBusy);
        Assert.Equal(RowStatus.PendingUpdate, await StatusAsync(balancer));
        Assert.Null(await TakeStaleAsync());
    }

    [Theory]
    [InlineData("PendingUpdate")]
    [InlineData("PendingDelete")]
    [InlineData("Deleted")]
    public async Task Nothing_is_changed_when_the_load_balancer_is_somebody_else_s(string status)
    {
        LoadBalancerRow balancer = await AddLoadBalancerAsync(Enum.Parse<RowStatus>(status));
        AmphoraRow silent = await AddAsync(AmphoraStatus.Allocated, balancer);
        await RecordAsync((silent, -61));

        AmphoraRow? taken = await TakeStaleAsync();

        Assert.Null(taken);
        Assert.False((await GetAsync(silent))!.IsBusy);
        Assert.Equal(balancer.ProvisioningStatus, await StatusAsync(balancer));
    }

    [Theory]
    [InlineData("Allocated", true)]
    [InlineData("FailoverStopped", true)]
    [InlineData("Ready", false)]
    [InlineData("Booting", false)]
    [InlineData("Error", false)]
    [InlineData("PendingDelete", false)]
    [InlineData("Deleted", false)]
    public async Task Only_those_that_serve_are_replaced(string status, bool isTaken)
    {
        AmphoraRow silent = await AddAsync(Enum.Parse<AmphoraStatus>(status));
        await RecordAsync((silent, -61));

        AmphoraRow? taken = await TakeStaleAsync();

        Assert.Equal(isTaken ? silent.Id : null, taken?.Id);
    }

    [Fact]
    public async Task Two_controllers_never_take_the_same()
    {
        IDatabase other = await OpenAsync();
        List<(AmphoraRow, int)> silent = [];
        for (int i = 0; i < 30; i++)
        {
            silent.Add((await AddAsync(AmphoraStatus.Allocated, await AddLoadBalancerAsync()), -61));
        }

        await RecordAsync([.. silent]);

        List<Guid>[] taken = await RaceAsync(6, async racer =>
        {
            IDatabase controller = racer % 2 == 0 ? Database : other;
            List<Guid> mine = [];
            while (await controller.InTransactionAsync((transaction, token) => new HealthRows(transaction).TakeStaleAsync(Before, token), Token) is { } amphora)
            {
                mine.Add(amphora.Id);
            }

            return mine;
        });

        Assert.Equal(30, taken.Sum(mine => mine.Count));
        Assert.Equal(30, taken.SelectMany(mine => mine).Distinct().Count());
    }

    [Fact]
    public async Task When_too_many_are_silent_all_failovers_stop_and_go_on_when_they_are_heard_of()
    {
        AmphoraRow first = await AddAsync(AmphoraStatus.Allocated);
        AmphoraRow second = await AddAsync(AmphoraStatus.Allocated);
        AmphoraRow gone = await AddAsync(AmphoraStatus.Deleted);
        await RecordAsync((first, -61), (second, -61), (gone, -61));

        int below = await InTransactionAsync(transaction => new HealthRows(transaction).StopFailoversAsync(Before, 4, Token));
        int stopped = await InTransactionAsync(transaction => new HealthRows(transaction).StopFailoversAsync(Before, 3, Token));
        IEnumerable<AmphoraStatus> then = [await AmphoraStatusAsync(first), await AmphoraStatusAsync(second), await AmphoraStatusAsync(gone)];
        await RecordAsync((first, 0));
        int resumed = await InTransactionAsync(transaction => new HealthRows(transaction).ResumeAsync(Before, Token));

        Assert.Equal((0, 3, 1), (below, stopped, resumed));
        Assert.Equal([AmphoraStatus.FailoverStopped, AmphoraStatus.FailoverStopped, AmphoraStatus.Deleted], then);
        Assert.Equal((AmphoraStatus.Allocated, AmphoraStatus.FailoverStopped), (await AmphoraStatusAsync(first), await AmphoraStatusAsync(second)));
    }

    [Fact]
    public async Task Nobody_waits_for_those_that_are_deleted()
    {
        AmphoraRow amphora = await AddAsync(AmphoraStatus.Allocated);
        await RecordAsync((amphora, -61));

        await InTransactionAsync(transaction => new HealthRows(transaction).DeleteAsync([amphora.Id], Token));

        Assert.Null(await GetAsync(amphora));
        Assert.Null(await TakeStaleAsync());
    }

    private async Task<AmphoraRow> AddAsync(AmphoraStatus status, LoadBalancerRow? balancer = null)
    {
        AmphoraRow row = new() { Id = Guid.NewGuid(), Status = status, LoadBalancerId = balancer?.Id };
        await InTransactionAsync(transaction => new AmphoraRows(transaction).InsertAsync(row, Token));
        return row;
    }

    /// <summary>Heartbeats, in seconds from now.</summary>
    private Task RecordAsync(params (AmphoraRow Amphora, int Seconds)[] heartbeats) => InTransactionAsync(transaction =>
        new HealthRows(transaction).RecordAsync(heartbeats.ToDictionary(heard => heard.Amphora.Id, heard => Clock.Now.AddSeconds(heard.Seconds)), Token));

    private Task MarkBusyAsync(AmphoraRow amphora) => InTransactionAsync(transaction => new HealthRows(transaction).MarkBusyAsync([amphora.Id], Token));

    private Task<HealthRow?> GetAsync(AmphoraRow amphora) => ReadAsync(transaction => new HealthRows(transaction).GetAsync(amphora.Id, Token));

    private Task<AmphoraRow?> TakeStaleAsync() => InTransactionAsync(transaction => new HealthRows(transaction).TakeStaleAsync(Before, Token));

    private async Task<RowStatus> StatusAsync(LoadBalancerRow balancer) =>
        (await ReadAsync(transaction => new LoadBalancerRows(transaction).GetAsync(balancer.Id, Token)))!.ProvisioningStatus;

    private async Task<AmphoraStatus> AmphoraStatusAsync(AmphoraRow amphora) =>
        (await ReadAsync(transaction => new AmphoraRows(transaction).GetAsync(amphora.Id, Token)))!.Status;
}

public sealed class HealthRowsOnSqlite(DatabaseServers servers) : HealthRowsTests(servers, Engine.Sqlite);

public sealed class HealthRowsOnPostgres(DatabaseServers servers) : HealthRowsTests(servers, Engine.Postgres);
