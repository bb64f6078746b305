// Order, undoing, deciders, retries and secrets of flows (flows.md §1).
using Amphora.Controller.Flows;
using Xunit;
using static Amphora.Controller.Flows.FlowsSlice;

namespace Amphora.Controller.Tests.Flows;

public sealed class FlowEngineTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Steps_run_in_order_and_the_flow_ends_in_success()
    {
        var world = new FlowWorld(w => Linear(w.Make("a"), w.Make("b"), w.Make("c")));

        var (id, end) = await world.RunAsync();

        Assert.Equal(FlowState.Success, end!.State);
        Assert.Equal(["+a", "+b", "+c"], world.Done);
        Assert.All(world.Journal.Steps(id), step => Assert.Equal((StepState.Done, 1), (step.State, step.Attempts)));
        Assert.NotNull(world.Journal.Flow(id).EndedAt);
    }

    [Fact]
    public async Task A_failure_undoes_everything_that_began_the_last_first()
    {
        var world = new FlowWorld(w => Linear(w.Make("a"), w.Make("b"), w.Make("c", (_, _) => throw new InvalidOperationException("no more ports")), w.Make("d")));

        var (id, end) = await world.RunAsync();

        Assert.Equal(new FlowEnd(FlowState.Reverted, "no more ports"), end);
        Assert.Equal(["+a", "+b", "+c", "-c", "-b", "-a"], world.Done);
        Assert.Empty(world.Things);
        Assert.Equal("no more ports", world.Journal.Step(id, "c").Error);
        Assert.Equal(StepState.Pending, world.Journal.Step(id, "d").State);
    }

    [Fact]
    public async Task What_cannot_be_undone_is_written_down_and_the_rest_is_undone()
    {
        var world = new FlowWorld(w => Linear(
            w.Make("a"), w.Make("b", undo: () => throw new TimeoutException("compute does not answer")), w.Make("c", (_, _) => throw new InvalidOperationException("x"))));

        var (id, end) = await world.RunAsync();

        Assert.Equal(FlowState.Reverted, end!.State);
        Assert.Equal(["b"], world.Things.Keys);
        Assert.Equal((StepState.RevertFailed, "compute does not answer"), (world.Journal.Step(id, "b").State, world.Journal.Step(id, "b").Error));
    }

    [Fact]
    public async Task Unordered_parts_run_beside_each_other()
    {
        var (first, second) = (new TaskCompletionSource(), new TaskCompletionSource());
        var world = new FlowWorld(w => Unordered(
            w.Make("a", (_, token) => Meet(first, second, token)), w.Make("b", (_, token) => Meet(second, first, token))));

        var (_, end) = await world.RunAsync();

        Assert.Equal(FlowState.Success, end!.State);

        static Task Meet(TaskCompletionSource own, TaskCompletionSource other, CancellationToken token)
        {
            own.SetResult();
            return other.Task.WaitAsync(TimeSpan.FromSeconds(20), token);
        }
    }

    [Fact]
    public async Task A_failure_ends_what_runs_beside_it_and_both_are_undone()
    {
        var began = new TaskCompletionSource();
        var world = new FlowWorld(w => Unordered(
            w.Make("slow", async (_, token) =>
            {
                began.SetResult();
                await Task.Delay(Timeout.Infinite, token);
            }),
            w.Make("bad", async (_, token) =>
            {
                await began.Task.WaitAsync(token);
                throw new InvalidOperationException("refused");
            })));

        var (_, end) = await world.RunAsync();

        Assert.Equal(new FlowEnd(FlowState.Reverted, "refused"), end);
        Assert.Empty(world.Things);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task No_more_steps_run_at_once_than_there_are_workers(int workers)
    {
        var (running, most) = (0, 0);
        var world = new FlowWorld(w => Unordered([.. Enumerable.Range(0, 20).Select(i => w.Make($"s{i}", async (_, token) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Delay(5, token);
            Interlocked.Decrement(ref running);
        }))]));

        await world.RunAsync(workers);

        Assert.InRange(most, 1, workers);
    }

    [Theory]
    [InlineData("spare", "+map", "+reload", "+plug")]
    [InlineData("", "+map", "+build", "+wait", "+plug")]
    public async Task A_decider_keeps_the_whole_branch_out(string spare, params string[] done)
    {
        var world = new FlowWorld(w =>
        {
            var map = w.Make("map", (values, _) =>
            {
                values.Set(TestKeys.Text, spare);
                return Task.CompletedTask;
            });
            FlowNode reload = w.Make("reload"), build = w.Make("build"), wait = w.Make("wait");
            return Linear(
                Graph(
                    [map, reload, build, wait],
                    new FlowEdge(map, reload, values => values.Get(TestKeys.Text).Length > 0),
                    new FlowEdge(map, build, values => values.Get(TestKeys.Text).Length == 0),
                    new FlowEdge(build, wait)),
                w.Make("plug"));
        });

        var (id, end) = await world.RunAsync();

        Assert.Equal(FlowState.Success, end!.State);
        Assert.Equal(done, world.Done);
        Assert.Equal(spare.Length > 0, world.Journal.Step(id, "wait").State == StepState.Skipped);
    }

    [Fact]
    public async Task A_part_is_undone_and_done_again_while_its_failure_is_worth_it()
    {
        var times = 0;
        var world = new FlowWorld(w => Linear(w.Make("a"), Retry(
            new RetryPolicy(3, TimeSpan.Zero, e => e is TimeoutException),
            Linear(w.Make("b"), w.Make("c", (_, _) => ++times < 3 ? throw new TimeoutException("busy") : Task.CompletedTask)))));

        var (id, end) = await world.RunAsync();

        Assert.Equal(FlowState.Success, end!.State);
        Assert.Equal("+a +b +c -c -b +b +c -c -b +b +c", string.Join(' ', world.Done));
        Assert.Equal(3, world.Journal.Step(id, "c").Attempts);
    }

    [Theory]
    [InlineData(typeof(TimeoutException), 3)]
    [InlineData(typeof(InvalidOperationException), 1)]
    public async Task A_part_is_not_done_again_for_ever_nor_for_other_failures(Type failure, int attempts)
    {
        var world = new FlowWorld(w => Linear(w.Make("a"), Retry(
            new RetryPolicy(3, TimeSpan.Zero, e => e is TimeoutException), w.Make("b", (_, _) => throw (Exception)Activator.CreateInstance(failure, "x")!))));

        var (id, end) = await world.RunAsync();

        Assert.Equal(FlowState.Reverted, end!.State);
        Assert.Equal(attempts, world.Journal.Step(id, "b").Attempts);
        Assert.Empty(world.Things);
    }

    [Fact]
    public async Task Values_belong_to_their_scope_and_inner_scopes_see_outer_ones()
    {
        List<string> seen = [];
        var world = new FlowWorld(w => Linear(
            Set(w, "all", "outer"),
            Scope("master", Linear(Set(w, "set", "m"), See(w))),
            Scope("backup", See(w))));

        await world.RunAsync();

        Assert.Equal(["m", "outer"], seen);

        FlowNode See(FlowWorld w) => w.Make("see", (values, _) =>
        {
            seen.Add(values.Get(TestKeys.Text));
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task Secrets_are_not_written_in_clear_and_are_read_by_the_next_controller()
    {
        var world = new FlowWorld(w => Linear(
            w.Make("issue", (values, _) =>
            {
                values.Set(TestKeys.Pem, "-----BEGIN RSA PRIVATE KEY-----");
                return Task.CompletedTask;
            }),
            w.Make("build", (values, _) =>
            {
                w.Things[values.Get(TestKeys.Pem)] = true;
                return Task.CompletedTask;
            })));
        var engine = world.Engine();
        var id = world.Add(engine);
        world.Journal.DieAt = 3;
        Assert.Null(await engine.RunAsync(id, null, Cancel));
        world.Journal.Revive();

        var end = await world.Engine("two").RunAsync(id, null, Cancel);

        Assert.Equal(FlowState.Success, end!.State);
        Assert.Contains("-----BEGIN RSA PRIVATE KEY-----", world.Things.Keys);
        Assert.DoesNotContain(world.Journal.Steps(id), step => step.Output?.Contains("PRIVATE", StringComparison.Ordinal) == true);
        Assert.Contains("sealed:", world.Journal.Step(id, "issue").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_definition_that_cannot_be_run_is_refused()
    {
        var world = new FlowWorld(w => Linear(w.Make("a"), w.Make("a")));
        FlowNode first = world.Make("b"), second = world.Make("c");
        var backwards = new FlowWorld(_ => Graph([first, second], new FlowEdge(second, first)));

        Assert.Throws<InvalidOperationException>(() => world.Add(world.Engine()));
        Assert.Throws<InvalidOperationException>(() => backwards.Add(backwards.Engine()));
    }

    private static FlowNode Set(FlowWorld world, string step, string text) => world.Make(step, (values, _) =>
    {
        values.Set(TestKeys.Text, text);
        return Task.CompletedTask;
    });
}
