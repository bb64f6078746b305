// Ports of amphorae in the networks of their members: they come, change and go with the members (flows.md §6.2).
using System.Text.Json.Nodes;
using Amphora.Contract.DesiredState;
using Amphora.Contract.Rest;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.LoadBalancers.Objects;
using Xunit;

namespace Amphora.Controller.Tests.LoadBalancers;

public sealed class MemberNetworkTests
{
    private static readonly Guid s_subnet = Guid.Parse("11111111-2222-4333-8444-555555555555");

    private static readonly Guid s_sibling = Guid.Parse("22222222-2222-4333-8444-555555555555");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task New_amphorae_are_in_their_members_networks_and_old_ones_leave_nothing_there()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var request = LoadBalancerWorld.Request(Topology.ActiveStandby);
        Set(request.Tree!, 0);
        var (id, created) = await world.CreateAsync(request);
        await CheckAsync(world, 2);

        var failedOver = await world.FailoverAsync(id);
        await CheckAsync(world, 2);
        var deleted = await world.DeleteAsync(id);

        Assert.Equal((FlowState.Success, FlowState.Success, FlowState.Success), (created!.State, failedOver!.State, deleted!.State));
        Assert.Empty(await world.ThingsAsync());
    }

    [Fact]
    public async Task A_member_in_another_network_brings_a_port_and_takes_it_along()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request());
        var amphora = Assert.Single(await world.AmphoraeAsync()).Id;

        await ChangeAsync(world, id, Add);
        await CheckAsync(world, 1);
        Assert.Equal(PortType.Member, Assert.Single(world.Agents.Plugged(amphora), port => port.Type == PortType.Member).Type);
        await ChangeAsync(world, id, tree => Members(tree).RemoveAt(2));

        await CheckAsync(world, 0);
        Assert.DoesNotContain(world.Agents.Plugged(amphora), port => port.Type == PortType.Member);
    }

    [Fact]
    public async Task A_member_in_the_vips_own_network_brings_none()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var request = LoadBalancerWorld.Request();
        Members(request.Tree!)[0]!["subnet_id"] = request.VipSubnetId.ToString();

        await world.CreateAsync(request);

        await CheckAsync(world, 0);
    }

    [Fact]
    public async Task A_member_in_another_subnet_of_the_vips_network_brings_an_address_there_and_takes_it_along()
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var (id, _) = await CreateBesideSiblingAsync(world);
        var before = await BasePortAsync(world);

        await ChangeAsync(world, id, AddSibling);
        var with = await BasePortAsync(world);
        var told = Assert.Single(world.Agents.Plugged(Assert.Single(await world.AmphoraeAsync()).Id));
        await ChangeAsync(world, id, tree => Members(tree).RemoveAt(2));

        Assert.Equal([.. before.FixedIps, with.FixedIps.Single(static ip => ip.SubnetId == s_sibling)], with.FixedIps);
        Assert.Equal((PortType.Vip, before.FixedIps[0].IpAddress), (told.Type, told.VrrpIp));
        Assert.Equal(with.FixedIps[1].IpAddress, Assert.Single(told.FixedIps).IpAddress);
        Assert.Equal(before.FixedIps, (await BasePortAsync(world)).FixedIps);
        await CheckAsync(world, 0);
    }

    [Theory]
    [InlineData(FailingMoment.Before)]
    [InlineData(FailingMoment.After)]
    public async Task A_change_that_fails_at_any_step_takes_such_an_address_back(FailingMoment moment)
    {
        foreach (var step in (string[])["add-member-networks", "update-listeners", "remove-member-networks", "mark-objects-active"])
        {
            await using var world = await LoadBalancerWorld.OpenAsync();
            var (id, _) = await CreateBesideSiblingAsync(world);
            var before = await BasePortAsync(world);

            var end = await ChangeAsync(world, id, AddSibling, world.Engine(flow => FailingSteps.At(flow, step, moment)));

            Assert.True(end == new FlowEnd(FlowState.Reverted, "injected"), $"{step}: {end}");
            Assert.Equal(before.FixedIps, (await BasePortAsync(world)).FixedIps);
        }
    }

    [Theory]
    [InlineData(FailingMoment.Before)]
    [InlineData(FailingMoment.After)]
    public async Task A_change_that_fails_at_any_step_takes_what_it_plugged_out_again(FailingMoment moment)
    {
        foreach (var step in (string[])["find-member-networks", "add-member-networks", "update-listeners", "remove-member-networks", "update-vip-security-group", "mark-objects-active"])
        {
            await using var world = await LoadBalancerWorld.OpenAsync();
            var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request());

            var end = await ChangeAsync(world, id, Add, world.Engine(flow => FailingSteps.At(flow, step, moment)));

            Assert.True(end == new FlowEnd(FlowState.Reverted, "injected"), $"{step}: {end}");
            await CheckAsync(world, 0);
        }
    }

    [Theory]
    [InlineData(FailingMoment.Before)]
    [InlineData(FailingMoment.After)]
    public async Task A_failover_that_fails_at_any_step_leaves_no_port_of_its_replacement(FailingMoment moment)
    {
        foreach (var step in (string[])["plug-vip", "plug-member-networks", "update-listeners"])
        {
            await using var world = await LoadBalancerWorld.OpenAsync();
            var request = LoadBalancerWorld.Request();
            Set(request.Tree!, 0);
            await world.CreateAsync(request);
            var old = Assert.Single(await world.AmphoraeAsync()).Id;

            var end = await world.FailoverAmphoraAsync(old, world.Engine(flow => FailingSteps.At(flow, step, moment)));

            Assert.True(end == new FlowEnd(FlowState.Reverted, "injected"), $"{step}: {end}");
            await CheckAsync(world, 1);
        }
    }

    private static JsonArray Members(JsonObject tree) => tree["pools"]![0]!["members"]!.AsArray();

    private static void Set(JsonObject tree, int member) => Members(tree)[member]!["subnet_id"] = s_subnet.ToString();

    private static void Add(JsonObject tree) => Add(tree, s_subnet);

    private static void AddSibling(JsonObject tree) => Add(tree, s_sibling);

    private static void Add(JsonObject tree, Guid subnet) => Members(tree).Add((JsonNode)new JsonObject
    {
        ["id"] = Guid.NewGuid(),
        ["address"] = "10.1.0.13",
        ["protocol_port"] = 80,
        ["subnet_id"] = subnet.ToString(),
    });

    private static async Task<(Guid Id, FlowEnd? End)> CreateBesideSiblingAsync(LoadBalancerWorld world)
    {
        var request = LoadBalancerWorld.Request();
        world.Network.Add((await world.Network.GetSubnetAsync(request.VipSubnetId, Cancel))! with { Id = s_sibling, Name = "sibling" });
        return await world.CreateAsync(request);
    }

    private static async Task<NetworkPort> BasePortAsync(LoadBalancerWorld world) =>
        Assert.Single(await world.Network.ListPortsAsync(Cancel), static port => port.Name.StartsWith("octavia-lb-vrrp-", StringComparison.Ordinal));

    // A port for each amphora that there is, and for none that is not.
    private static async Task CheckAsync(LoadBalancerWorld world, int ports)
    {
        var amphorae = await world.AmphoraeAsync();
        var there = (await world.Network.ListPortsAsync(Cancel)).Where(port => port.Name.StartsWith("octavia-lb-member-", StringComparison.Ordinal)).ToList();
        Assert.Equal(ports, there.Count);
        Assert.All(there, port => Assert.Contains(amphorae, amphora => port.Name == $"octavia-lb-member-{amphora.Id}" && port.NetworkId == s_subnet));
    }

    private static async Task<FlowEnd?> ChangeAsync(LoadBalancerWorld world, Guid id, Action<JsonObject> edit, FlowEngine? engine = null)
    {
        engine ??= world.Engine();
        var decision = await new ChangeObjects(world.Services, engine).RecordAsync(
            id,
            tree =>
            {
                edit(tree);
                return null;
            },
            Cancel);
        Assert.Null(decision.Refusal);
        return await engine.RunAsync(decision.Value!.FlowId, null, Cancel);
    }
}
