// The journal of flows: one controller at a time, and nobody after it has lost the flow.
using Amphora.Controller.Flows;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;
using Xunit;

namespace Amphora.Controller.Tests.Store;

public abstract class FlowJournalTests(DatabaseServers servers, Engine engine) : DatabaseTests(servers, engine)
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private FlowJournal Journal => new(Database);

    private DateTimeOffset Until => Clock.Now + Lease;

    [Fact]
    public async Task A_flow_is_taken_as_it_was_recorded_and_by_nobody_else()
    {
        NewFlow flow = await AddAsync("a", "b");

        TakenFlow? taken = await Journal.TakeAsync(flow.Flow.Id, "one", Until, Token);

        Assert.Equal(("test", FlowState.Running, "one"), (taken!.Flow.Kind, taken.Flow.State, taken.Flow.Owner));
        Assert.Equal(["a", "b"], taken.Steps.Select(step => step.Path));
        Assert.Null(await Journal.TakeAsync(flow.Flow.Id, "two", Until, Token));
        Assert.Null(await Journal.TakeAnyAsync("two", Until, Token));
        Assert.Null(await Journal.TakeAsync(Guid.NewGuid(), "two", Until, Token));
    }

    [Fact]
    public async Task Steps_are_kept_with_everything_that_is_known_of_them()
    {
        NewFlow flow = await AddAsync("a");
        TakenFlow taken = (await Journal.TakeAsync(flow.Flow.Id, "one", Until, Token))!;
        StepRecord step = taken.Steps[0] with
        {
            State = StepState.RevertFailed,
            Sequence = 3,
            Attempts = 2,
            StartedAt = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero),
            EndedAt = new DateTimeOffset(2026, 11, 22, 12, 0, 1, TimeSpan.Zero),
            Error = "compute does not answer",
            Output = """{"text":"\"x\""}""",
        };

        await Journal.WriteAsync(taken.Lease, step, Token);

        Assert.Equal([step], await ReadAsync(transaction => new FlowRows(transaction).StepsAsync(flow.Flow.Id, Token)));
    }

    [Fact]
    public async Task A_lease_that_is_over_is_somebody_elses_and_who_had_it_writes_nothing()
    {
        NewFlow flow = await AddAsync("a");
        TakenFlow first = (await Journal.TakeAsync(flow.Flow.Id, "one", Until, Token))!;
        await Journal.RenewAsync(first.Lease, Until, Token);
        Clock.Now += Lease + TimeSpan.FromSeconds(1);

        TakenFlow second = (await Journal.TakeAnyAsync("two", Until, Token))!;

        Assert.True(second.Lease.Fence > first.Lease.Fence);
        await Assert.ThrowsAsync<FlowLostException>(() => Journal.RenewAsync(first.Lease, Until, Token));
        await Assert.ThrowsAsync<FlowLostException>(() => Journal.WriteAsync(first.Lease, first.Steps[0] with { State = StepState.Done }, Token));
        await Assert.ThrowsAsync<FlowLostException>(() => Journal.WriteAsync(first.Lease, FlowState.Success, null, Token));
        await Assert.ThrowsAsync<FlowLostException>(() => Journal.ReleaseAsync(first.Lease, Token));
        Assert.Equal([StepState.Pending], (await ReadAsync(transaction => new FlowRows(transaction).StepsAsync(flow.Flow.Id, Token))).Select(step => step.State));
    }

    [Fact]
    public async Task A_released_flow_is_taken_again_and_an_ended_one_never()
    {
        NewFlow flow = await AddAsync("a");
        TakenFlow first = (await Journal.TakeAsync(flow.Flow.Id, "one", Until, Token))!;
        await Journal.ReleaseAsync(first.Lease, Token);

        TakenFlow second = (await Journal.TakeAsync(flow.Flow.Id, "two", Until, Token))!;
        await Journal.WriteAsync(second.Lease, FlowState.Reverting, "refused", Token);
        await Journal.WriteAsync(second.Lease, FlowState.Reverted, "refused", Token);
        Clock.Now += Lease + Lease;

        Assert.Null(await Journal.TakeAsync(flow.Flow.Id, "three", Until, Token));
        FlowRecord ended = (await ReadAsync(transaction => new FlowRows(transaction).GetAsync(flow.Flow.Id, Token)))!;
        Assert.Equal((FlowState.Reverted, "refused"), (ended.State, ended.Error));
        Assert.Equal(1, await InTransactionAsync(transaction => new FlowRows(transaction).PurgeAsync(Clock.Now, Token)));
        Assert.Equal(0, await CountAsync("flow_steps"));
    }

    [Fact]
    public async Task Of_many_who_take_at_once_each_gets_another_one()
    {
        for (int i = 0; i < 40; i++)
        {
            await AddAsync("a");
        }

        await using IDatabase other = await OpenAsync();
        FlowJournal[] journals = [Journal, new(other)];
        TakenFlow?[][] taken = await RaceAsync(8, async racer =>
        {
            List<TakenFlow?> mine = [];
            while (await journals[racer % 2].TakeAnyAsync($"racer {racer}", Until, Token) is { } flow)
            {
                mine.Add(flow);
            }

            return mine.ToArray();
        });

        Assert.Equal(40, taken.SelectMany(mine => mine).Select(flow => flow!.Flow.Id).Distinct().Count());
        Assert.Equal(40, taken.Sum(mine => mine.Length));
    }

    [Fact]
    public async Task Only_a_flow_that_nobody_runs_is_turned_around()
    {
        NewFlow flow = await AddAsync("a");
        TakenFlow taken = (await Journal.TakeAsync(flow.Flow.Id, "one", Until, Token))!;

        Assert.False(await TurnAsync(flow.Flow.Id));
        await Journal.ReleaseAsync(taken.Lease, Token);
        Assert.True(await TurnAsync(flow.Flow.Id));
        Assert.False(await TurnAsync(flow.Flow.Id));

        TakenFlow again = (await Journal.TakeAnyAsync("two", Until, Token))!;
        Assert.Equal((FlowState.Reverting, "by hand"), (again.Flow.State, again.Flow.Error));
    }

    private Task<bool> TurnAsync(Guid id) => InTransactionAsync(transaction => new FlowRows(transaction).TurnAroundAsync(id, "by hand", Token));

    private async Task<NewFlow> AddAsync(params string[] steps)
    {
        NewFlow flow = new(
            new FlowRecord { Id = Guid.NewGuid(), Kind = "test", Subject = Guid.NewGuid(), Input = "{}", CreatedAt = Clock.Now },
            [.. steps.Select((path, at) => new StepRecord { Path = path, Ordinal = at })]);
        await InTransactionAsync(transaction => new FlowRows(transaction).InsertAsync(flow, Token));
        return flow;
    }
}

public sealed class FlowJournalOnSqlite(DatabaseServers servers) : FlowJournalTests(servers, Engine.Sqlite);

public sealed class FlowJournalOnPostgres(DatabaseServers servers) : FlowJournalTests(servers, Engine.Postgres);
