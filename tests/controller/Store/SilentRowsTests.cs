// Who is silent, in ERROR or stranded, and who takes them.
using Amphora.Contract.DesiredState;
using Amphora.Controller.Flows;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;
using Amphora.Controller.Store.Watching;
using Xunit;

namespace Amphora.Controller.Tests.Store;

public abstract class SilentRowsTests(DatabaseServers servers, Engine engine) : DatabaseTests(servers, engine)
{
    private DateTimeOffset Before => Clock.Now.AddSeconds(-60);

    [Fact]
    public async Task They_are_counted()
    {
        await AddAsync(AmphoraStatus.Allocated, -49);
        await AddAsync(AmphoraStatus.Allocated, -51);
        await AddAsync(AmphoraStatus.Allocated, -61);
        await AddAsync(AmphoraStatus.FailoverStopped, -300);
        await AddAsync(AmphoraStatus.Ready, -300);
        (AmphoraRow busy, _) = await AddAsync(AmphoraStatus.Allocated, -61);
        await InTransactionAsync(transaction => new HealthRows(transaction).MarkBusyAsync([busy.Id], Token));

        SilentCounts counts = await ReadAsync(transaction => new SilentRows(transaction).CountAsync(Before, Before.AddSeconds(-60), Before.AddSeconds(10), Token));

        Assert.Equal(new SilentCounts(4, 2, 2), counts);
    }

    [Theory]
    [InlineData("Active", true)]
    [InlineData("Error", true)]
    [InlineData("PendingUpdate", false)]
    [InlineData("PendingDelete", false)]
    [InlineData("Deleted", false)]
    public async Task One_whose_load_balancer_is_somebody_else_s_is_no_suspect_and_is_not_taken(string status, bool isFound)
    {
        (AmphoraRow silent, LoadBalancerRow balancer) = await AddAsync(AmphoraStatus.Allocated, -61, Enum.Parse<RowStatus>(status));

        IReadOnlyList<Suspect> suspects = await ReadAsync(transaction => new SilentRows(transaction).SilentAsync(Before, 10, Token));
        AmphoraRow? taken = await TakeAsync(Database, new Suspect(silent.Id, Clock.Now.AddSeconds(-61), false));

        Assert.Equal(isFound ? [silent.Id] : [], suspects.Select(suspect => suspect.AmphoraId));
        Assert.Equal(isFound ? silent.Id : null, taken?.Id);
        Assert.Equal(isFound, (await ReadAsync(transaction => new HealthRows(transaction).GetAsync(silent.Id, Token)))!.IsBusy);
        Assert.Equal(isFound ? RowStatus.PendingUpdate : balancer.ProvisioningStatus, await StatusAsync(balancer));
    }

    [Fact]
    public async Task One_that_was_heard_of_in_the_meantime_is_not_taken()
    {
        (AmphoraRow silent, LoadBalancerRow balancer) = await AddAsync(AmphoraStatus.Allocated, -61);
        Suspect suspect = Assert.Single(await ReadAsync(transaction => new SilentRows(transaction).SilentAsync(Before, 10, Token)));
        await HeardAsync(silent, 0);

        Assert.Null(await TakeAsync(Database, suspect));
        Assert.Equal(RowStatus.Active, await StatusAsync(balancer));
    }

    [Fact]
    public async Task One_in_error_is_a_suspect_after_a_time_and_taken_once_in_that_time()
    {
        (AmphoraRow failed, LoadBalancerRow balancer) = await AddAsync(AmphoraStatus.Error, null, RowStatus.Error);

        IReadOnlyList<Suspect> early = await FailedAsync();
        Clock.Now = Clock.Now.AddSeconds(301);
        IReadOnlyList<Suspect> late = await FailedAsync();
        AmphoraRow? taken = await TakeAsync(Database, late[0]);
        await InTransactionAsync(transaction => new LoadBalancerRows(transaction).SetStatusAsync(balancer.Id, RowStatus.Error, Token));

        Assert.Empty(early);
        Assert.Equal(failed.Id, taken?.Id);
        Assert.Empty(await FailedAsync());
        Assert.Null(await TakeAsync(Database, late[0]));
    }

    [Fact]
    public async Task Two_controllers_never_take_the_same()
    {
        IDatabase other = await OpenAsync();
        List<Suspect> suspects = [];
        for (int i = 0; i < 20; i++)
        {
            (AmphoraRow silent, _) = await AddAsync(AmphoraStatus.Allocated, -61);
            suspects.Add(new Suspect(silent.Id, Clock.Now.AddSeconds(-61), false));
        }

        List<Guid>[] taken = await RaceAsync(6, async racer =>
        {
            List<Guid> mine = [];
            foreach (Suspect suspect in suspects)
            {
                mine.AddRange(await TakeAsync(racer % 2 == 0 ? Database : other, suspect) is { } amphora ? [amphora.Id] : []);
            }

            return mine;
        });

        Assert.Equal(suspects.Select(suspect => suspect.AmphoraId).Order(), taken.SelectMany(mine => mine).Order());
    }

    [Fact]
    public async Task One_that_was_never_heard_of_is_waited_for()
    {
        (AmphoraRow never, _) = await AddAsync(AmphoraStatus.Allocated, null);
        (AmphoraRow heard, _) = await AddAsync(AmphoraStatus.Allocated, -61);
        await AddAsync(AmphoraStatus.Booting, null);

        int first = await InTransactionAsync(transaction => new SilentRows(transaction).ExpectAsync(Token));
        int second = await InTransactionAsync(transaction => new SilentRows(transaction).ExpectAsync(Token));

        Assert.Equal((1, 0), (first, second));
        Assert.Equal(Clock.Now, (await ReadAsync(transaction => new HealthRows(transaction).GetAsync(never.Id, Token)))!.LastUpdate);
        Assert.Equal(Clock.Now.AddSeconds(-61), (await ReadAsync(transaction => new HealthRows(transaction).GetAsync(heard.Id, Token)))!.LastUpdate);
    }

    [Fact]
    public async Task A_load_balancer_that_no_flow_works_on_is_released_after_a_time()
    {
        LoadBalancerRow stranded = await AddLoadBalancerAsync(RowStatus.PendingUpdate);
        LoadBalancerRow worked = await AddLoadBalancerAsync(RowStatus.PendingUpdate);
        (_, LoadBalancerRow byAmphora) = await AddAsync(AmphoraStatus.Allocated, null, RowStatus.PendingUpdate);
        Guid amphora = (await ReadAsync(transaction => new AmphoraRows(transaction).OfLoadBalancerAsync(byAmphora.Id, Token)))[0].Id;
        foreach (Guid subject in (Guid[])[worked.Id, amphora])
        {
            FlowRecord flow = new() { Id = Guid.NewGuid(), Kind = "k", Subject = subject, Input = "{}", CreatedAt = Clock.Now };
            await InTransactionAsync(transaction => new FlowRows(transaction).InsertAsync(new NewFlow(flow, []), Token));
        }

        IReadOnlyList<Guid> early = await ReleaseAsync();
        Clock.Now = Clock.Now.AddSeconds(301);
        IReadOnlyList<Guid> late = await ReleaseAsync();

        Assert.Empty(early);
        Assert.Equal([stranded.Id], late);
        Assert.Equal((RowStatus.Error, RowStatus.PendingUpdate), (await StatusAsync(stranded), await StatusAsync(worked)));
    }

    private Task<IReadOnlyList<Guid>> ReleaseAsync() => InTransactionAsync(transaction => new SilentRows(transaction).ReleaseStrandedAsync(Clock.Now.AddSeconds(-300), Token));

    private Task<IReadOnlyList<Suspect>> FailedAsync() => ReadAsync(transaction => new SilentRows(transaction).FailedAsync(Clock.Now.AddSeconds(-300), 10, Token));

    private static Task<AmphoraRow?> TakeAsync(IDatabase database, Suspect suspect) =>
        database.InTransactionAsync((transaction, token) => new SilentRows(transaction).TakeAsync(suspect, token), Token);

    private async Task<(AmphoraRow Amphora, LoadBalancerRow Balancer)> AddAsync(AmphoraStatus status, int? heard, RowStatus balancerStatus = RowStatus.Active)
    {
        LoadBalancerRow balancer = await AddLoadBalancerAsync(balancerStatus);
        AmphoraRow row = new() { Id = Guid.NewGuid(), Status = status, LoadBalancerId = balancer.Id };
        await InTransactionAsync(transaction => new AmphoraRows(transaction).InsertAsync(row, Token));
        await (heard is { } seconds ? HeardAsync(row, seconds) : Task.CompletedTask);
        return (row, balancer);
    }

    private Task HeardAsync(AmphoraRow amphora, int seconds) => InTransactionAsync(transaction =>
        new HealthRows(transaction).RecordAsync(new Dictionary<Guid, DateTimeOffset> { [amphora.Id] = Clock.Now.AddSeconds(seconds) }, Token));

    private async Task<RowStatus> StatusAsync(LoadBalancerRow balancer) =>
        (await ReadAsync(transaction => new LoadBalancerRows(transaction).GetAsync(balancer.Id, Token)))!.ProvisioningStatus;
}

public sealed class SilentRowsOnSqlite(DatabaseServers servers) : SilentRowsTests(servers, Engine.Sqlite);

public sealed class SilentRowsOnPostgres(DatabaseServers servers) : SilentRowsTests(servers, Engine.Postgres);
