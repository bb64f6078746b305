// Certificates are replaced before they end, once each, by however many controllers (flows.md §9.2, §10).
using Amphora.Contract.DesiredState;
using Amphora.Controller.Flows;
using Amphora.Controller.Housekeeping;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;
using Amphora.Controller.Tests.LoadBalancers;
using Amphora.Controller.Tests.Store;
using Xunit;

namespace Amphora.Controller.Tests.Housekeeping;

public abstract class CertificateJobTests(DatabaseServers servers, Engine engine) : DatabaseTests(servers, engine)
{
    private static readonly HousekeepingSettings s_settings = new() { CertificateExpiryBuffer = TimeSpan.FromDays(14), CertificateThreads = 4 };

    [Fact]
    public async Task Exactly_those_that_end_within_the_buffer_get_a_new_one()
    {
        await using var world = LoadBalancerWorld.On(Database);
        var (soon, late) = (await AddAsync(13.9), await AddAsync(14.1));
        await AddAsync(1, AmphoraStatus.Deleted);
        await AddAsync(1, AmphoraStatus.PendingDelete);

        var preview = await Job(world).PreviewAsync(Token);
        var round = await Job(world).RunAsync(Token);

        Assert.Equal([new HousekeepingAction("rotate-certificate", $"amphora {soon}")], round.Actions);
        Assert.Equal(round, preview);
        Assert.NotNull(world.Agents.Certificate(soon));
        Assert.Null(world.Agents.Certificate(late));
        var row = await GetAsync(soon);
        Assert.Equal((Clock.Now.Date.AddDays(30), false, AmphoraStatus.Ready), (row.CertExpiration!.Value.Date, row.CertBusy, row.Status));
    }

    [Fact]
    public async Task Controllers_that_look_at_the_same_moment_share_them()
    {
        for (var i = 0; i < 12; i++)
        {
            await AddAsync(1);
        }

        var others = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync()));
        var rounds = await RaceAsync(others.Length, async racer =>
        {
            await using var world = LoadBalancerWorld.On(others[racer]);
            return await Job(world).RunAsync(Token);
        });

        var done = rounds.SelectMany(round => round.Actions).ToList();
        Assert.Equal((12, 12), (done.Count, done.Select(action => action.Which).Distinct().Count()));
        Assert.All(done, action => Assert.Null(action.Error));
        Assert.Equal(12, await CountAsync("flows"));
    }

    [Fact]
    public async Task One_that_fails_is_in_error_and_busy_and_is_not_tried_again_and_again()
    {
        await using var world = LoadBalancerWorld.On(Database);
        var amphora = await AddAsync(1);

        var failed = await Job(world, world.Engine(flow => FailingSteps.At(flow, "upload-certificate", FailingMoment.Before))).RunAsync(Token);
        var again = await Job(world).RunAsync(Token);

        Assert.Equal("injected", Assert.Single(failed.Actions).Error);
        Assert.Empty(again.Actions);
        var row = await GetAsync(amphora);
        Assert.Equal((AmphoraStatus.Error, true), (row.Status, row.CertBusy));
    }

    [Fact]
    public async Task One_that_a_dead_controller_left_busy_is_taken_up_by_its_flow()
    {
        await using var world = LoadBalancerWorld.On(Database);
        var amphora = await AddAsync(1);
        await Job(world, world.Engine(journal: new DyingJournal(new FlowJournal(Database), 4))).RunAsync(Token);
        Assert.True((await GetAsync(amphora)).CertBusy);

        var round = await Job(world).RunAsync(Token);

        Assert.Null(Assert.Single(round.Actions).Error);
        Assert.Equal((false, 1), ((await GetAsync(amphora)).CertBusy, await CountAsync("flows")));
    }

    [Fact]
    public async Task Certificates_that_end_soon_even_when_new_are_made_once_a_round()
    {
        await using var world = LoadBalancerWorld.On(Database);
        await AddAsync(1);
        await AddAsync(2);

        // The driver's are valid for 30 days.
        var round = await new CertificateJob(world.Services, new FlowRounds(world.Engine()), s_settings with { CertificateExpiryBuffer = TimeSpan.FromDays(40) }).RunAsync(Token);

        Assert.Equal(2, round.Actions.Count);
        Assert.All(round.Actions, action => Assert.Null(action.Error));
        Assert.Equal(2, await CountAsync("flows"));
    }

    private static CertificateJob Job(LoadBalancerWorld world, FlowEngine? engine = null) => new(world.Services, new FlowRounds(engine ?? world.Engine()), s_settings);

    private async Task<AmphoraRow> GetAsync(Guid id) => (await ReadAsync(transaction => new AmphoraRows(transaction).GetAsync(id, Token)))!;

    private async Task<Guid> AddAsync(double days, AmphoraStatus status = AmphoraStatus.Ready)
    {
        var row = new AmphoraRow
        {
            Id = Guid.NewGuid(),
            Status = status,
            LbNetworkIp = System.Net.IPAddress.Parse("192.0.2.9"),
            AgentPort = 9443,
            CertExpiration = Clock.Now.AddDays(days),
        };
        await InTransactionAsync(transaction => new AmphoraRows(transaction).InsertAsync(row, Token));
        return row.Id;
    }
}

public sealed class CertificateJobOnSqlite(DatabaseServers servers) : CertificateJobTests(servers, Engine.Sqlite);

public sealed class CertificateJobOnPostgres(DatabaseServers servers) : CertificateJobTests(servers, Engine.Postgres);
