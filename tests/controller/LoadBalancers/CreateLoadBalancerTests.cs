// What is refused before anything is recorded, and what is said about it (load-balancer-api.md §§4, 7, 13, 17).
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Contract;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Store;
using Xunit;

namespace Amphora.Controller.Tests.LoadBalancers;

public sealed class CreateLoadBalancerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/listeners/0/protocol_port", "0", "/loadbalancer/listeners/0/protocol_port")]
    [InlineData("/listeners/0/protocol", "\"SMTP\"", "/loadbalancer/listeners/0/protocol")]
    [InlineData("/listeners/0/default_pool_id", "\"00000000-0000-4000-8000-000000000001\"", "/loadbalancer/listeners/0/default_pool_id")]
    [InlineData("/pools/0/members/1/address", "\"10.0.0.300\"", "/loadbalancer/pools/0/members/1/address")]
    [InlineData("/pools/0/members/0/weight", "257", "/loadbalancer/pools/0/members/0/weight")]
    [InlineData("/pools/0/healthmonitor/max_retries", "11", "/loadbalancer/pools/0/healthmonitor/max_retries")]
    [InlineData("/listeners/0/l7policies/0/rules/0/compare_type", "\"LIKE\"", "/loadbalancer/listeners/0/l7policies/0/rules/0/compare_type")]
    public async Task A_wrong_field_is_named_and_nothing_is_recorded(string field, string value, string fault)
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var request = LoadBalancerWorld.Request();
        Set(request.Tree!, field, JsonNode.Parse(value));

        var refusal = await RefusedAsync(world, request);

        Assert.Equal(RefusalKind.Invalid, refusal.Kind);
        Assert.Contains(fault, refusal.Faults.Select(found => found.Path));
        Assert.Contains(fault, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_two_listeners_want_is_refused()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var request = LoadBalancerWorld.Request();
        var twin = new JsonObject { ["id"] = Guid.NewGuid(), ["protocol"] = "TCP", ["protocol_port"] = 80 };
        request.Tree!["listeners"]!.AsArray().Add((JsonNode)twin);

        var refusal = await RefusedAsync(world, request);

        Assert.Contains("80", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_project_may_not_have_is_named_and_not_counted()
    {
        await using var world = await LoadBalancerWorld.OpenAsync(new LoadBalancerSettings { Quotas = new Dictionary<QuotaKind, int> { [QuotaKind.Member] = 1 } });

        var refusal = await RefusedAsync(world, LoadBalancerWorld.Request());

        Assert.Equal((RefusalKind.Quota, "Quota has been met for resources: Member"), (refusal.Kind, refusal.Message));
        var quotas = await world.Database.ReadAsync((transaction, token) => new QuotaRows(transaction).GetAsync("demo", token), Cancel);
        Assert.All(quotas, quota => Assert.Equal(0, quota.InUse));
    }

    [Fact]
    public async Task An_address_outside_the_subnet_is_refused()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var subnet = new Subnet { Id = Guid.NewGuid(), NetworkId = Guid.NewGuid(), Name = "demo", Cidr = new Cidr(IPAddress.Parse("203.0.113.0"), 24) };
        world.Network.Add(subnet);

        var refusal = await RefusedAsync(world, LoadBalancerWorld.Request() with { VipSubnetId = subnet.Id, VipAddress = IPAddress.Parse("203.0.114.5") });

        Assert.Equal(RefusalKind.Invalid, refusal.Kind);
        Assert.Contains("203.0.114.5", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_load_balancer_with_children_is_deleted_only_with_them_and_once()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request());
        var delete = new DeleteLoadBalancer(world.Services, world.Engine());

        var children = (await delete.RecordAsync(id, cascade: false, Cancel)).Refusal!;
        var begun = await delete.RecordAsync(id, cascade: true, Cancel);
        var twice = (await delete.RecordAsync(id, cascade: true, Cancel)).Refusal!;
        var missing = (await delete.RecordAsync(Guid.NewGuid(), cascade: true, Cancel)).Refusal!;

        Assert.Equal((RefusalKind.Invalid, $"Cannot delete Load Balancer {id} - it has children"), (children.Kind, children.Message));
        Assert.Null(begun.Refusal);
        Assert.Equal((RefusalKind.Conflict, $"Invalid state PENDING_DELETE of loadbalancer resource {id}"), (twice.Kind, twice.Message));
        Assert.Equal(RefusalKind.NotFound, missing.Kind);
    }

    private static async Task<Refusal> RefusedAsync(LoadBalancerWorld world, CreateLoadBalancerRequest request)
    {
        var decision = await new CreateLoadBalancer(world.Services, world.Engine()).RecordAsync(request, Cancel);

        Assert.NotNull(decision.Refusal);
        Assert.Empty(await world.Database.ReadAsync((transaction, token) => new LoadBalancerRows(transaction).ListAsync(null, token), Cancel));
        return decision.Refusal;
    }

    private static void Set(JsonNode tree, string pointer, JsonNode? value)
    {
        var steps = pointer.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var at = steps[..^1].Aggregate(tree, (node, step) => int.TryParse(step, out var index) ? node[index]! : node[step]!);
        at[steps[^1]] = value;
    }
}
