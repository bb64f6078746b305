// lb status, tree, stats, list; quota; what they say.
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace Amphora.Controller.Tests.Cli.Objects;

public sealed partial class LooksTests
{
    [Fact]
    public async Task A_tree_is_drawn_with_statuses_and_addresses()
    {
        using var controller = new NoopController();
        await controller.CreateWebAsync();
        await controller.RunAsync("member", "create", "blue", "--name", "m", "--address", "10.0.0.1", "--protocol-port", "80", "--weight", "5");
        await controller.RunAsync("l7policy", "create", "front", "--name", "p", "--action", "REDIRECT_TO_POOL", "--redirect-pool", "blue");
        await controller.RunAsync("l7rule", "create", "p", "--type", "HEADER", "--key", "X-A", "--compare-type", "EQUAL_TO", "--value", "b", "--invert");
        await controller.RunAsync("pool", "create", "--name", "idle", "--loadbalancer", "web", "--protocol", "TCP", "--lb-algorithm", "SOURCE_IP", "--disable");

        var drawn = Anything().Replace(await controller.RunAsync("lb", "tree", "web"), "…");

        Assert.Equal("""
            loadbalancer web  …  SINGLE  [ACTIVE OFFLINE]
            ├─ listener front  HTTP:80  [ACTIVE OFFLINE]
            │  ├─ l7policy p  1: REDIRECT_TO_POOL  [ACTIVE OFFLINE]
            │  │  ├─ l7rule  HEADER X-A not EQUAL_TO b  [ACTIVE OFFLINE]
            │  │  └─ pool blue  HTTP ROUND_ROBIN  [ACTIVE OFFLINE]
            │  │     └─ member m  10.0.0.1:80 weight 5  [ACTIVE NO_MONITOR]
            │  └─ pool blue  as above  [ACTIVE OFFLINE]
            ├─ pool idle  TCP SOURCE_IP disabled  [ACTIVE OFFLINE]
            └─ amphora …  STANDALONE  …, VIP network …  [ALLOCATED]

            """, drawn);
    }

    [Fact]
    public async Task A_status_tree_is_the_apis()
    {
        using var controller = new NoopController();
        await controller.CreateWebAsync();
        await controller.RunAsync("healthmonitor", "create", "blue", "--type", "TCP", "--delay", "5", "--timeout", "3", "--max-retries", "2");
        await controller.RunAsync("member", "create", "blue", "--address", "10.0.0.1", "--protocol-port", "80");

        var tree = JsonNode.Parse(await controller.RunAsync("lb", "status", "web"))!["statuses"]!["loadbalancer"]!;

        var pool = tree["listeners"]![0]!["pools"]![0]!;
        Assert.Equal(("web", "ACTIVE", "blue", "TCP"), ((string)tree["name"]!, (string)tree["provisioning_status"]!, (string)pool["name"]!, (string)pool["health_monitor"]!["type"]!));
        Assert.Equal(["id", "name", "operating_status", "provisioning_status", "address", "protocol_port"], pool["members"]![0]!.AsObject().Select(field => field.Key));
    }

    [Fact]
    public async Task Quotas_are_set_met_and_unset()
    {
        using var controller = new NoopController();
        await controller.CreateWebAsync();

        await controller.RunAsync("quota", "set", "--member", "1", "--healthmonitor", "0");
        await controller.RunAsync("member", "create", "blue", "--address", "10.0.0.1", "--protocol-port", "80");
        var met = await controller.TryAsync("member", "create", "blue", "--address", "10.0.0.2", "--protocol-port", "80");
        var shown = Assert.Single(await controller.JsonAsync("quota", "show"));
        await controller.RunAsync("quota", "unset", "--member");
        await controller.RunAsync("member", "create", "blue", "--address", "10.0.0.2", "--protocol-port", "80");

        Assert.Equal((3, "error: Quota has been met for resources: Member\n"), (met.Code, met.Error));
        Assert.Equal((1, 0, 0, -1), ((int)shown["member"]!, (int)shown["healthmonitor"]!, (int)shown["health_monitor"]!, (int)shown["pool"]!));
        Assert.Equal("default", (string)Assert.Single(await controller.JsonAsync("quota", "list"))["project_id"]!);
        Assert.Equal(2, (await controller.TryAsync("quota", "set", "--member", "-2")).Code);
        Assert.Equal(2, (await controller.TryAsync("quota", "set")).Code);
    }

    [Fact]
    public async Task A_load_balancer_is_renamed_switched_off_and_described()
    {
        using var controller = new NoopController();
        await controller.CreateWebAsync();

        await controller.RunAsync("lb", "set", "web", "--name", "shop", "--description", "ours", "--disable");
        var changed = Assert.Single(await controller.JsonAsync("lb", "show", "shop"));
        await controller.RunAsync("lb", "unset", "shop", "--description");
        var again = await controller.TryAsync("lb", "set", "shop", "--disable");

        Assert.Equal(("ours", false, "ACTIVE"), ((string)changed["description"]!, (bool)changed["admin_state_up"]!, (string)changed["provisioning_status"]!));
        Assert.Equal("", (string)Assert.Single(await controller.JsonAsync("lb", "show", "shop"))["description"]!);
        Assert.Equal("nothing to do\n", again.Error);
    }

    [Fact]
    public async Task Load_balancers_are_filtered()
    {
        using var controller = new NoopController();
        await controller.RunAsync("lb", "create", "--name", "a", "--vip-subnet-id", NoopController.Subnet, "--vip-address", "198.18.0.9");
        await controller.RunAsync("lb", "create", "--name", "b", "--vip-subnet-id", NoopController.Subnet, "--disable", "--project", "other");

        Assert.Equal("a", (string)Assert.Single(await controller.JsonAsync("lb", "list", "--vip-address", "198.18.0.9"))["name"]!);
        Assert.Equal("b", (string)Assert.Single(await controller.JsonAsync("lb", "list", "--project", "other", "--disable"))["name"]!);
        Assert.Equal(2, (await controller.JsonAsync("lb", "list", "--provisioning-status", "ACTIVE")).Count);
    }

    [GeneratedRegex(@"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|198\.18\.\d+\.\d+|192\.0\.2\.\d+")]
    private static partial Regex Anything();
}
