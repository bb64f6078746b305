// The spare pool is filled, by however many controllers, and what one of them left half-way goes on (flows.md §3.3, §10).
using Amphora.Contract.DesiredState;
using Amphora.Controller.Amphorae;
using Amphora.Controller.Flows;
using Amphora.Controller.Housekeeping;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;
using Amphora.Controller.Tests.LoadBalancers;
using Amphora.Controller.Tests.Store;
using Xunit;

namespace Amphora.Controller.Tests.Housekeeping;

public abstract class SpareJobTests(DatabaseServers servers, Engine engine) : DatabaseTests(servers, engine)
{
    private static readonly HousekeepingSettings s_three = new() { SparePoolSize = 3 };

    [Fact]
    public async Task What_is_missing_is_built_and_no_more()
    {
        await using var world = LoadBalancerWorld.On(Database);

        var first = await Job(world).RunAsync(Token);
        var second = await Job(world).RunAsync(Token);

        var spares = await world.AmphoraeAsync();
        Assert.Equal(3, spares.Count);
        Assert.All(spares, spare => Assert.Equal(
            (AmphoraStatus.Ready, (AmphoraRole?)null, (Guid?)null, false), (spare.Status, spare.Role, spare.LoadBalancerId, spare.CertExpiration is null)));
        Assert.Equal(spares.Select(spare => ("build-spare", $"amphora {spare.Id}", (string?)null)).Order(), first.Actions.Select(action => (action.What, action.Which, action.Error)).Order());
        Assert.Empty(second.Actions);
        Assert.Equal(3, (await world.ThingsAsync()).Count);
    }

    [Fact]
    public async Task A_spare_that_was_taken_is_replaced()
    {
        await using var world = LoadBalancerWorld.On(Database);
        await Job(world).RunAsync(Token);
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request());

        var refill = await Job(world).RunAsync(Token);

        Assert.Single(refill.Actions);
        Assert.Equal([AmphoraStatus.Allocated, AmphoraStatus.Ready, AmphoraStatus.Ready, AmphoraStatus.Ready], (await world.AmphoraeAsync()).Select(row => row.Status).Order());
        Assert.Equal(id, Assert.Single(await world.AmphoraeAsync(), row => row.Status == AmphoraStatus.Allocated).LoadBalancerId);
    }

    [Fact]
    public async Task Controllers_that_look_at_the_same_moment_build_no_more_than_is_missing()
    {
        var others = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => OpenAsync()));

        var rounds = await RaceAsync(others.Length, async racer =>
        {
            await using var world = LoadBalancerWorld.On(others[racer]);
            return await Job(world).RunAsync(Token);
        });

        Assert.Equal((3, 3), (await CountAsync("amphorae"), await CountAsync("flows")));
        Assert.Equal(3, rounds.Sum(round => round.Actions.Count));
    }

    [Fact]
    public async Task One_that_fails_leaves_nothing_and_does_not_stop_the_others()
    {
        await using var world = LoadBalancerWorld.On(Database);
        var failures = 0;
        var failing = world.Engine(flow => Interlocked.Increment(ref failures) > 3 && failures % 3 == 0 ? FailingSteps.At(flow, "wait-for-agent", FailingMoment.After) : flow);

        var round = await Job(world, failing).RunAsync(Token);

        Assert.Equal(1, round.Actions.Count(action => action.Error == "injected"));
        Assert.Equal(2, (await world.AmphoraeAsync()).Count(row => row.Status == AmphoraStatus.Ready));
        Assert.Equal((2, 2), (await CountAsync("amphorae"), (await world.ThingsAsync()).Count));
        Assert.Single((await Job(world).RunAsync(Token)).Actions);
    }

    [Fact]
    public async Task What_a_controller_left_half_way_is_ended_by_the_next_round()
    {
        await using var world = LoadBalancerWorld.On(Database);
        await Job(world, world.Engine(journal: new DyingJournal(new FlowJournal(Database), 5))).RunAsync(Token);

        await Job(world).RunAsync(Token);

        Assert.Equal([AmphoraStatus.Ready, AmphoraStatus.Ready, AmphoraStatus.Ready], (await world.AmphoraeAsync()).Select(row => row.Status));
    }

    [Fact]
    public async Task A_dry_run_counts_and_records_nothing()
    {
        await using var world = LoadBalancerWorld.On(Database);

        var round = await Job(world).PreviewAsync(Token);

        Assert.Equal([new HousekeepingAction("build-spare", "", 3)], round.Actions);
        Assert.Equal((0, 0), (await CountAsync("amphorae"), await CountAsync("flows")));
    }

    private static SpareJob Job(LoadBalancerWorld world, FlowEngine? engine = null) => new(world.Services, new FlowRounds(engine ?? world.Engine()), s_three);
}

public sealed class SpareJobOnSqlite(DatabaseServers servers) : SpareJobTests(servers, Engine.Sqlite);

public sealed class SpareJobOnPostgres(DatabaseServers servers) : SpareJobTests(servers, Engine.Postgres);
