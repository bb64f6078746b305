// Rows of what is gone are forgotten after their time, and nothing else (flows.md §10).
using Amphora.Contract.DesiredState;
using Amphora.Controller.Flows;
using Amphora.Controller.Housekeeping;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;
using Amphora.Controller.Tests.LoadBalancers;
using Amphora.Controller.Tests.Store;
using Xunit;

namespace Amphora.Controller.Tests.Housekeeping;

public abstract class CleanupJobTests(DatabaseServers servers, Engine engine) : DatabaseTests(servers, engine)
{
    private static readonly HousekeepingSettings s_ages = new()
    {
        AmphoraExpiryAge = TimeSpan.FromDays(1),
        LoadBalancerExpiryAge = TimeSpan.FromDays(2),
        FlowExpiryAge = TimeSpan.FromDays(3),
    };

    [Fact]
    public async Task Each_kind_goes_after_its_age_and_what_lives_stays()
    {
        var (balancer, amphora) = (await AddLoadBalancerAsync(RowStatus.Deleted), await AddAmphoraAsync(AmphoraStatus.Deleted));
        await AddEndedFlowAsync();
        await AddLoadBalancerAsync();
        await AddAmphoraAsync(AmphoraStatus.Error);
        // The end of a flow sets it as well; inserted rows have no time of a change.
        await InTransactionAsync(transaction => new LoadBalancerRows(transaction).SetStatusAsync(balancer.Id, RowStatus.Deleted, Token));

        Assert.Empty((await RunAsync(TimeSpan.FromDays(0.9))).Actions);
        Assert.Equal([new HousekeepingAction("purge-amphora", "")], (await RunAsync(TimeSpan.FromDays(0.2))).Actions);
        Assert.Equal([new HousekeepingAction("purge-loadbalancer", "")], (await RunAsync(TimeSpan.FromDays(1))).Actions);
        Assert.Equal([new HousekeepingAction("purge-flow", "")], (await RunAsync(TimeSpan.FromDays(1))).Actions);

        Assert.Null(await ReadAsync(transaction => new AmphoraRows(transaction).GetAsync(amphora, Token)));
        Assert.Equal((1, 1, 0, 0), (await CountAsync("load_balancers"), await CountAsync("amphorae"), await CountAsync("flows"), await CountAsync("flow_steps")));
    }

    [Fact]
    public async Task A_zombie_that_is_still_heard_of_is_not_forgotten()
    {
        var zombie = await AddAmphoraAsync(AmphoraStatus.Deleted);
        Clock.Now += TimeSpan.FromDays(1.5);
        await InTransactionAsync(transaction => new HealthRows(transaction).RecordAsync(new Dictionary<Guid, DateTimeOffset> { [zombie] = Clock.Now }, Token));

        Assert.Empty((await RunAsync(TimeSpan.FromDays(0.9))).Actions);
        Assert.Single((await RunAsync(TimeSpan.FromDays(0.2))).Actions);
    }

    [Fact]
    public async Task A_dry_run_counts_and_changes_nothing()
    {
        await AddAmphoraAsync(AmphoraStatus.Deleted);
        await AddAmphoraAsync(AmphoraStatus.Deleted);
        Clock.Now += TimeSpan.FromDays(2);

        var round = await Job().PreviewAsync(Token);

        Assert.Equal([new HousekeepingAction("purge-amphora", "", 2)], round.Actions);
        Assert.Equal(2, await CountAsync("amphorae"));
    }

    private CleanupJob Job() => new(LoadBalancerWorld.On(Database).Services, s_ages);

    private Task<HousekeepingRound> RunAsync(TimeSpan later)
    {
        Clock.Now += later;
        return Job().RunAsync(Token);
    }

    private async Task<Guid> AddAmphoraAsync(AmphoraStatus status)
    {
        var id = Guid.NewGuid();
        await InTransactionAsync(async transaction =>
        {
            await new AmphoraRows(transaction).InsertAsync(new AmphoraRow { Id = id }, Token);
            await new AmphoraRows(transaction).SetStatusAsync(id, status, Token);
        });
        return id;
    }

    private async Task AddEndedFlowAsync()
    {
        var flow = new FlowRecord { Id = Guid.NewGuid(), Kind = "any", Subject = Guid.NewGuid(), Input = "{}", CreatedAt = Clock.Now };
        await InTransactionAsync(transaction => new FlowRows(transaction).InsertAsync(new NewFlow(flow, [new StepRecord { Path = "step", Ordinal = 0 }]), Token));
        var journal = new FlowJournal(Database);
        var taken = (await journal.TakeAsync(flow.Id, "me", Clock.Now, Token))!;
        await journal.WriteAsync(taken.Lease, FlowState.Success, null, Token);
    }
}

public sealed class CleanupJobOnSqlite(DatabaseServers servers) : CleanupJobTests(servers, Engine.Sqlite);

public sealed class CleanupJobOnPostgres(DatabaseServers servers) : CleanupJobTests(servers, Engine.Postgres);
