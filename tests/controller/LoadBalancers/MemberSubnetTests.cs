// A member's subnet has to be there when the member comes, and nothing is recorded when it is not (load-balancer-api.md §10).
using System.Text.Json.Nodes;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.LoadBalancers.Objects;
using Amphora.Controller.LoadBalancers.Planning;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;
using Xunit;

namespace Amphora.Controller.Tests.LoadBalancers;

public sealed class MemberSubnetTests
{
    private const string Gone = "11111111-2222-4333-8444-555555555555";
    private static readonly Guid s_pool = Guid.Parse("5b77b111-746b-42d7-ab56-343a8a77a140");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("\"11111111-2222-4333-8444-555555555555\"", Gone)]
    [InlineData("\"backend\"", "backend")]
    [InlineData("7", "7")]
    public async Task A_load_balancer_is_not_created_with_a_member_in_no_subnet(string subnet, string said)
    {
        await using var world = await OpenAsync();
        var request = LoadBalancerWorld.Request();
        request.Tree!["pools"]![0]!["members"]![1]!["subnet_id"] = JsonNode.Parse(subnet);

        var decision = await new CreateLoadBalancer(world.Services, world.Engine()).RecordAsync(request, Cancel);

        CheckRefusal(decision.Refusal, said, "/loadbalancer/pools/0/members/1/subnet_id");
        Assert.Empty(await world.Database.ReadAsync((transaction, token) => new LoadBalancerRows(transaction).ListAsync(null, token), Cancel));
        Assert.All(await world.Database.ReadAsync((transaction, token) => new QuotaRows(transaction).GetAsync("demo", token), Cancel), quota => Assert.Equal(0, quota.InUse));
    }

    [Fact]
    public async Task A_member_in_no_subnet_is_not_created()
    {
        await using var world = await OpenAsync();

        var refusal = await RefusedAsync(world, ObjectEdits.Create(new NewObject(ObjectKind.Member, Guid.NewGuid(), Member()) { ParentId = s_pool }));

        CheckRefusal(refusal, Gone, "/loadbalancer/pools/0/members/2/subnet_id");
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 0)]
    public async Task A_batch_with_a_member_in_no_subnet_changes_nothing(bool isAdditive, int position)
    {
        await using var world = await OpenAsync();

        var refusal = await RefusedAsync(world, ObjectEdits.ReplaceMembers(s_pool, [Member()], isAdditive));

        CheckRefusal(refusal, Gone, $"/loadbalancer/pools/0/members/{position}/subnet_id");
    }

    [Fact]
    public async Task A_document_with_a_member_in_no_subnet_is_neither_planned_nor_applied()
    {
        await using var world = await OpenAsync();
        var apply = new ApplyLoadBalancer(world.Services, world.Engine());
        var wanted = WantedLoadBalancer.Read(new JsonObject
        {
            ["name"] = "other",
            ["vip_subnet_id"] = Guid.NewGuid().ToString(),
            ["pools"] = new JsonArray(new JsonObject { ["name"] = "blue", ["protocol"] = "HTTP", ["lb_algorithm"] = "ROUND_ROBIN", ["members"] = new JsonArray(Member()) }),
        }).Value;

        CheckRefusal((await apply.PlanAsync(wanted, Cancel)).Refusal, Gone, "/loadbalancer/pools/0/members/0/subnet_id");
        CheckRefusal((await apply.RecordAsync(wanted, Cancel)).Refusal, Gone, "/loadbalancer/pools/0/members/0/subnet_id");
        Assert.Empty(await world.Database.ReadAsync((transaction, token) => new LoadBalancerRows(transaction).ListAsync(null, token), Cancel));
    }

    [Fact]
    public async Task A_member_whose_subnet_went_later_changes_and_goes_as_any_other()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var request = LoadBalancerWorld.Request();
        request.Tree!["pools"]![0]!["members"]![1]!["subnet_id"] = Gone;
        var (id, _) = await world.CreateAsync(request);
        var member = (Guid)request.Tree["pools"]![0]!["members"]![1]!["id"]!;
        world.Network.Remove(Guid.Parse(Gone));
        var engine = world.Engine();

        var deleted = await new ChangeObjects(world.Services, engine).RecordAsync(id, ObjectEdits.Delete(ObjectKind.Member, member), Cancel);

        Assert.Equal(FlowState.Success, (await engine.RunAsync(deleted.Value!.FlowId, null, Cancel))!.State);
        Assert.DoesNotContain(await world.ObjectsAsync(id), row => row.Id == member);
    }

    private static async Task<LoadBalancerWorld> OpenAsync()
    {
        var world = await LoadBalancerWorld.OpenAsync();
        world.Network.Remove(Guid.Parse(Gone));
        return world;
    }

    private static JsonObject Member() => new() { ["address"] = "10.1.0.13", ["protocol_port"] = 80, ["subnet_id"] = Gone };

    private static async Task<Refusal?> RefusedAsync(LoadBalancerWorld world, Func<JsonObject, Refusal?> edit)
    {
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request());
        var objects = await world.ObjectsAsync(id);
        var flows = (await FlowsAsync(world)).Count;

        var decision = await new ChangeObjects(world.Services, world.Engine()).RecordAsync(id, edit, Cancel);

        Assert.Equal(RowStatus.Active, (await world.GetAsync(id))!.ProvisioningStatus);
        Assert.Equal(objects.Select(row => (row.Id, row.Body, row.ProvisioningStatus)), (await world.ObjectsAsync(id)).Select(row => (row.Id, row.Body, row.ProvisioningStatus)));
        Assert.Equal(flows, (await FlowsAsync(world)).Count);
        return decision.Refusal;
    }

    private static Task<IReadOnlyList<FlowRecord>> FlowsAsync(LoadBalancerWorld world) =>
        world.Database.ReadAsync((transaction, token) => new FlowRows(transaction).ListAsync(null, 100, token), Cancel);

    private static void CheckRefusal(Refusal? refusal, string value, string path)
    {
        Assert.NotNull(refusal);
        Assert.Equal((RefusalKind.Invalid, $"Invalid input for field/attribute subnet_id. Value: '{value}'. There is no such subnet."), (refusal.Kind, refusal.Message));
        Assert.Equal([(path, "subnet_id")], refusal.Faults.Select(fault => (fault.Path, fault.Rule)));
    }
}
