// The flows of amphorae by themselves, with a failure at every step and a death at every write (flows.md §§3.3, 7, 9.2).
using Amphora.Contract.DesiredState;
using Amphora.Controller.Amphorae;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Flows;
using Amphora.Controller.Housekeeping;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;
using Amphora.Controller.Vips;
using Xunit;

namespace Amphora.Controller.Tests.LoadBalancers;

public sealed class AmphoraFlowTests
{
    private static readonly string[] s_spareSteps =
        ["create-amphora", "amphora-to-error-on-revert", "issue-server-certificate", "build-compute", "wait-for-compute", "wait-for-agent", "mark-amphora-ready"];

    private static readonly string[] s_deleteSteps =
        ["amphora-to-error-on-revert", "mark-amphora-pending-delete", "delete-compute", "delete-member-ports", "delete-vrrp-port", "mark-amphora-deleted"];

    private static readonly string[] s_rotationSteps = ["amphora-to-error-on-revert", "issue-next-certificate", "upload-certificate", "store-certificate-expiration"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(FailingMoment.Before)]
    [InlineData(FailingMoment.After)]
    public async Task A_spare_that_fails_at_any_step_leaves_nothing(FailingMoment moment)
    {
        foreach (var step in s_spareSteps)
        {
            await using var world = await LoadBalancerWorld.OpenAsync();

            var end = await SpareAsync(world, world.Engine(flow => Failing(flow, s_spareSteps, step, moment)));

            Assert.True(end == new FlowEnd(FlowState.Reverted, "injected"), $"{step}: {end}");
            Assert.True((await world.ThingsAsync()).Count + (await world.AmphoraeAsync()).Count == 0, $"{step}: left behind: {string.Join(", ", await world.ThingsAsync())}");
        }
    }

    [Fact]
    public async Task A_controller_killed_at_any_write_is_followed_by_one_that_ends_the_spare()
    {
        for (int write = 1, writes = write; write <= writes; write++)
        {
            await using var world = await LoadBalancerWorld.OpenAsync();
            var dying = new DyingJournal(new FlowJournal(world.Database), write);
            await SpareAsync(world, world.Engine(journal: dying));
            writes = Math.Max(writes, dying.Writes + 1);

            var end = await world.Engine().RunAnyAsync(Cancel);

            Assert.True(end is null or { State: FlowState.Success }, $"write {write}: {end}");
            Assert.Equal(AmphoraStatus.Ready, Assert.Single(await world.AmphoraeAsync()).Status);
            Assert.Single(await world.ThingsAsync());
        }
    }

    [Fact]
    public async Task A_spare_that_was_taken_before_its_flow_was_seen_to_end_stays_taken()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        // The last write but one: the step is done, and nobody knows.
        await SpareAsync(world, world.Engine(journal: new DyingJournal(new FlowJournal(world.Database), (2 * s_spareSteps.Length))));
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request());

        await world.Engine().RunAnyAsync(Cancel);

        var amphora = Assert.Single(await world.AmphoraeAsync());
        Assert.Equal((AmphoraStatus.Allocated, id), (amphora.Status, amphora.LoadBalancerId));
    }

    [Fact]
    public async Task A_deleted_amphora_is_gone_from_everywhere_with_its_ports()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var amphora = await BrokenAsync(world);

        var end = await DeleteAsync(world, amphora);

        Assert.Equal(FlowState.Success, end!.State);
        Assert.Empty(await world.ThingsAsync());
        await IsDeletedAsync(world, amphora);
    }

    [Theory]
    [InlineData(FailingMoment.Before)]
    [InlineData(FailingMoment.After)]
    public async Task A_deletion_that_fails_at_any_step_is_done_again_or_leaves_what_the_search_for_orphans_finds(FailingMoment moment)
    {
        foreach (var step in s_deleteSteps)
        {
            await using var world = await LoadBalancerWorld.OpenAsync();
            var amphora = await BrokenAsync(world);

            var failed = await DeleteAsync(world, amphora, world.Engine(flow => Failing(flow, s_deleteSteps, step, moment)));

            Assert.True(failed == new FlowEnd(FlowState.Reverted, "injected"), $"{step}: {failed}");
            if ((await GetAsync(world, amphora)).Status == AmphoraStatus.Error)
            {
                Assert.Equal(FlowState.Success, (await DeleteAsync(world, amphora))!.State);
            }
            else
            {
                // Its row was DELETED before the failure: it stays so.
                Assert.Contains(step, s_deleteSteps[^2..]);
                await new OrphanJob(world.Services, new HousekeepingSettings { OrphanAge = TimeSpan.Zero }).RunAsync(Cancel);
            }

            Assert.Empty(await world.ThingsAsync());
            await IsDeletedAsync(world, amphora);
        }
    }

    [Fact]
    public async Task A_deletion_is_tried_again_as_a_whole()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var amphora = await BrokenAsync(world);
        var failures = 0;
        // Every definition of the flow is another one: only the first fails.
        var engine = world.Engine(flow => FailingSteps.At(flow, "delete-compute", FailingMoment.Before, () => Interlocked.Increment(ref failures) < 3));

        var end = await DeleteAsync(world, amphora, engine);

        Assert.Equal((FlowState.Success, 3), (end!.State, failures));
        await IsDeletedAsync(world, amphora);
    }

    [Fact]
    public async Task Only_an_amphora_in_error_is_deleted_and_once()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        await SpareAsync(world, world.Engine());
        var spare = Assert.Single(await world.AmphoraeAsync()).Id;
        var delete = new DeleteAmphora(world.Services.Amphorae, world.Engine());

        var ready = (await delete.RecordAsync(spare, isSpareToo: false, Cancel)).Refusal!;
        await MarkAsync(world, spare, AmphoraStatus.Error);
        var begun = await delete.RecordAsync(spare, isSpareToo: false, Cancel);
        var twice = (await delete.RecordAsync(spare, isSpareToo: false, Cancel)).Refusal!;
        await MarkAsync(world, spare, AmphoraStatus.Deleted);
        var gone = (await delete.RecordAsync(spare, isSpareToo: false, Cancel)).Refusal!;
        var missing = (await delete.RecordAsync(Guid.NewGuid(), isSpareToo: true, Cancel)).Refusal!;

        Assert.Equal((RefusalKind.Conflict, $"Amphora {spare} is in READY and cannot be deleted."), (ready.Kind, ready.Message));
        Assert.Null(begun.Refusal);
        Assert.Equal([RefusalKind.Conflict, RefusalKind.NotFound, RefusalKind.NotFound], [twice.Kind, gone.Kind, missing.Kind]);
    }

    [Fact]
    public async Task A_spare_is_deleted_when_that_is_what_is_meant_and_nobody_has_taken_it()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        await SpareAsync(world, world.Engine());
        await world.CreateAsync(LoadBalancerWorld.Request());
        await SpareAsync(world, world.Engine());
        var rows = await world.AmphoraeAsync();
        var delete = new DeleteAmphora(world.Services.Amphorae, world.Engine());

        var taken = await delete.RecordAsync(rows.Single(row => row.Status == AmphoraStatus.Allocated).Id, isSpareToo: true, Cancel);
        var spare = await delete.RecordAsync(rows.Single(row => row.Status == AmphoraStatus.Ready).Id, isSpareToo: true, Cancel);

        Assert.Equal(RefusalKind.Conflict, taken.Refusal!.Kind);
        Assert.Equal(FlowState.Success, (await world.Engine().RunAsync(spare.Value.FlowId, null, Cancel))!.State);
    }

    [Theory]
    [InlineData(FailingMoment.Before)]
    [InlineData(FailingMoment.After)]
    public async Task A_rotation_that_fails_at_any_step_leaves_it_in_error_and_can_be_asked_for_again(FailingMoment moment)
    {
        foreach (var step in s_rotationSteps)
        {
            await using var world = await LoadBalancerWorld.OpenAsync();
            await SpareAsync(world, world.Engine());
            var amphora = Assert.Single(await world.AmphoraeAsync()).Id;

            var failed = await RotateAsync(world, amphora, world.Engine(flow => Failing(flow, s_rotationSteps, step, moment)));

            var row = await GetAsync(world, amphora);
            Assert.True(failed == new FlowEnd(FlowState.Reverted, "injected"), $"{step}: {failed}");
            Assert.Equal((AmphoraStatus.Error, step != "store-certificate-expiration" || moment == FailingMoment.Before), (row.Status, row.CertBusy));
            Assert.Equal(FlowState.Success, (await RotateAsync(world, amphora))!.State);
            Assert.False((await GetAsync(world, amphora)).CertBusy);
        }
    }

    [Fact]
    public async Task A_rotation_followed_by_another_controller_ends_with_the_certificate_that_the_row_tells_of()
    {
        for (int write = 1, writes = write; write <= writes; write++)
        {
            await using var world = await LoadBalancerWorld.OpenAsync();
            await SpareAsync(world, world.Engine());
            var amphora = Assert.Single(await world.AmphoraeAsync());
            var dying = new DyingJournal(new FlowJournal(world.Database), write);
            await RotateAsync(world, amphora.Id, world.Engine(journal: dying));
            writes = Math.Max(writes, dying.Writes + 1);

            await world.Engine().RunAnyAsync(Cancel);

            var row = await GetAsync(world, amphora.Id);
            Assert.NotNull(world.Agents.Certificate(amphora.Id));
            Assert.True(row.CertExpiration > amphora.CertExpiration, $"write {write}");
            Assert.Equal((AmphoraStatus.Ready, false), (row.Status, row.CertBusy));
        }
    }

    [Fact]
    public async Task A_rotation_is_begun_once()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        await SpareAsync(world, world.Engine());
        var amphora = Assert.Single(await world.AmphoraeAsync()).Id;
        var rotate = new RotateCertificate(world.Services.Amphorae, world.Engine());

        var begun = await rotate.RecordAsync(amphora, Cancel);
        var twice = (await rotate.RecordAsync(amphora, Cancel)).Refusal!;

        Assert.Null(begun.Refusal);
        Assert.Equal((RefusalKind.Conflict, $"Amphora {amphora} is in READY, gets a certificate and cannot be given a new certificate."), (twice.Kind, twice.Message));
        Assert.Equal(RefusalKind.NotFound, (await rotate.RecordAsync(Guid.NewGuid(), Cancel)).Refusal!.Kind);
    }

    [Fact]
    public async Task An_agent_is_configured_as_a_new_one_of_its_load_balancer_would_be()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        await world.CreateAsync(LoadBalancerWorld.Request(Topology.ActiveStandby));
        var amphora = (await world.AmphoraeAsync())[0].Id;
        var configure = new ConfigureAmphora(world.Services.Amphorae, world.Engine());

        var end = await world.Engine().RunAsync((await configure.RecordAsync(amphora, Cancel)).Value.FlowId, null, Cancel);

        Assert.Equal(FlowState.Success, end!.State);
        Assert.Contains("loadbalancer_topology = ACTIVE_STANDBY", world.Agents.Configuration(amphora), StringComparison.Ordinal);
        Assert.Contains($"amphora_id = {amphora}", world.Agents.Configuration(amphora), StringComparison.Ordinal);
        Assert.Equal(RefusalKind.NotFound, (await configure.RecordAsync(Guid.NewGuid(), Cancel)).Refusal!.Kind);
    }

    [Fact]
    public async Task An_agent_that_does_not_take_its_configuration_serves_on()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        await world.CreateAsync(LoadBalancerWorld.Request());
        var amphora = (await world.AmphoraeAsync())[0].Id;
        var engine = world.Engine(flow => FailingSteps.At(flow, "update-agent-configuration", FailingMoment.Before));

        var end = await engine.RunAsync((await new ConfigureAmphora(world.Services.Amphorae, engine).RecordAsync(amphora, Cancel)).Value.FlowId, null, Cancel);

        Assert.Equal(FlowState.Reverted, end!.State);
        Assert.Equal(AmphoraStatus.Allocated, (await GetAsync(world, amphora)).Status);
    }

    // A step that is not there any more would pass every test about it.
    private static FlowNode Failing(FlowNode flow, string[] steps, string step, FailingMoment moment)
    {
        Assert.Equal(steps, FlowOutline.Steps(flow).Select(placed => placed.Path));
        return FailingSteps.At(flow, step, moment);
    }

    private static async Task<FlowEnd?> SpareAsync(LoadBalancerWorld world, FlowEngine engine)
    {
        var begun = Assert.Single(await new CreateSpares(world.Services.Amphorae, engine).RecordAsync(1, Cancel));
        return await engine.RunAsync(begun.FlowId, null, Cancel);
    }

    private static async Task<FlowEnd?> DeleteAsync(LoadBalancerWorld world, Guid amphora, FlowEngine? engine = null)
    {
        engine ??= world.Engine();
        return await engine.RunAsync((await new DeleteAmphora(world.Services.Amphorae, engine).RecordAsync(amphora, isSpareToo: false, Cancel)).Value.FlowId, null, Cancel);
    }

    private static async Task<FlowEnd?> RotateAsync(LoadBalancerWorld world, Guid amphora, FlowEngine? engine = null)
    {
        engine ??= world.Engine();
        return await engine.RunAsync((await new RotateCertificate(world.Services.Amphorae, engine).RecordAsync(amphora, Cancel)).Value.FlowId, null, Cancel);
    }

    // In ERROR, with a machine, ports, and heartbeats that somebody waits for.
    private static async Task<Guid> BrokenAsync(LoadBalancerWorld world)
    {
        await SpareAsync(world, world.Engine());
        var amphora = Assert.Single(await world.AmphoraeAsync()).Id;
        foreach (var name in (string[])[VipNames.BasePort(amphora), VipNames.MemberPort(amphora), VipNames.MemberPort(amphora)])
        {
            await world.Network.CreatePortAsync(new PortRequest { Name = name, NetworkId = Guid.NewGuid() }, Cancel);
        }

        await world.Database.InTransactionAsync(
            (transaction, token) => new HealthRows(transaction).RecordAsync(new Dictionary<Guid, DateTimeOffset> { [amphora] = DateTimeOffset.UtcNow }, token), Cancel);
        await MarkAsync(world, amphora, AmphoraStatus.Error);
        return amphora;
    }

    private static async Task IsDeletedAsync(LoadBalancerWorld world, Guid amphora)
    {
        Assert.Equal(AmphoraStatus.Deleted, (await GetAsync(world, amphora)).Status);
        Assert.Null(await world.Database.ReadAsync((transaction, token) => new HealthRows(transaction).GetAsync(amphora, token), Cancel));
    }

    private static Task MarkAsync(LoadBalancerWorld world, Guid amphora, AmphoraStatus status) =>
        world.Database.InTransactionAsync((transaction, token) => new AmphoraRows(transaction).SetStatusAsync(amphora, status, token), Cancel);

    private static async Task<AmphoraRow> GetAsync(LoadBalancerWorld world, Guid amphora) =>
        (await world.Database.ReadAsync((transaction, token) => new AmphoraRows(transaction).GetAsync(amphora, token), Cancel))!;
}
