// Controllers that die, stop, or lose a flow while they run it.
using Amphora.Controller.Flows;
using Xunit;
using static Amphora.Controller.Flows.FlowsSlice;

namespace Amphora.Controller.Tests.Flows;

public sealed class FlowTakeoverTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<int> EveryWrite => [.. Enumerable.Range(1, 24)];

    [Theory]
    [MemberData(nameof(EveryWrite))]
    public async Task A_controller_that_dies_at_any_write_is_followed_by_one_that_ends_the_flow(int write)
    {
        var world = new FlowWorld(Whole);

        var (id, end) = await DieAtAsync(world, write);

        Assert.Equal(FlowState.Success, world.Journal.Flow(id).State);
        Assert.Equal(["a", "b", "m", "n", "z"], world.Things.Keys.Order());
        Assert.All(world.Journal.Steps(id), step => Assert.Equal(StepState.Done, step.State));
        Assert.True(end is null || end.State == FlowState.Success);
    }

    [Theory]
    [MemberData(nameof(EveryWrite))]
    public async Task A_controller_that_dies_at_any_write_of_a_failing_flow_is_followed_by_one_that_undoes_it(int write)
    {
        var world = new FlowWorld(w => Linear(Whole(w), w.Make("bad", (_, _) => throw new InvalidOperationException("refused"))));

        var (id, _) = await DieAtAsync(world, write);

        Assert.Equal((FlowState.Reverted, "refused"), (world.Journal.Flow(id).State, world.Journal.Flow(id).Error));
        Assert.Empty(world.Things);
    }

    [Fact]
    public async Task A_controller_that_stops_leaves_the_flow_for_another_one()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var began = new TaskCompletionSource();
        var times = 0;
        var world = new FlowWorld(w => Linear(w.Make("a"), w.Make("b", (_, token) =>
        {
            began.TrySetResult();
            return ++times == 1 ? Task.Delay(Timeout.Infinite, token) : Task.CompletedTask;
        })));
        var engine = world.Engine();
        var id = world.Add(engine);
        var run = engine.RunAsync(id, null, stop.Token);
        await began.Task.WaitAsync(Cancel);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);

        Assert.Null(world.Journal.Flow(id).Owner);
        var end = await world.Engine("two").RunAnyAsync(Cancel);
        Assert.Equal(FlowState.Success, end!.State);
        Assert.Equal(["+a", "+b", "+b"], world.Done);
    }

    [Fact]
    public async Task Nobody_else_takes_a_flow_that_is_run()
    {
        var (began, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var world = new FlowWorld(w => w.Make("a", (_, token) =>
        {
            began.SetResult();
            return go.Task.WaitAsync(token);
        }));
        var engine = world.Engine();
        var id = world.Add(engine);
        var run = engine.RunAsync(id, null, Cancel);
        await began.Task.WaitAsync(Cancel);

        Assert.Null(await world.Engine("two").RunAsync(id, null, Cancel));
        Assert.Null(await world.Engine("two").RunAnyAsync(Cancel));

        go.SetResult();
        Assert.Equal(FlowState.Success, (await run)!.State);
        Assert.Null(await engine.RunAsync(id, null, Cancel));
    }

    [Fact]
    public async Task Who_has_lost_a_flow_touches_nothing_any_more()
    {
        var (began, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var world = new FlowWorld(w => Linear(
            w.Make("a", (_, _) =>
            {
                began.TrySetResult();
                return go.Task;
            }),
            w.Make("b")));
        var engine = world.Engine();
        var id = world.Add(engine);
        var run = engine.RunAsync(id, null, Cancel);
        await began.Task.WaitAsync(Cancel);
        world.Journal.Revive();
        var second = world.Engine("two").RunAsync(id, null, Cancel);

        go.SetResult();

        Assert.Null(await run);
        Assert.Equal(FlowState.Success, (await second)!.State);
        Assert.Single(world.Done, done => done == "+b");
    }

    private static FlowNode Whole(FlowWorld w) => Linear(
        w.Make("a"),
        w.Make("b"),
        Unordered(Scope("master", w.Make("m")), Scope("backup", w.Make("n"))),
        w.Make("z"));

    private static async Task<(Guid Id, FlowEnd? End)> DieAtAsync(FlowWorld world, int write)
    {
        var engine = world.Engine(workers: 1);
        var id = world.Add(engine);
        world.Journal.DieAt = write;
        var end = await engine.RunAsync(id, null, Cancel);
        world.Journal.Revive();
        await world.Engine("two", workers: 1).RunAsync(id, null, Cancel);
        return (id, end);
    }
}
