// Creating and deleting load balancers, with a failure at every step and a death at every write (flows.md §§2, 3, 7).
using Amphora.Contract.DesiredState;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;
using Xunit;

namespace Amphora.Controller.Tests.LoadBalancers;

public sealed class LoadBalancerFlowTests
{
    private static readonly LoadBalancerSettings s_apart = new() { EnableAntiAffinity = true };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_single_load_balancer_becomes_active_with_everything_below_it()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();

        var (id, end) = await world.CreateAsync(LoadBalancerWorld.Request());

        Assert.Equal(new FlowEnd(FlowState.Success, null), end);
        var row = (await world.GetAsync(id))!;
        var amphora = Assert.Single(await world.AmphoraeAsync());
        Assert.Equal((RowStatus.Active, true), (row.ProvisioningStatus, row.VipPortOwned));
        Assert.All(await world.ObjectsAsync(id), child => Assert.Equal(RowStatus.Active, child.ProvisioningStatus));
        Assert.Equal((AmphoraStatus.Allocated, AmphoraRole.Standalone, id), (amphora.Status, amphora.Role, amphora.LoadBalancerId));
        Assert.Equal((row.VipAddress, "eth1", (int?)null), (amphora.HaIp, amphora.VrrpInterface, amphora.VrrpPriority));
        Assert.Equal(
            [$"machine noop-{amphora.Id}", $"port octavia-lb-{id}", $"port octavia-lb-vrrp-{amphora.Id}", $"security group lb-{id}"], (await world.ThingsAsync()).Order());
        var group = (await world.Network.FindSecurityGroupAsync($"lb-{id}", Cancel))!.Value;
        Assert.Equal([new SecurityRule("tcp", 80, false, null)], world.Network.Rules(group));
        var pushed = world.Agents.Pushed(amphora.Id)!.DocumentFor(amphora.Id);
        Assert.Equal(row.VipAddress, pushed.LoadBalancer.VipAddress);
        Assert.Equal(2, Assert.Single(pushed.LoadBalancer.Pools).Members.Count);
        Assert.Single(Assert.Single(Assert.Single(pushed.LoadBalancer.Listeners).L7Policies).Rules);
    }

    [Fact]
    public async Task A_pair_has_two_amphorae_apart_one_group_and_the_same_words()
    {
        await using var world = await LoadBalancerWorld.OpenAsync(s_apart);

        var (id, end) = await world.CreateAsync(LoadBalancerWorld.Request(Topology.ActiveStandby));

        Assert.Equal(FlowState.Success, end!.State);
        var amphorae = (await world.AmphoraeAsync()).OrderBy(amphora => amphora.Role).ToList();
        Assert.Equal([(AmphoraRole.Master, 100), (AmphoraRole.Backup, 90)], amphorae.Select(amphora => (amphora.Role!.Value, amphora.VrrpPriority!.Value)));
        Assert.Equal(2, amphorae.Select(amphora => amphora.CachedZone).Distinct().Count());
        Assert.NotNull((await world.GetAsync(id))!.VrrpGroup);
        Assert.All(amphorae, amphora => Assert.Equal(2, world.Agents.Pushed(amphora.Id)!.DocumentFor(amphora.Id).Amphorae.Count));
        Assert.Equal([$"octavia-lb-{id}"], world.Compute.ServerGroups);
    }

    [Fact]
    public async Task A_spare_is_used_and_nothing_is_built()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var spare = await world.AddSpareAsync();

        var (id, end) = await world.CreateAsync(LoadBalancerWorld.Request());

        Assert.Equal(FlowState.Success, end!.State);
        var amphora = Assert.Single(await world.AmphoraeAsync());
        Assert.Equal((spare, id, AmphoraRole.Standalone), (amphora.Id, amphora.LoadBalancerId, amphora.Role));
        Assert.Single(await world.Compute.ListAsync(Cancel));
    }

    [Theory]
    [InlineData(Topology.Single, FailingMoment.Before)]
    [InlineData(Topology.Single, FailingMoment.After)]
    [InlineData(Topology.ActiveStandby, FailingMoment.Before)]
    [InlineData(Topology.ActiveStandby, FailingMoment.After)]
    public async Task A_failure_at_any_step_leaves_nothing_behind_and_the_load_balancer_in_error(Topology topology, FailingMoment moment)
    {
        foreach (var path in await StepsAsync(topology))
        {
            await using var world = await LoadBalancerWorld.OpenAsync(s_apart);

            var (id, end) = await world.CreateAsync(LoadBalancerWorld.Request(topology), world.Engine(flow => FailingSteps.At(flow, path, moment)));

            Assert.True(end == new FlowEnd(FlowState.Reverted, "injected"), $"{path}: {end}");
            Assert.True((await world.ThingsAsync()).Count == 0, $"{path}: left behind: {string.Join(", ", await world.ThingsAsync())}");
            Assert.True((await world.AmphoraeAsync()).Count == 0, $"{path}: an amphora is left");
            Assert.Equal(RowStatus.Error, (await world.GetAsync(id))!.ProvisioningStatus);
            Assert.Equal(FlowState.Success, (await world.DeleteAsync(id))!.State);
            Assert.Equal(RowStatus.Deleted, (await world.GetAsync(id))!.ProvisioningStatus);
        }
    }

    [Theory]
    [InlineData(Topology.Single)]
    [InlineData(Topology.ActiveStandby)]
    public async Task A_controller_killed_at_any_write_is_followed_by_one_that_ends_the_creation(Topology topology)
    {
        for (int write = 1, writes = write; write <= writes; write++)
        {
            await using var world = await LoadBalancerWorld.OpenAsync(s_apart);
            var dying = new DyingJournal(new FlowJournal(world.Database), write);
            var engine = world.Engine(journal: dying);
            var begun = (await new CreateLoadBalancer(world.Services, engine).RecordAsync(LoadBalancerWorld.Request(topology), Cancel)).Value;
            await engine.RunAsync(begun.FlowId, null, Cancel);
            writes = Math.Max(writes, dying.Writes + 1);

            var end = await world.Engine().RunAnyAsync(Cancel);

            Assert.True(end is null or { State: FlowState.Success }, $"write {write}: {end}");
            Assert.Equal(RowStatus.Active, (await world.GetAsync(begun.LoadBalancerId))!.ProvisioningStatus);
            var pair = topology == Topology.ActiveStandby;
            Assert.Equal(pair ? 2 : 1, (await world.AmphoraeAsync()).Count);
            Assert.Equal(pair ? 7 : 4, (await world.ThingsAsync()).Count);
        }
    }

    [Fact]
    public async Task A_deleted_load_balancer_is_gone_from_everywhere_and_its_quota_is_free()
    {
        await using var world = await LoadBalancerWorld.OpenAsync(s_apart);
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request(Topology.ActiveStandby));

        var end = await world.DeleteAsync(id);

        Assert.Equal(FlowState.Success, end!.State);
        Assert.Empty(await world.ThingsAsync());
        Assert.Empty(await world.AmphoraeAsync());
        Assert.Empty(await world.ObjectsAsync(id));
        Assert.Equal(RowStatus.Deleted, (await world.GetAsync(id))!.ProvisioningStatus);
        Assert.All(await QuotasAsync(world), quota => Assert.Equal(0, quota.InUse));
    }

    [Theory]
    [InlineData(FailingMoment.Before)]
    [InlineData(FailingMoment.After)]
    public async Task A_deletion_that_fails_at_any_step_is_done_again(FailingMoment moment)
    {
        string[] steps = ["mark-amphorae-busy", "deallocate-vip", "delete-amphorae", "delete-server-group", "mark-loadbalancer-deleted"];
        foreach (var path in steps)
        {
            await using var world = await LoadBalancerWorld.OpenAsync(s_apart);
            var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request(Topology.ActiveStandby));

            var failed = await world.DeleteAsync(id, world.Engine(flow => FailingSteps.At(flow, path, moment)));
            Assert.Equal(FlowState.Reverted, failed!.State);
            Assert.Equal(RowStatus.Error, (await world.GetAsync(id))!.ProvisioningStatus);

            Assert.Equal(FlowState.Success, (await world.DeleteAsync(id))!.State);
            Assert.Empty(await world.ThingsAsync());
            Assert.All(await QuotasAsync(world), quota => Assert.Equal(0, quota.InUse));
        }
    }

    private static async Task<IReadOnlyList<string>> StepsAsync(Topology topology)
    {
        await using var world = await LoadBalancerWorld.OpenAsync(s_apart);
        IReadOnlyList<PlacedStep> steps = [];
        var engine = world.Engine(flow =>
        {
            steps = FlowOutline.Steps(flow);
            return flow;
        });
        await new CreateLoadBalancer(world.Services, engine).RecordAsync(LoadBalancerWorld.Request(topology), Cancel);
        return [.. steps.Select(step => step.Path)];
    }

    private static Task<IReadOnlyList<QuotaRow>> QuotasAsync(LoadBalancerWorld world) =>
        world.Database.ReadAsync((transaction, token) => new QuotaRows(transaction).GetAsync("demo", token), Cancel);
}
