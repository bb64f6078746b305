// SIGTERM in the middle of flows: they end within the limit, or another controller has them at once.
using System.Diagnostics;
using System.Text.Json;
using Amphora.Controller.Drivers.Compute;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;
using Amphora.Fixtures;
using Amphora.Fixtures.Controllers;
using Xunit;

namespace Amphora.Controller.Tests.Hosting;

public sealed class HandoverTests
{
    private const int LoadBalancers = 5;

    // Of their machines: so long a flow is in the middle.
    private static readonly TimeSpan s_build = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_does_not_end_within_the_limit_another_controller_has_before_a_lease_is_over()
    {
        await using ServingPair pair = await ServingPair.OpenAsync();
        await RecordAsync(pair);
        ServingController first = pair.Start(0, "--stop-limit", "1");
        await UntilAsync("all are in the middle", () => AreInTheMiddleAsync(pair));
        await pair.Start(1).ReadyAsync(Cancel);

        long start = Stopwatch.GetTimestamp();
        int code = await first.Program.StopAsync(Cancel);
        IReadOnlyList<FlowRecord> handed = await FlowsAsync(pair);
        await UntilAsync("all have ended", async () => (await FlowsAsync(pair)).All(flow => flow.EndedAt is not null));
        TimeSpan took = Stopwatch.GetElapsedTime(start);

        Assert.Equal(0, code);
        Assert.All(handed, flow => Assert.Null(flow.EndedAt));
        Assert.All(await FlowsAsync(pair), flow => Assert.Equal(FlowState.Success, flow.State));
        Assert.All(await StatusesAsync(pair), status => Assert.Equal(RowStatus.Active, status));
        Assert.True(took < new FlowOptions { Owner = "" }.Lease * 0.75, $"{took} is a lease");
        Assert.Equal(LoadBalancers, (await pair.Compute.ListAsync(Cancel)).Count);
    }

    [Fact]
    public async Task What_ends_within_the_limit_is_ended_and_nothing_more_is_begun()
    {
        await using ServingPair pair = await ServingPair.OpenAsync();
        await RecordAsync(pair);
        ServingController first = pair.Start(0, "--stop-limit", "30");
        await first.ReadyAsync(Cancel);
        await UntilAsync("all are in the middle", () => AreInTheMiddleAsync(pair));

        await first.Program.SignalAsync("TERM", Cancel);
        // Nobody answers requests any more: it has heard of the end.
        await UntilAsync("it stops", async () => first.Program.HasExited || !await AnswersAsync(first));
        Guid late = (await pair.Caller.CreateAsync(Request("late"), Cancel)).Value.LoadBalancerId;
        int code = await first.Program.WaitAsync(Cancel);

        Assert.Equal(0, code);
        IReadOnlyList<FlowRecord> flows = await FlowsAsync(pair);
        Assert.All(flows.Where(flow => flow.Subject != late), flow => Assert.Equal(FlowState.Success, flow.State));
        FlowRecord unbegun = Assert.Single(flows, flow => flow.Subject == late);
        Assert.Equal((FlowState.Running, null, null), (unbegun.State, unbegun.Owner, unbegun.EndedAt));
        Assert.All(await pair.ReadAsync(transaction => new FlowRows(transaction).StepsAsync(unbegun.Id, Cancel)), step => Assert.Equal(StepState.Pending, step.State));
    }

    private static Task UntilAsync(string what, Func<Task<bool>> holds) => Until.TrueAsync(what, s_limit, holds, Cancel);

    private static CreateLoadBalancerRequest Request(string name) => new() { Name = name, ProjectId = Tenant.Project, VipSubnetId = ServingPair.Subnet };

    // Their machines are there before anybody serves, and take a while.
    private static async Task RecordAsync(ServingPair pair)
    {
        pair.Compute.BuildTime = s_build;
        for (int i = 0; i < LoadBalancers; i++)
        {
            Guid flow = (await pair.Caller.CreateAsync(Request($"lb-{i}"), Cancel)).Value.FlowId;
            string input = (await pair.ReadAsync(transaction => new FlowRows(transaction).GetAsync(flow, Cancel)))!.Input;
            await pair.Compute.BuildAsync(new ComputeBuild { AmphoraId = JsonSerializer.Deserialize(input, FlowInputs.Default.CreateLoadBalancerInput)!.AmphoraId, Files = [] }, Cancel);
        }
    }

    private static async Task<bool> AnswersAsync(ServingController serving)
    {
        try
        {
            return await serving.StatusAsync("/healthz", Cancel) == 200;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<bool> AreInTheMiddleAsync(ServingPair pair) => await pair.ReadAsync(transaction => transaction.FirstAsync(
        $"SELECT COUNT(*) AS waiting FROM flow_steps WHERE path = 'wait-for-compute' AND state = 'RUNNING'", row => row.Number("waiting"), Cancel)) == LoadBalancers;

    private static Task<IReadOnlyList<FlowRecord>> FlowsAsync(ServingPair pair) => pair.ReadAsync(transaction => new FlowRows(transaction).ListAsync(null, 100, Cancel));

    private static async Task<IEnumerable<RowStatus>> StatusesAsync(ServingPair pair) =>
        (await pair.ReadAsync(transaction => new LoadBalancerRows(transaction).ListAsync(null, Cancel))).Select(row => row.ProvisioningStatus);
}
