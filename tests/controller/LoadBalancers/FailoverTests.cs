// Failover of amphorae and load balancers: what is built, in which order, and who is told (flows.md §8).
using Amphora.Contract.DesiredState;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers;
using Amphora.Controller.LoadBalancers.Failover;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Store;
using Xunit;

namespace Amphora.Controller.Tests.LoadBalancers;

public sealed class FailoverTests
{
    private static readonly LoadBalancerSettings s_apart = new() { EnableAntiAffinity = true };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_amphora_takes_the_place_and_nothing_of_the_old_one_is_left()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request());
        var old = Assert.Single(await world.AmphoraeAsync());

        var end = await world.FailoverAmphoraAsync(old.Id);

        Assert.Equal(new FlowEnd(FlowState.Success, null), end);
        var amphora = Assert.Single(await world.AmphoraeAsync());
        Assert.NotEqual(old.Id, amphora.Id);
        Assert.Equal((AmphoraStatus.Allocated, AmphoraRole.Standalone, id), (amphora.Status, amphora.Role, amphora.LoadBalancerId));
        Assert.Equal(AmphoraStatus.Deleted, (await AmphoraAsync(world, old.Id)).Status);
        Assert.Equal(
            [$"machine noop-{amphora.Id}", $"port octavia-lb-{id}", $"port octavia-lb-vrrp-{amphora.Id}", $"security group lb-{id}"], (await world.ThingsAsync()).Order());
        Assert.NotNull(world.Agents.Pushed(amphora.Id));
        Assert.Equal(RowStatus.Active, (await world.GetAsync(id))!.ProvisioningStatus);
    }

    [Fact]
    public async Task Of_a_pair_the_old_one_resigns_then_the_survivor_learns_of_the_new_one_then_the_new_one_begins()
    {
        await using var world = await LoadBalancerWorld.OpenAsync(s_apart);
        await world.CreateAsync(LoadBalancerWorld.Request(Topology.ActiveStandby));
        var (old, survivor) = await PairAsync(world);
        var before = world.Agents.Calls.Count;

        var end = await world.FailoverAmphoraAsync(old.Id);

        Assert.Equal(FlowState.Success, end!.State);
        var (master, backup) = await PairAsync(world);
        Assert.Equal((survivor.Id, 100), (backup.Id, master.VrrpPriority));
        Assert.Equal([$"stop {old.Id}", $"push {survivor.Id}", $"push {master.Id}"], world.Agents.Calls.Skip(before));
        Assert.All([master, backup], amphora => Assert.Equal(
            [master.Id, backup.Id], world.Agents.Pushed(amphora.Id)!.DocumentFor(amphora.Id).Amphorae.Select(peer => peer.Id).OrderBy(peer => peer != master.Id)));
        Assert.NotEqual(master.CachedZone, backup.CachedZone);
    }

    [Fact]
    public async Task A_survivor_that_does_not_answer_is_passed_over_and_a_new_one_that_does_not_is_removed()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request(Topology.ActiveStandby));
        var (old, survivor) = await PairAsync(world);
        world.Agents.Silence(survivor.Id);
        world.Agents.Silence(old.Id);

        Assert.Equal(FlowState.Success, (await world.FailoverAmphoraAsync(old.Id))!.State);
        var spare = await world.AddSpareAsync();
        world.Agents.Silence(spare);
        var silent = await world.FailoverAmphoraAsync(survivor.Id);

        Assert.Equal(FlowState.Reverted, silent!.State);
        Assert.Equal((AmphoraStatus.Deleted, AmphoraStatus.Error), ((await AmphoraAsync(world, spare)).Status, (await AmphoraAsync(world, survivor.Id)).Status));
        Assert.DoesNotContain($"machine noop-{spare}", await world.ThingsAsync());
        Assert.Equal(RowStatus.Error, (await world.GetAsync(id))!.ProvisioningStatus);
    }

    [Fact]
    public async Task A_spare_is_taken_where_creation_would_take_one()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        await world.CreateAsync(LoadBalancerWorld.Request());
        var old = Assert.Single(await world.AmphoraeAsync());
        var spare = await world.AddSpareAsync();

        await world.FailoverAmphoraAsync(old.Id);

        Assert.Equal(spare, Assert.Single(await world.AmphoraeAsync()).Id);
    }

    [Fact]
    public async Task The_one_that_has_the_vip_is_replaced_last_and_the_roles_are_right_again()
    {
        await using var world = await LoadBalancerWorld.OpenAsync(s_apart);
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request(Topology.ActiveStandby));
        var (master, backup) = await PairAsync(world);
        world.Agents.Active = backup.Id;
        var before = world.Agents.Calls.Count;

        var end = await world.FailoverAsync(id);

        Assert.Equal(FlowState.Success, end!.State);
        var (newMaster, newBackup) = await PairAsync(world);
        Assert.Equal(
            [
                $"stop {master.Id}", $"push {backup.Id}", $"push {newBackup.Id}",
                $"stop {backup.Id}", $"push {newBackup.Id}", $"push {newMaster.Id}",
            ],
            world.Agents.Calls.Skip(before));
        Assert.Equal(7, (await world.ThingsAsync()).Count);
        Assert.NotEqual(newMaster.CachedZone, newBackup.CachedZone);
    }

    [Theory]
    [InlineData(Topology.Single, 1)]
    [InlineData(Topology.ActiveStandby, 2)]
    public async Task A_load_balancer_in_error_gets_what_it_lacks_and_loses_what_it_has_too_much(Topology topology, int amphorae)
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var (without, _) = await world.CreateAsync(LoadBalancerWorld.Request(topology), world.Engine(flow => FailingSteps.At(flow, "update-listeners", FailingMoment.Before)));
        Assert.Empty(await world.AmphoraeAsync());

        Assert.Equal(FlowState.Success, (await world.FailoverAsync(without))!.State);
        Assert.Equal(amphorae, (await world.AmphoraeAsync()).Count);
        foreach (var at in Enumerable.Range(0, 2))
        {
            await SurplusAsync(world, without);
        }

        Assert.Equal(FlowState.Success, (await world.FailoverAsync(without))!.State);
        Assert.Equal(amphorae, (await world.AmphoraeAsync()).Count);
        Assert.Equal((2 * amphorae) + 2, (await world.ThingsAsync()).Count);
        Assert.Equal(RowStatus.Active, (await world.GetAsync(without))!.ProvisioningStatus);
        Assert.All(await world.ObjectsAsync(without), child => Assert.Equal(RowStatus.Active, child.ProvisioningStatus));
    }

    [Fact]
    public async Task What_serves_nobody_is_only_deleted_and_what_is_deleted_has_nothing_to_do()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var spare = await world.AddSpareAsync();
        await HeardAsync(world, spare);

        Assert.Equal(FlowState.Success, (await world.FailoverAmphoraAsync(spare))!.State);
        var again = await new FailoverAmphora(world.Services, world.Engine()).RecordAsync(spare, Cancel);

        Assert.Empty(await world.AmphoraeAsync());
        Assert.Empty(await world.ThingsAsync());
        Assert.Equal((null, null), (again.Refusal, again.Value));
    }

    [Fact]
    public async Task People_need_an_active_load_balancer_and_the_health_manager_one_in_error_too()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request());
        var amphora = Assert.Single(await world.AmphoraeAsync()).Id;
        var failover = new FailoverAmphora(world.Services, world.Engine());

        Assert.Equal(RefusalKind.NotFound, (await failover.RecordAsync(Guid.NewGuid(), Cancel)).Refusal!.Kind);
        Assert.Equal(RefusalKind.NotFound, (await new FailoverLoadBalancer(world.Services, world.Engine()).RecordAsync(Guid.NewGuid(), Cancel)).Refusal!.Kind);
        await SetAsync(world, id, RowStatus.Error);
        Assert.Equal((RefusalKind.Conflict, $"Load Balancer {id} is immutable and cannot be updated: its provisioning_status is ERROR."), await RefusalAsync(failover.RecordAsync(amphora, Cancel)));
        var begun = await world.Database.InTransactionAsync((transaction, token) => failover.RecordSilentAsync(transaction, amphora, token), Cancel);

        Assert.NotNull(begun.Value);
        Assert.Equal(RowStatus.PendingUpdate, (await world.GetAsync(id))!.ProvisioningStatus);
        Assert.Equal(RefusalKind.Conflict, (await new FailoverLoadBalancer(world.Services, world.Engine()).RecordAsync(id, Cancel)).Refusal!.Kind);
    }

    private static async Task<(RefusalKind, string)> RefusalAsync(Task<Decision<Begun?>> decision) => (await decision).Refusal is { } refusal ? (refusal.Kind, refusal.Message) : default;

    private static Task SetAsync(LoadBalancerWorld world, Guid id, RowStatus status) =>
        world.Database.InTransactionAsync((transaction, token) => new LoadBalancerRows(transaction).SetStatusAsync(id, status, token), Cancel);

    private static Task HeardAsync(LoadBalancerWorld world, Guid amphora) => world.Database.InTransactionAsync(
        (transaction, token) => new HealthRows(transaction).RecordAsync(new Dictionary<Guid, DateTimeOffset> { [amphora] = DateTimeOffset.UtcNow }, token), Cancel);

    private static async Task SurplusAsync(LoadBalancerWorld world, Guid id)
    {
        var spare = await world.AddSpareAsync();
        await world.Database.InTransactionAsync((transaction, token) => new AmphoraRows(transaction).AllocateAsync(spare, id, token), Cancel);
    }

    private static async Task<AmphoraRow> AmphoraAsync(LoadBalancerWorld world, Guid id) =>
        (await world.Database.ReadAsync((transaction, token) => new AmphoraRows(transaction).GetAsync(id, token), Cancel))!;

    private static async Task<(AmphoraRow Master, AmphoraRow Backup)> PairAsync(LoadBalancerWorld world)
    {
        var amphorae = (await world.AmphoraeAsync()).OrderByDescending(amphora => amphora.VrrpPriority).ToList();
        Assert.Equal([AmphoraRole.Master, AmphoraRole.Backup], amphorae.Select(amphora => amphora.Role!.Value));
        return (amphorae[0], amphorae[1]);
    }
}
