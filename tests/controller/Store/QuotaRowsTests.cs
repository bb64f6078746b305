// The table quotas: taken for all kinds or for none, and never more than there are.
using Amphora.Controller.Store;
using Xunit;

namespace Amphora.Controller.Tests.Store;

public abstract class QuotaRowsTests(DatabaseServers servers, Engine engine) : DatabaseTests(servers, engine)
{
    private static readonly Dictionary<QuotaKind, int> NoDefaults = [];

    [Fact]
    public async Task Without_a_limit_everything_is_counted()
    {
        IReadOnlyList<QuotaKind> met = await TakeAsync(NoDefaults, (QuotaKind.Pool, 3), (QuotaKind.Member, 1000));
        await TakeAsync(NoDefaults, (QuotaKind.Pool, 1));

        Assert.Empty(met);
        Assert.Equal([new QuotaRow("p1", QuotaKind.Member, null, 1000), new QuotaRow("p1", QuotaKind.Pool, null, 4)], await GetAsync());
    }

    [Fact]
    public async Task What_is_met_is_named_and_nothing_is_counted()
    {
        Dictionary<QuotaKind, int> defaults = new() { [QuotaKind.Pool] = 2, [QuotaKind.Listener] = 1, [QuotaKind.Member] = 10 };

        IReadOnlyList<QuotaKind> met = await TakeAsync(defaults, (QuotaKind.Pool, 3), (QuotaKind.Listener, 2), (QuotaKind.Member, 10));

        Assert.Equal([QuotaKind.Listener, QuotaKind.Pool], met);
        Assert.All(await GetAsync(), row => Assert.Equal(0, row.InUse));
        Assert.Empty(await TakeAsync(defaults, (QuotaKind.Pool, 2), (QuotaKind.Listener, 1)));
        Assert.Equal([QuotaKind.Pool], await TakeAsync(defaults, (QuotaKind.Pool, 1)));
    }

    [Fact]
    public async Task A_project_s_own_limit_counts_before_the_default_until_it_is_reset()
    {
        Dictionary<QuotaKind, int> defaults = new() { [QuotaKind.LoadBalancer] = 1 };
        await SetAsync((QuotaKind.LoadBalancer, QuotaRow.Unlimited), (QuotaKind.Pool, 5));

        Assert.Empty(await TakeAsync(defaults, (QuotaKind.LoadBalancer, 7)));
        await SetAsync((QuotaKind.LoadBalancer, 7));
        Assert.Equal([new QuotaRow("p1", QuotaKind.LoadBalancer, 7, 7), new QuotaRow("p1", QuotaKind.Pool, 5, 0)], await GetAsync());
        Assert.Equal([QuotaKind.LoadBalancer], await TakeAsync(defaults, (QuotaKind.LoadBalancer, 1)));
        Assert.True(await ResetAsync("p1"));
        Assert.False(await ResetAsync("p2"));
        Assert.Equal([new QuotaRow("p1", QuotaKind.LoadBalancer, null, 7), new QuotaRow("p1", QuotaKind.Pool, null, 0)], await GetAsync());
    }

    [Fact]
    public async Task What_is_given_back_may_be_taken_again_and_there_is_never_less_than_none()
    {
        await TakeAsync(NoDefaults, (QuotaKind.Pool, 2));

        await InTransactionAsync(transaction => new QuotaRows(transaction).GiveBackAsync("p1", new Dictionary<QuotaKind, int> { [QuotaKind.Pool] = 1 }, Token));
        int one = Assert.Single(await GetAsync()).InUse;
        await InTransactionAsync(transaction => new QuotaRows(transaction).GiveBackAsync("p1", new Dictionary<QuotaKind, int> { [QuotaKind.Pool] = 5 }, Token));

        Assert.Equal((1, 0), (one, Assert.Single(await GetAsync()).InUse));
    }

    [Fact]
    public async Task Each_project_has_its_own()
    {
        await TakeAsync(NoDefaults, (QuotaKind.Pool, 2));
        await InTransactionAsync(transaction => new QuotaRows(transaction).SetAsync("p0", new Dictionary<QuotaKind, int?> { [QuotaKind.L7Rule] = null }, Token));

        Assert.Equal(
            [new QuotaRow("p0", QuotaKind.L7Rule, null, 0), new QuotaRow("p1", QuotaKind.Pool, null, 2)],
            await ReadAsync(transaction => new QuotaRows(transaction).ListAsync(Token)));
    }

    [Fact]
    public async Task A_race_never_takes_more_than_the_limit()
    {
        Dictionary<QuotaKind, int> defaults = new() { [QuotaKind.Listener] = 20, [QuotaKind.Pool] = 1000 };

        int[] taken = await RaceAsync(8, async racer =>
        {
            int mine = 0;
            for (int i = 0; i < 5; i++)
            {
                // In both orders.
                (QuotaKind, int)[] amounts = [(QuotaKind.Pool, 1), (QuotaKind.Listener, 1)];
                mine += (await TakeAsync(defaults, racer % 2 == 0 ? amounts : [amounts[1], amounts[0]])).Count == 0 ? 1 : 0;
            }

            return mine;
        });

        Assert.Equal(20, taken.Sum());
        Assert.Equal([20, 20], (await GetAsync()).Select(row => row.InUse));
    }

    private Task<IReadOnlyList<QuotaKind>> TakeAsync(Dictionary<QuotaKind, int> defaults, params (QuotaKind Kind, int Amount)[] amounts) => InTransactionAsync(transaction =>
        new QuotaRows(transaction).TakeAsync("p1", amounts.ToDictionary(amount => amount.Kind, amount => amount.Amount), defaults, Token));

    private Task SetAsync(params (QuotaKind Kind, int? Limit)[] limits) => InTransactionAsync(transaction =>
        new QuotaRows(transaction).SetAsync("p1", limits.ToDictionary(limit => limit.Kind, limit => limit.Limit), Token));

    private Task<bool> ResetAsync(string project) => InTransactionAsync(transaction => new QuotaRows(transaction).ResetAsync(project, Token));

    private Task<IReadOnlyList<QuotaRow>> GetAsync() => ReadAsync(transaction => new QuotaRows(transaction).GetAsync("p1", Token));
}

public sealed class QuotaRowsOnSqlite(DatabaseServers servers) : QuotaRowsTests(servers, Engine.Sqlite);

public sealed class QuotaRowsOnPostgres(DatabaseServers servers) : QuotaRowsTests(servers, Engine.Postgres);
