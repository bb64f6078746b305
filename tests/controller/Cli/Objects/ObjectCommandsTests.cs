// listener, pool, member, healthmonitor, l7policy, l7rule: as people type them.
using System.Text.Json.Nodes;
using Xunit;

namespace Amphora.Controller.Tests.Cli.Objects;

public sealed class ObjectCommandsTests
{
    [Fact]
    public async Task Every_kind_is_created_listed_shown_changed_and_deleted()
    {
        using var controller = new NoopController();
        await controller.CreateWebAsync();

        await controller.RunAsync("member", "create", "blue", "--name", "m", "--address", "10.0.0.1", "--protocol-port", "80", "--weight", "5");
        await controller.RunAsync("healthmonitor", "create", "blue", "--name", "h", "--type", "HTTP", "--delay", "5", "--timeout", "3", "--max-retries", "2");
        await controller.RunAsync("l7policy", "create", "front", "--name", "p", "--action", "REDIRECT_TO_POOL", "--redirect-pool", "blue");
        var rule = (string)Assert.Single(await controller.JsonAsync("l7rule", "create", "p", "--type", "PATH", "--compare-type", "STARTS_WITH", "--value", "/x"))["id"]!;
        await controller.RunAsync("listener", "set", "front", "--connection-limit", "10", "--disable", "--tag", "a");
        await controller.RunAsync("member", "set", "blue", "m", "--weight", "0", "--enable-backup");
        await controller.RunAsync("healthmonitor", "set", "h", "--max-retries", "3");
        await controller.RunAsync("l7policy", "set", "p", "--redirect-url", "http://a.example/");
        await controller.RunAsync("l7rule", "set", "p", rule, "--invert");
        var changed = (await controller.JsonAsync("listener", "show", "front"), await controller.JsonAsync("member", "list", "blue"), await controller.JsonAsync("l7policy", "list"));
        await controller.RunAsync("listener", "unset", "front", "--connection-limit", "--all-tag");
        var unset = Assert.Single(await controller.JsonAsync("listener", "show", "front"));
        await controller.RunAsync("l7rule", "delete", "p", rule);
        await controller.RunAsync("l7policy", "delete", "p");
        await controller.RunAsync("healthmonitor", "delete", "h");
        await controller.RunAsync("member", "delete", "blue", "m");
        await controller.RunAsync("pool", "delete", "blue");
        await controller.RunAsync("listener", "delete", "front");

        var listener = Assert.Single(changed.Item1);
        Assert.Equal((10, false, "ACTIVE"), ((int)listener["connection_limit"]!, (bool)listener["admin_state_up"]!, (string)listener["provisioning_status"]!));
        Assert.Equal((0, true), ((int)Assert.Single(changed.Item2)["weight"]!, (bool)changed.Item2[0]["backup"]!));
        Assert.Equal(("REDIRECT_TO_URL", null), ((string)Assert.Single(changed.Item3)["action"]!, changed.Item3[0]["redirect_pool_id"]));
        Assert.Equal((-1, 0), ((int)unset["connection_limit"]!, unset["tags"]!.AsArray().Count));
        foreach (var noun in (string[])["listener", "pool", "healthmonitor", "l7policy"])
        {
            Assert.Empty(await controller.JsonAsync(noun, "list"));
        }
    }

    [Fact]
    public async Task A_name_that_two_have_is_nobodys()
    {
        using var controller = new NoopController();
        await controller.CreateWebAsync();
        await controller.RunAsync("pool", "create", "--name", "blue", "--loadbalancer", "web", "--protocol", "HTTP", "--lb-algorithm", "ROUND_ROBIN");

        var (code, _, error) = await controller.TryAsync("pool", "delete", "blue");

        Assert.Equal(3, code);
        Assert.Contains("2 of these are named blue", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_with_a_word_nobody_knows_is_refused_and_nothing_is_recorded()
    {
        using var controller = new NoopController();
        await controller.CreateWebAsync();
        var file = controller.Write("tree.json", """{"listener":[{"protocol":"HTTP","protocol_port":80}]}""");

        var (code, _, error) = await controller.TryAsync("lb", "create", "--name", "other", "--vip-subnet-id", NoopController.Subnet, "--file", file);

        Assert.Equal(2, code);
        Assert.Contains("/listener:", error, StringComparison.Ordinal);
        Assert.Single(await controller.JsonAsync("lb", "list"));
    }

    [Fact]
    public async Task Members_are_those_of_a_file_and_doing_it_again_does_nothing()
    {
        using var controller = new NoopController();
        await controller.CreateWebAsync();
        await controller.RunAsync("member", "create", "blue", "--address", "10.0.0.1", "--protocol-port", "80");
        var file = controller.Write("members.json", """{"members":[{"address":"10.0.0.2","protocol_port":80},{"address":"10.0.0.3","protocol_port":80,"weight":2}]}""");

        await controller.RunAsync("member", "batch", "blue", "--file", file, "--additive-only");
        var added = await controller.JsonAsync("member", "list", "blue");
        await controller.RunAsync("member", "batch", "blue", "--file", file);
        var replaced = await controller.JsonAsync("member", "list", "blue");
        var again = await controller.TryAsync("member", "batch", "blue", "--file", file);

        Assert.Equal(["10.0.0.1", "10.0.0.2", "10.0.0.3"], added.Select(member => (string)member["address"]!));
        Assert.Equal(["10.0.0.2", "10.0.0.3"], replaced.Select(member => (string)member["address"]!));
        Assert.Equal((0, "nothing to do\n"), (again.Code, again.Error));
    }

    [Fact]
    public async Task What_nobody_waits_for_is_only_recorded()
    {
        using var controller = new NoopController();
        await controller.CreateWebAsync();

        var (code, _, error) = await controller.TryAsync("listener", "set", "front", "--connection-limit", "9", "--no-wait");
        var busy = await controller.TryAsync("listener", "set", "front", "--connection-limit", "8");
        var flow = error.Split(' ')[1];
        var pending = (string)Assert.Single(await controller.JsonAsync("listener", "show", "front"))["provisioning_status"]!;
        await controller.RunAsync("flow", "resume", flow);

        Assert.Equal((0, 3, "PENDING_UPDATE"), (code, busy.Code, pending));
        Assert.Contains("is immutable", busy.Error, StringComparison.Ordinal);
        Assert.Equal("ACTIVE", (string)Assert.Single(await controller.JsonAsync("listener", "show", "front"))["provisioning_status"]!);
    }

    [Fact]
    public async Task Lists_are_filtered_by_fields_and_tags()
    {
        using var controller = new NoopController();
        await controller.CreateWebAsync();
        await controller.RunAsync("listener", "create", "web", "--name", "other", "--protocol", "TCP", "--protocol-port", "81", "--disable", "--tag", "a", "--tag", "b");

        Assert.Equal("other", (string)Assert.Single(await controller.JsonAsync("listener", "list", "--tags", "a,b"))["name"]!);
        Assert.Equal("front", (string)Assert.Single(await controller.JsonAsync("listener", "list", "--not-any-tags", "a"))["name"]!);
        Assert.Equal("front", (string)Assert.Single(await controller.JsonAsync("listener", "list", "--enable"))["name"]!);
        Assert.Equal("other", (string)Assert.Single(await controller.JsonAsync("listener", "list", "--protocol", "TCP", "--loadbalancer", "web"))["name"]!);
        Assert.Empty(await controller.JsonAsync("listener", "list", "--tags", "a,c"));
    }

    [Fact]
    public async Task Stats_of_a_listener_nobody_used_are_zeros()
    {
        using var controller = new NoopController();
        await controller.CreateWebAsync();

        Assert.Equal("""{"bytes_in":0,"bytes_out":0,"active_connections":0,"total_connections":0,"request_errors":0}""", Assert.Single(await controller.JsonAsync("listener", "stats", "front")).ToJsonString());
    }
}
