// Changes below a load balancer: what is recorded, pushed, and undone (flows.md §6, load-balancer-api.md §6).
using System.Text.Json.Nodes;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers;
using Amphora.Controller.LoadBalancers.Objects;
using Amphora.Controller.Store;
using Xunit;

namespace Amphora.Controller.Tests.LoadBalancers;

public sealed class ChangeObjectsTests
{
    private static readonly Guid s_pool = Guid.Parse("5b77b111-746b-42d7-ab56-343a8a77a140");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_listener_that_comes_is_pushed_opened_and_active()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request());

        var end = await ChangeAsync(world, id, tree => tree["listeners"]!.AsArray().Add((JsonNode)Listener(8080)));

        Assert.Equal(FlowState.Success, end!.State);
        Assert.Equal([80, 8080], (await PushedAsync(world)).Listeners.Select(listener => listener.ProtocolPort));
        Assert.Equal([new SecurityRule("tcp", 80, false, null), new SecurityRule("tcp", 8080, false, null)], await RulesAsync(world, id));
        Assert.All(await world.ObjectsAsync(id), row => Assert.Equal(RowStatus.Active, row.ProvisioningStatus));
        Assert.Equal((RowStatus.Active, 2), ((await world.GetAsync(id))!.ProvisioningStatus, await InUseAsync(world, QuotaKind.Listener)));
    }

    [Fact]
    public async Task A_listener_that_goes_takes_its_policies_its_port_and_its_quota_along()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request());

        var end = await ChangeAsync(world, id, tree => tree.Remove("listeners"));

        Assert.Equal(FlowState.Success, end!.State);
        Assert.Equal([ObjectKind.HealthMonitor, ObjectKind.Member, ObjectKind.Member, ObjectKind.Pool], (await world.ObjectsAsync(id)).Select(row => row.Kind).OrderBy(kind => kind.ToString()));
        Assert.Empty(await RulesAsync(world, id));
        Assert.Equal((0, 0), (await InUseAsync(world, QuotaKind.Listener), await InUseAsync(world, QuotaKind.L7Policy)));
        Assert.Equal((0, 2), (await InUseAsync(world, QuotaKind.L7Rule), await InUseAsync(world, QuotaKind.Member)));
    }

    [Fact]
    public async Task Members_come_change_and_go_with_one_push()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request());

        await ChangeAsync(world, id, tree =>
        {
            var members = tree["pools"]![0]!["members"]!.AsArray();
            members.RemoveAt(0);
            members[0]!["weight"] = 7;
            members.Add((JsonNode)new JsonObject { ["id"] = Guid.NewGuid(), ["address"] = "10.0.0.13", ["protocol_port"] = 80 });
        });

        var members = Assert.Single((await PushedAsync(world)).Pools).Members;
        Assert.Equal([("10.0.0.12", 7), ("10.0.0.13", 1)], members.Where(member => member.ProvisioningStatus != ProvisioningStatus.PendingDelete).Select(member => (member.Address.ToString(), member.Weight)));
    }

    [Fact]
    public async Task When_the_monitor_goes_its_members_are_not_monitored()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request());

        await ChangeAsync(world, id, tree => tree["pools"]![0]!.AsObject().Remove("healthmonitor"));

        Assert.All((await world.ObjectsAsync(id)).Where(row => row.Kind == ObjectKind.Member), member => Assert.Equal(OperatingStatus.NoMonitor, member.OperatingStatus));
    }

    [Fact]
    public async Task What_another_one_has_until_it_is_gone_is_a_conflict()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request());

        var refusal = await RefusedAsync(world, id, tree => tree["listeners"] = new JsonArray(Listener(80)));

        Assert.Equal(RefusalKind.Conflict, refusal.Kind);
        Assert.Contains("tcp 80", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(RowStatus.Active, (await world.GetAsync(id))!.ProvisioningStatus);
    }

    [Fact]
    public async Task Nothing_to_do_takes_no_lock_and_begins_nothing()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request());

        var decision = await new ChangeObjects(world.Services, world.Engine()).RecordAsync(id, _ => null, Cancel);

        Assert.Null(decision.Refusal);
        Assert.Null(decision.Value);
        Assert.Equal(RowStatus.Active, (await world.GetAsync(id))!.ProvisioningStatus);
    }

    [Theory]
    [InlineData("update-listeners", FailingMoment.Before)]
    [InlineData("update-listeners", FailingMoment.After)]
    [InlineData("update-vip-security-group", FailingMoment.After)]
    [InlineData("mark-objects-active", FailingMoment.Before)]
    public async Task A_failed_change_leaves_only_its_object_in_error_and_the_load_balancer_usable(string step, FailingMoment moment)
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request());
        var listener = Listener(8080);

        var end = await ChangeAsync(world, id, tree => tree["listeners"]!.AsArray().Add((JsonNode)listener), world.Engine(flow => FailingSteps.At(flow, step, moment)));

        Assert.Equal(new FlowEnd(FlowState.Reverted, "injected"), end);
        Assert.Equal([(Guid)listener["id"]!], (await world.ObjectsAsync(id)).Where(row => row.ProvisioningStatus == RowStatus.Error).Select(row => row.Id));
        Assert.Equal(RowStatus.Active, (await world.GetAsync(id))!.ProvisioningStatus);
        Assert.Equal(FlowState.Success, (await ChangeAsync(world, id, tree => tree["listeners"]!.AsArray().RemoveAt(1)))!.State);
        Assert.Equal(1, await InUseAsync(world, QuotaKind.Listener));
    }

    [Fact]
    public async Task What_cannot_be_is_refused_and_changes_nothing()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request());
        var before = await world.ObjectsAsync(id);

        Assert.Equal(RefusalKind.Invalid, (await RefusedAsync(world, id, tree => tree["listeners"]![0]!["protocol_port"] = 81)).Kind);
        Assert.Equal(RefusalKind.Invalid, (await RefusedAsync(world, id, tree => tree["pools"]![0]!["lb_algorithm"] = "DICE")).Kind);
        Assert.Contains("/loadbalancer/listeners/0/default_pool_id", (await RefusedAsync(world, id, tree => tree.Remove("pools"))).Message, StringComparison.Ordinal);
        Assert.Equal(RefusalKind.NotFound, (await RefusedAsync(world, Guid.NewGuid(), _ => { })).Kind);
        await SetAsync(world, s_pool, RowStatus.Error);
        Assert.Equal(RefusalKind.Conflict, (await RefusedAsync(world, id, tree => tree["pools"]![0]!["members"]!.AsArray().RemoveAt(0))).Kind);
        await SetAsync(world, s_pool, RowStatus.Active);
        await world.Database.InTransactionAsync((transaction, token) => new LoadBalancerRows(transaction).SetStatusAsync(id, RowStatus.PendingUpdate, token), Cancel);
        Assert.Equal($"Load Balancer {id} is immutable and cannot be updated: its provisioning_status is PENDING_UPDATE.", (await RefusedAsync(world, id, tree => tree.Remove("listeners"))).Message);

        Assert.Equal(before.Select(row => (row.Id, row.Body, row.ProvisioningStatus)), (await world.ObjectsAsync(id)).Select(row => (row.Id, row.Body, row.ProvisioningStatus)));
    }

    private static Task SetAsync(LoadBalancerWorld world, Guid id, RowStatus status) =>
        world.Database.InTransactionAsync((transaction, token) => new ObjectRows(transaction).SetStatusAsync([id], status, token), Cancel);

    private static async Task<Refusal> RefusedAsync(LoadBalancerWorld world, Guid id, Action<JsonObject> edit)
    {
        var decision = await new ChangeObjects(world.Services, world.Engine()).RecordAsync(id, tree => Edit(tree, edit), Cancel);
        Assert.NotNull(decision.Refusal);
        return decision.Refusal;
    }

    private static async Task<FlowEnd?> ChangeAsync(LoadBalancerWorld world, Guid id, Action<JsonObject> edit, FlowEngine? engine = null)
    {
        engine ??= world.Engine();
        var decision = await new ChangeObjects(world.Services, engine).RecordAsync(id, tree => Edit(tree, edit), Cancel);
        Assert.Null(decision.Refusal);
        return await engine.RunAsync(decision.Value!.FlowId, null, Cancel);
    }

    private static Refusal? Edit(JsonObject tree, Action<JsonObject> edit)
    {
        edit(tree);
        return null;
    }

    private static JsonObject Listener(int port) => new() { ["id"] = Guid.NewGuid(), ["protocol"] = "HTTP", ["protocol_port"] = port, ["default_pool_id"] = s_pool };

    private static async Task<LoadBalancer> PushedAsync(LoadBalancerWorld world)
    {
        var amphora = Assert.Single(await world.AmphoraeAsync()).Id;
        return world.Agents.Pushed(amphora)!.DocumentFor(amphora).LoadBalancer;
    }

    private static async Task<IEnumerable<SecurityRule>> RulesAsync(LoadBalancerWorld world, Guid id) =>
        world.Network.Rules((await world.Network.FindSecurityGroupAsync($"lb-{id}", Cancel))!.Value);

    private static async Task<int> InUseAsync(LoadBalancerWorld world, QuotaKind kind) =>
        (await world.Database.ReadAsync((transaction, token) => new QuotaRows(transaction).GetAsync("demo", token), Cancel)).Single(quota => quota.Kind == kind).InUse;
}
