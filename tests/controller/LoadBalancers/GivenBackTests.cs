// Controllers that die between the moment when a load balancer is free again and the one when its flow has ended.
using System.Text.Json.Nodes;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.LoadBalancers.Objects;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;
using Xunit;

namespace Amphora.Controller.Tests.LoadBalancers;

public sealed class GivenBackTests
{
    private const string Last = "mark-loadbalancer-active";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_creation_that_somebody_goes_on_with_leaves_a_load_balancer_deleted_that_was_deleted_since()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var (id, flow) = await DieAtTheEndAsync(world, node => node);
        await world.DeleteAsync(id);

        var end = await world.Engine().RunAsync(flow, null, Cancel);

        Assert.Equal(new FlowEnd(FlowState.Success, null), end);
        Assert.Equal(RowStatus.Deleted, (await world.GetAsync(id))!.ProvisioningStatus);
    }

    [Fact]
    public async Task A_creation_that_somebody_goes_on_with_leaves_the_lock_of_a_change_that_was_recorded_since()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var (id, flow) = await DieAtTheEndAsync(world, node => node);
        var change = (await new ChangeObjects(world.Services, world.Engine()).RecordAsync(id, RemoveListeners, Cancel)).Value!;

        await world.Engine().RunAsync(flow, null, Cancel);

        Assert.Equal(RowStatus.PendingUpdate, (await world.GetAsync(id))!.ProvisioningStatus);
        Assert.Equal(FlowState.Success, (await world.Engine().RunAsync(change.FlowId, null, Cancel))!.State);
        Assert.Equal(RowStatus.Active, (await world.GetAsync(id))!.ProvisioningStatus);
    }

    [Fact]
    public async Task A_creation_that_was_undone_leaves_a_load_balancer_deleted_that_was_deleted_since()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var (id, flow) = await DieAtTheEndAsync(world, node => FailingSteps.At(node, Last, FailingMoment.Before));
        await world.DeleteAsync(id);

        var end = await world.Engine().RunAsync(flow, null, Cancel);

        Assert.Equal(FlowState.Reverted, end!.State);
        Assert.Equal(RowStatus.Deleted, (await world.GetAsync(id))!.ProvisioningStatus);
    }

    [Fact]
    public async Task A_creation_that_fails_when_its_load_balancer_is_somebody_elses_is_not_undone()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var (id, flow) = await DieAtTheEndAsync(world, node => node);
        await new ChangeObjects(world.Services, world.Engine()).RecordAsync(id, RemoveListeners, Cancel);
        var before = await world.ThingsAsync();

        var end = await world.Engine(node => FailingSteps.At(node, Last, FailingMoment.Before)).RunAsync(flow, null, Cancel);

        Assert.Equal(new FlowEnd(FlowState.Success, null), end);
        Assert.Equal(before, await world.ThingsAsync());
        Assert.Equal(RowStatus.PendingUpdate, (await world.GetAsync(id))!.ProvisioningStatus);
    }

    // It has done its last change of the world, in one direction or the other, and has not written that it has.
    private static async Task<(Guid Id, Guid Flow)> DieAtTheEndAsync(LoadBalancerWorld world, Func<FlowNode, FlowNode> change)
    {
        await using var rehearsal = await LoadBalancerWorld.OpenAsync();
        var counted = new DyingJournal(new FlowJournal(rehearsal.Database), int.MaxValue);
        await rehearsal.CreateAsync(LoadBalancerWorld.Request(), rehearsal.Engine(change, counted));

        // The last two: of the step, and of the flow.
        var engine = world.Engine(change, new DyingJournal(new FlowJournal(world.Database), counted.Writes - 1));
        var begun = (await new CreateLoadBalancer(world.Services, engine).RecordAsync(LoadBalancerWorld.Request(), Cancel)).Value;
        Assert.Null(await engine.RunAsync(begun.FlowId, null, Cancel));
        return (begun.LoadBalancerId, begun.FlowId);
    }

    private static Refusal? RemoveListeners(JsonObject tree)
    {
        tree.Remove("listeners");
        return null;
    }
}
