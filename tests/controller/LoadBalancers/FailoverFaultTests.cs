// Failovers with a failure at every step and a death at every write (flows.md §8).
using Amphora.Contract.DesiredState;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.Failover;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;
using Xunit;

namespace Amphora.Controller.Tests.LoadBalancers;

public sealed class FailoverFaultTests
{
    private static readonly LoadBalancerSettings s_apart = new() { EnableAntiAffinity = true };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Topology.Single, FailingMoment.Before)]
    [InlineData(Topology.Single, FailingMoment.After)]
    [InlineData(Topology.ActiveStandby, FailingMoment.Before)]
    [InlineData(Topology.ActiveStandby, FailingMoment.After)]
    public async Task An_amphora_whose_failover_fails_at_any_step_is_in_error_and_its_replacement_gone_unless_it_serves(Topology topology, FailingMoment moment)
    {
        var served = 0;
        await ForEachAsync(await StepsAsync(topology, isWhole: false), async path =>
        {
            await using var world = await LoadBalancerWorld.OpenAsync(s_apart);
            var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request(topology));
            var old = (await world.AmphoraeAsync())[0];

            var end = await world.FailoverAmphoraAsync(old.Id, world.Engine(flow => FailingSteps.At(flow, path, moment)));

            Assert.True(end == new FlowEnd(FlowState.Reverted, "injected"), $"{path}: {end}");
            Interlocked.Add(ref served, await CheckAsync(world, path, old.Id));
            await RepairAsync(world, id, topology, path);
        });

        Assert.True(served > 0, "no failure came when the new one served already");
    }

    [Theory]
    [InlineData(Topology.Single, FailingMoment.Before)]
    [InlineData(Topology.Single, FailingMoment.After)]
    [InlineData(Topology.ActiveStandby, FailingMoment.Before)]
    [InlineData(Topology.ActiveStandby, FailingMoment.After)]
    public async Task A_load_balancer_whose_failover_fails_at_any_step_keeps_who_serves_it_and_fails_over_again(Topology topology, FailingMoment moment)
    {
        await ForEachAsync(await StepsAsync(topology, isWhole: true), async path =>
        {
            await using var world = await LoadBalancerWorld.OpenAsync(s_apart);
            var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request(topology));

            var end = await world.FailoverAsync(id, world.Engine(flow => FailingSteps.At(flow, path, moment)));

            Assert.True(end == new FlowEnd(FlowState.Reverted, "injected"), $"{path}: {end}");
            Assert.True((await world.Compute.ListAsync(Cancel)).Count > 0, $"{path}: nobody serves");
            await RepairAsync(world, id, topology, path);
        });
    }

    [Theory]
    [InlineData(Topology.Single)]
    [InlineData(Topology.ActiveStandby)]
    public async Task A_controller_killed_at_any_write_is_followed_by_one_that_ends_the_failover(Topology topology)
    {
        int writes = 0;
        await DieAsync(int.MaxValue);
        await ForEachAsync(Enumerable.Range(1, writes), DieAsync);

        async Task DieAsync(int write)
        {
            await using var world = await LoadBalancerWorld.OpenAsync(s_apart);
            var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request(topology));
            var dying = new DyingJournal(new FlowJournal(world.Database), write);
            await world.FailoverAsync(id, world.Engine(journal: dying));
            writes = Math.Max(writes, dying.Writes);

            var end = await world.Engine().RunAnyAsync(Cancel);

            Assert.True(end is null or { State: FlowState.Success }, $"write {write}: {end}");
            await CheckWholeAsync(world, id, topology, $"write {write}");
        }
    }

    // Each has a world of its own, which mostly waits for its disk.
    private static Task ForEachAsync<T>(IEnumerable<T> all, Func<T, Task> test) =>
        Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, async (one, _) => await test(one));

    // 1 when the new one serves: then it alone is there, or beside what is left of the old one.
    private static async Task<int> CheckAsync(LoadBalancerWorld world, string path, Guid old)
    {
        var amphorae = await world.AmphoraeAsync();
        Assert.All(amphorae, row => Assert.True(row.Status is AmphoraStatus.Allocated || (row.Id == old && row.Status == AmphoraStatus.Error), $"{path}: {row.Id} is {row.Status}"));
        var machines = (await world.Compute.ListAsync(Cancel)).Select(machine => machine.AmphoraId).ToList();
        Assert.True(machines.All(machine => amphorae.Any(row => row.Id == machine)), $"{path}: a machine without a row");
        return amphorae.Any(row => row.Id != old && row.CreatedAt > (amphorae.FirstOrDefault(other => other.Id == old)?.CreatedAt ?? DateTimeOffset.MinValue) && world.Agents.Pushed(row.Id) is not null) ? 1 : 0;
    }

    private static async Task RepairAsync(LoadBalancerWorld world, Guid id, Topology topology, string path)
    {
        Assert.Equal(RowStatus.Error, (await world.GetAsync(id))!.ProvisioningStatus);
        Assert.Equal(FlowState.Success, (await world.FailoverAsync(id))!.State);
        await CheckWholeAsync(world, id, topology, path);
    }

    private static async Task CheckWholeAsync(LoadBalancerWorld world, Guid id, Topology topology, string path)
    {
        var (amphorae, things) = (await world.AmphoraeAsync(), await world.ThingsAsync());
        var isPair = topology == Topology.ActiveStandby;
        Assert.Equal(RowStatus.Active, (await world.GetAsync(id))!.ProvisioningStatus);
        Assert.All(await world.ObjectsAsync(id), child => Assert.Equal(RowStatus.Active, child.ProvisioningStatus));
        Assert.Equal(isPair ? [AmphoraRole.Master, AmphoraRole.Backup] : [AmphoraRole.Standalone], amphorae.Select(row => row.Role!.Value).Order());
        Assert.All(amphorae, row => Assert.Equal(AmphoraStatus.Allocated, row.Status));
        Assert.True(things.Count == (isPair ? 7 : 4), $"{path}: {string.Join(", ", things)}");
    }

    private static async Task<IReadOnlyList<string>> StepsAsync(Topology topology, bool isWhole)
    {
        await using var world = await LoadBalancerWorld.OpenAsync(s_apart);
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request(topology));
        List<string> steps = [];
        var engine = world.Engine(steps);
        if (isWhole)
        {
            await new FailoverLoadBalancer(world.Services, engine).RecordAsync(id, Cancel);
        }
        else
        {
            await new FailoverAmphora(world.Services, engine).RecordAsync((await world.AmphoraeAsync())[0].Id, Cancel);
        }

        // Whether there is a spare only decides; the steps that are kept out have nothing to fail.
        return steps;
    }
}
