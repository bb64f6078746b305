// What a request is refused for besides its fields, and in which order (load-balancer-api.md §§4, 6–13, 17).
using System.Text.Json.Nodes;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.LoadBalancers.Objects;
using Amphora.Controller.LoadBalancers.Planning;
using Amphora.Controller.Store;
using Xunit;

namespace Amphora.Controller.Tests.LoadBalancers.Objects;

public sealed class RequestOrderTests
{
    private static readonly Guid s_listener = Guid.Parse("8c84a306-1a87-45b3-8d57-1c9d90c785f2");
    private static readonly Guid s_pool = Guid.Parse("5b77b111-746b-42d7-ab56-343a8a77a140");
    private static readonly Guid s_policy = Guid.Parse("0a4f0aee-5c4f-4d4e-8a52-8f1a7c9e1f10");
    private static readonly Guid s_rule = Guid.Parse("1b5f0aee-5c4f-4d4e-8a52-8f1a7c9e1f11");
    private static readonly Guid s_monitor = Guid.Parse("2c6f0aee-5c4f-4d4e-8a52-8f1a7c9e1f12");
    private static readonly Guid s_member = Guid.Parse("143f25f3-ab11-4225-b1a5-dbf88521318f");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(nameof(RowStatus.PendingCreate))]
    [InlineData(nameof(RowStatus.PendingUpdate))]
    [InlineData(nameof(RowStatus.PendingDelete))]
    [InlineData(nameof(RowStatus.Error))]
    public async Task Below_a_load_balancer_that_is_not_active_nothing_comes_changes_or_goes(string word)
    {
        var status = Enum.Parse<RowStatus>(word);
        await using var world = await LoadBalancerWorld.OpenAsync();
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request());
        await SetAsync(world, id, status);
        (ObjectKind Kind, Guid Id, string Change)[] objects =
        [
            (ObjectKind.Listener, s_listener, "name"), (ObjectKind.Pool, s_pool, "name"), (ObjectKind.Member, s_member, "weight"),
            (ObjectKind.HealthMonitor, s_monitor, "delay"), (ObjectKind.L7Policy, s_policy, "name"), (ObjectKind.L7Rule, s_rule, "value"),
        ];

        List<Refusal?> refusals = [];
        foreach (var (kind, one, field) in objects)
        {
            refusals.Add((await RecordAsync(world, id, ObjectEdits.Update(kind, one, new JsonObject { [field] = "7" }))).Refusal);
            refusals.Add((await RecordAsync(world, id, ObjectEdits.Delete(kind, one))).Refusal);
        }

        refusals.Add((await RecordAsync(world, id, Create(ObjectKind.Listener, null, """{"protocol":"UDP","protocol_port":80}"""))).Refusal);
        refusals.Add((await RecordAsync(world, id, ObjectEdits.ReplaceMembers(s_pool, [], isAdditive: false))).Refusal);

        var wire = (await world.GetAsync(id))!.ProvisioningStatus.ToWire();
        Assert.All(refusals, refusal => Assert.Equal((RefusalKind.Conflict, $"Load Balancer {id} is immutable and cannot be updated: its provisioning_status is {wire}."), (refusal!.Kind, refusal.Message)));
    }

    [Theory]
    [InlineData(nameof(RowStatus.Error))]
    [InlineData(nameof(RowStatus.PendingUpdate))]
    public async Task Members_and_monitors_need_their_pool_and_rules_their_policy(string word)
    {
        var status = Enum.Parse<RowStatus>(word);
        await using var world = await LoadBalancerWorld.OpenAsync();
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request());
        await world.Database.InTransactionAsync((transaction, token) => new ObjectRows(transaction).SetStatusAsync([s_pool, s_policy], status, token), Cancel);

        var member = await RecordAsync(world, id, Create(ObjectKind.Member, s_pool, """{"address":"10.0.0.77","protocol_port":80}"""));
        var monitor = await RecordAsync(world, id, ObjectEdits.Delete(ObjectKind.HealthMonitor, s_monitor));
        var rule = await RecordAsync(world, id, ObjectEdits.Update(ObjectKind.L7Rule, s_rule, new JsonObject { ["value"] = "/b" }));
        var listener = await RecordAsync(world, id, ObjectEdits.Update(ObjectKind.Listener, s_listener, new JsonObject { ["name"] = "b" }));

        Assert.StartsWith($"Pool {s_pool} is immutable", member.Refusal!.Message, StringComparison.Ordinal);
        Assert.StartsWith($"Pool {s_pool} is immutable", monitor.Refusal!.Message, StringComparison.Ordinal);
        Assert.StartsWith($"L7Policy {s_policy} is immutable", rule.Refusal!.Message, StringComparison.Ordinal);
        Assert.EndsWith($"its provisioning_status is {status.ToWire()}.", rule.Refusal.Message, StringComparison.Ordinal);
        Assert.Null(listener.Refusal);
    }

    [Fact]
    public async Task Who_is_asked_for_comes_first_then_what_is_wrong_then_the_quota_then_the_state()
    {
        await using var world = await LoadBalancerWorld.OpenAsync(new LoadBalancerSettings { Quotas = new Dictionary<QuotaKind, int> { [QuotaKind.Member] = 2 } });
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request());
        await SetAsync(world, id, RowStatus.PendingUpdate);

        var missing = await RecordAsync(world, Guid.NewGuid(), Create(ObjectKind.Member, s_pool, """{"address":"x","protocol_port":80}"""));
        var gone = await RecordAsync(world, id, ObjectEdits.Update(ObjectKind.Member, Guid.NewGuid(), new JsonObject { ["weight"] = 999 }));
        var wrong = await RecordAsync(world, id, Create(ObjectKind.Member, s_pool, """{"address":"x","protocol_port":80}"""));
        var met = await RecordAsync(world, id, Create(ObjectKind.Member, s_pool, """{"address":"10.0.0.77","protocol_port":80}"""));
        var busy = await RecordAsync(world, id, ObjectEdits.Delete(ObjectKind.Member, s_member));

        Assert.Equal(
            [RefusalKind.NotFound, RefusalKind.NotFound, RefusalKind.Invalid, RefusalKind.Quota, RefusalKind.Conflict],
            new[] { missing, gone, wrong, met, busy }.Select(decision => decision.Refusal!.Kind));
        Assert.Equal(2, await InUseAsync(world, QuotaKind.Member));
    }

    [Fact]
    public async Task A_batch_counts_what_it_adds_and_only_that()
    {
        await using var world = await LoadBalancerWorld.OpenAsync(new LoadBalancerSettings { Quotas = new Dictionary<QuotaKind, int> { [QuotaKind.Member] = 3 } });
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request());

        var tooMany = await RecordAsync(world, id, ObjectEdits.ReplaceMembers(s_pool, [Member(11), Member(12), Member(13), Member(14)], isAdditive: false));
        var enough = await RecordAsync(world, id, ObjectEdits.ReplaceMembers(s_pool, [Member(11), Member(12), Member(13)], isAdditive: false));

        Assert.Equal("Quota has been met for resources: Member", tooMany.Refusal!.Message);
        Assert.Null(enough.Refusal);
        Assert.Equal(3, await InUseAsync(world, QuotaKind.Member));
    }

    [Fact]
    public async Task What_is_in_error_counts_until_it_is_deleted()
    {
        await using var world = await LoadBalancerWorld.OpenAsync(new LoadBalancerSettings { Quotas = new Dictionary<QuotaKind, int> { [QuotaKind.LoadBalancer] = 1, [QuotaKind.Pool] = 1 } });
        var (id, end) = await world.CreateAsync(LoadBalancerWorld.Request(), world.Engine(flow => FailingSteps.At(flow, "update-listeners", FailingMoment.Before)));
        var create = new CreateLoadBalancer(world.Services, world.Engine());

        var refused = await create.RecordAsync(LoadBalancerWorld.Request() with { Tree = null }, Cancel);
        await world.DeleteAsync(id);
        var accepted = await create.RecordAsync(LoadBalancerWorld.Request() with { Tree = null }, Cancel);

        Assert.Equal(FlowState.Reverted, end!.State);
        Assert.Equal((RefusalKind.Quota, "Quota has been met for resources: Load Balancer"), (refused.Refusal!.Kind, refused.Refusal.Message));
        Assert.Null(accepted.Refusal);
        Assert.Equal((1, 0), (await InUseAsync(world, QuotaKind.LoadBalancer), await InUseAsync(world, QuotaKind.Pool)));
    }

    [Theory]
    [InlineData("""{"listeners":[{"protocol":"TCP","protocol_port":80},{"protocol":"HTTP","protocol_port":80}]}""", nameof(RefusalKind.Conflict), "/loadbalancer/listeners/1/protocol_port")]
    [InlineData("""{"pools":[{"name":"a","protocol":"HTTP","lb_algorithm":"ROUND_ROBIN","members":[{"address":"10.0.0.1","protocol_port":80},{"address":"10.0.0.1","protocol_port":80}]}]}""", nameof(RefusalKind.Conflict), "/loadbalancer/pools/0/members/1/address")]
    [InlineData("""{"pools":[{"name":"a","protocol":"UDP","lb_algorithm":"ROUND_ROBIN","members":[{"address":"2001:db8::1","protocol_port":80}]}]}""", nameof(RefusalKind.Unsupported), "2001:db8::1")]
    [InlineData("""{"pools":[{"name":"a","protocol":"HTTP","lb_algorithm":"ROUND_ROBIN","members":[{"address":"169.254.169.254","protocol_port":80}]}]}""", nameof(RefusalKind.Invalid), "address. Value: '169.254.169.254'")]
    [InlineData("""{"pools":{"name":"a"}}""", nameof(RefusalKind.Invalid), "pools has to be an array of objects")]
    [InlineData("""{"pools":["a"]}""", nameof(RefusalKind.Invalid), "pools has to be an array of objects")]
    [InlineData("""{"description":"LONG"}""", nameof(RefusalKind.Invalid), "description")]
    [InlineData("""{"project_id":"a b"}""", nameof(RefusalKind.Invalid), "/loadbalancer/project_id")]
    [InlineData("""{"vip_address":"10.0.0"}""", nameof(RefusalKind.Invalid), "vip_address")]
    [InlineData("""{"topology":"TRIPLE"}""", nameof(RefusalKind.Invalid), "topology")]
    [InlineData("""{"flavor":"a"}""", nameof(RefusalKind.Invalid), "Unknown attribute for argument loadbalancer.loadbalancer: flavor")]
    public async Task A_wrong_document_is_refused_as_a_whole(string document, string kind, string message)
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var given = JsonNode.Parse(document.Replace("LONG", new string('a', 256), StringComparison.Ordinal))!.AsObject();
        given["name"] = "web";
        given["vip_subnet_id"] = LoadBalancerWorld.Request().VipSubnetId.ToString();

        var wanted = WantedLoadBalancer.Read(given);
        var refusal = wanted.Refusal ?? (await new ApplyLoadBalancer(world.Services, world.Engine()).RecordAsync(wanted.Value, Cancel)).Refusal;

        Assert.NotNull(refusal);
        Assert.Equal(kind, refusal.Kind.ToString());
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.Empty(await world.Database.ReadAsync((transaction, token) => new LoadBalancerRows(transaction).ListAsync(null, token), Cancel));
    }

    [Theory]
    [InlineData("name")]
    [InlineData("description")]
    public async Task A_text_of_a_load_balancer_has_255_characters_at_most(string field)
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        string longest = new('a', 255), tooLong = new('a', 256);
        var create = new CreateLoadBalancer(world.Services, world.Engine());
        var update = new UpdateLoadBalancer(world.Services, world.Engine());

        var refused = await create.RecordAsync(Named(tooLong), Cancel);
        var (id, _) = await world.CreateAsync(Named(longest));
        var unchanged = await update.RecordAsync(id, new LoadBalancerChange { Name = field == "name" ? tooLong : null, Description = field == "name" ? null : tooLong }, Cancel);

        Assert.Contains($"field/attribute {field}.", refused.Refusal!.Message, StringComparison.Ordinal);
        Assert.Contains($"field/attribute {field}.", unchanged.Refusal!.Message, StringComparison.Ordinal);
        Assert.Equal(RowStatus.Active, (await world.GetAsync(id))!.ProvisioningStatus);

        CreateLoadBalancerRequest Named(string text) => field == "name" ? LoadBalancerWorld.Request() with { Name = text } : LoadBalancerWorld.Request() with { Description = text };
    }

    [Fact]
    public async Task Tls_that_is_taken_away_is_the_default_again_and_a_client_s_ca_needs_a_server_s_certificate()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request());
        Guid metrics = Guid.NewGuid(), pool = Guid.NewGuid();
        var prometheus = ObjectEdits.Create(new NewObject(ObjectKind.Listener, metrics, new JsonObject { ["protocol"] = "PROMETHEUS", ["protocol_port"] = 9090 }));
        var tls = ObjectEdits.Create(new NewObject(ObjectKind.Pool, pool, new JsonObject { ["protocol"] = "HTTP", ["lb_algorithm"] = "ROUND_ROBIN", ["tls_enabled"] = true, ["tls_versions"] = new JsonArray("TLSv1.3") }));

        var policy = await RecordAsync(world, id, root => prometheus(root) ?? Create(ObjectKind.L7Policy, metrics, """{"action":"REJECT"}""")(root));
        var authority = await RecordAsync(world, id, root => prometheus(root) ?? ObjectEdits.Update(ObjectKind.Listener, metrics, new JsonObject { ["client_ca_tls_container_ref"] = "local:ca" })(root));
        var begun = await RecordAsync(world, id, root => tls(root) ?? ObjectEdits.Update(ObjectKind.Pool, pool, new JsonObject { ["tls_versions"] = null })(root));

        Assert.Equal((RefusalKind.Invalid, RefusalKind.Invalid), (policy.Refusal!.Kind, authority.Refusal!.Kind));
        Assert.Contains("PROMETHEUS", policy.Refusal.Message, StringComparison.Ordinal);
        Assert.Contains("client_ca_tls_container_ref. Value: 'local:ca'. It needs a server certificate", authority.Refusal.Message, StringComparison.Ordinal);
        Assert.Null(begun.Refusal);
        Assert.Contains("\"tls_versions\":[\"TLSv1.2\",\"TLSv1.3\"]", (await world.ObjectsAsync(id)).Single(row => row.Id == pool).Body, StringComparison.Ordinal);
    }

    private static JsonObject Member(int host) => new() { ["address"] = $"10.0.0.{host}", ["protocol_port"] = 80 };

    private static Func<JsonObject, Refusal?> Create(ObjectKind kind, Guid? parent, string fields) =>
        ObjectEdits.Create(new NewObject(kind, Guid.NewGuid(), JsonNode.Parse(fields)!.AsObject()) { ParentId = parent });

    private static Task<Decision<Begun?>> RecordAsync(LoadBalancerWorld world, Guid id, Func<JsonObject, Refusal?> edit) =>
        new ChangeObjects(world.Services, world.Engine()).RecordAsync(id, edit, Cancel);

    private static Task SetAsync(LoadBalancerWorld world, Guid id, RowStatus status) =>
        world.Database.InTransactionAsync((transaction, token) => new LoadBalancerRows(transaction).SetStatusAsync(id, status, token), Cancel);

    private static async Task<int> InUseAsync(LoadBalancerWorld world, QuotaKind kind) =>
        (await world.Database.ReadAsync((transaction, token) => new QuotaRows(transaction).GetAsync("demo", token), Cancel)).FirstOrDefault(quota => quota.Kind == kind)?.InUse ?? 0;
}
