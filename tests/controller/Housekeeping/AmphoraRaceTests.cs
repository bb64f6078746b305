// What several controllers want of one amphora at the same moment: one of them gets it.
using Amphora.Contract.DesiredState;
using Amphora.Controller.Amphorae;
using Amphora.Controller.Flows;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;
using Amphora.Controller.Tests.LoadBalancers;
using Amphora.Controller.Tests.Store;
using Xunit;

namespace Amphora.Controller.Tests.Housekeeping;

public abstract class AmphoraRaceTests(DatabaseServers servers, Engine engine) : DatabaseTests(servers, engine)
{
    private const int Racers = 6;

    [Fact]
    public async Task One_deletes_it()
    {
        var amphora = await AddAsync(AmphoraStatus.Error);

        var decisions = await RaceAsync(Racers, async _ =>
        {
            await using var world = LoadBalancerWorld.On(Database);
            return await new DeleteAmphora(world.Services.Amphorae, world.Engine()).RecordAsync(amphora, isSpareToo: false, Token);
        });

        OneOf(decisions);
        Assert.Equal(1, await CountAsync("flows"));
    }

    [Fact]
    public async Task One_gives_it_a_certificate()
    {
        var amphora = await AddAsync(AmphoraStatus.Ready);

        var decisions = await RaceAsync(Racers, async _ =>
        {
            await using var world = LoadBalancerWorld.On(Database);
            return await new RotateCertificate(world.Services.Amphorae, world.Engine()).RecordAsync(amphora, Token);
        });

        OneOf(decisions);
        Assert.Equal(1, await CountAsync("flows"));
        Assert.True(await ReadAsync(transaction => new FlowRows(transaction).IsOpenAsync(RotateCertificateFlow.Name, amphora, Token)));
        Assert.False(await ReadAsync(transaction => new FlowRows(transaction).IsOpenAsync(RotateCertificateFlow.Name, Guid.NewGuid(), Token)));
    }

    [Fact]
    public async Task A_spare_is_taken_or_deleted_and_never_both()
    {
        var balancer = await AddLoadBalancerAsync();
        for (var i = 0; i < 8; i++)
        {
            var spare = await AddAsync(AmphoraStatus.Ready);
            await using var world = LoadBalancerWorld.On(Database);

            var won = await RaceAsync(2, async racer => racer == 0
                ? await InTransactionAsync(async transaction => await new AmphoraRows(transaction).TakeSpareAsync(balancer.Id, Token) is not null)
                : (await new DeleteAmphora(world.Services.Amphorae, world.Engine()).RecordAsync(spare, isSpareToo: true, Token)).Refusal is null);

            Assert.Single(won, isMine => isMine);
        }
    }

    private static void OneOf(Decision<BegunAmphora>[] decisions)
    {
        Assert.Single(decisions, decision => decision.Refusal is null);
        Assert.All(decisions.Where(decision => decision.Refusal is not null), decision => Assert.Equal(RefusalKind.Conflict, decision.Refusal!.Kind));
    }

    private async Task<Guid> AddAsync(AmphoraStatus status)
    {
        var row = new AmphoraRow { Id = Guid.NewGuid(), Status = status };
        await InTransactionAsync(transaction => new AmphoraRows(transaction).InsertAsync(row, Token));
        return row.Id;
    }
}

public sealed class AmphoraRacesOnSqlite(DatabaseServers servers) : AmphoraRaceTests(servers, Engine.Sqlite);

public sealed class AmphoraRacesOnPostgres(DatabaseServers servers) : AmphoraRaceTests(servers, Engine.Postgres);
