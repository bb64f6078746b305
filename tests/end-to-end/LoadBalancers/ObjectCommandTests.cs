// listener, pool, member, healthmonitor, l7policy, l7rule, apply: after each command requests go where they should.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures.Controllers;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.EndToEnd.Tests.LoadBalancers;

public sealed class ObjectCommandTests
{
    private static readonly Uri s_root = new("http://web.test/");
    private static readonly Uri s_green = new("http://web.test/green");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_go_where_each_command_sends_them()
    {
        await using ControllerCommands controller = await ControllerCommands.StartAsync(members: 2);
        JsonNode web = JsonNode.Parse(await controller.RunAsync("lb", "create", "--name", "web", "--vip-subnet-id", "demo", "--output", "json"))!;
        using Traffic traffic = new(controller.Client, IPAddress.Parse((string)web["vip_address"]!), null);

        await controller.RunAsync("listener", "create", "web", "--name", "front", "--protocol", "HTTP", "--protocol-port", "80");
        Assert.Equal("503", await MemberAsync(traffic, s_root));

        await controller.RunAsync("pool", "create", "--name", "blue", "--listener", "front", "--protocol", "HTTP", "--lb-algorithm", "ROUND_ROBIN");
        await controller.RunAsync("member", "create", "blue", "--name", "m0", "--address", "10.66.0.200", "--protocol-port", "80");
        await controller.RunAsync("healthmonitor", "create", "blue", "--name", "h", "--type", "HTTP", "--delay", "2", "--timeout", "1", "--max-retries", "1");
        Assert.Equal("member0", await MemberAsync(traffic, s_root));

        await controller.RunAsync("pool", "create", "--name", "green", "--loadbalancer", "web", "--protocol", "HTTP", "--lb-algorithm", "ROUND_ROBIN");
        await controller.RunAsync("member", "create", "green", "--name", "m1", "--address", "10.66.0.201", "--protocol-port", "80");
        await controller.RunAsync("l7policy", "create", "front", "--name", "p", "--action", "REDIRECT_TO_POOL", "--redirect-pool", "green");
        string rule = (string)JsonNode.Parse(await controller.RunAsync("l7rule", "create", "p", "--type", "PATH", "--compare-type", "STARTS_WITH", "--value", "/green", "--output", "json"))!["id"]!;
        Assert.Equal(("member0", "member1"), (await MemberAsync(traffic, s_root), await MemberAsync(traffic, s_green)));

        await controller.RunAsync("l7rule", "set", "p", rule, "--invert");
        Assert.Equal(("member1", "member0"), (await MemberAsync(traffic, s_root), await MemberAsync(traffic, s_green)));

        await controller.RunAsync("l7rule", "delete", "p", rule);
        await controller.RunAsync("l7policy", "delete", "p");
        await controller.RunAsync("pool", "delete", "green");
        Assert.Equal(("member0", "member0"), (await MemberAsync(traffic, s_root), await MemberAsync(traffic, s_green)));

        await controller.RunAsync("healthmonitor", "delete", "h");
        await controller.RunAsync("member", "delete", "blue", "m0");
        Assert.Equal("503", await MemberAsync(traffic, s_root));

        await controller.RunAsync("pool", "delete", "blue");
        await controller.RunAsync("listener", "delete", "front");
        Assert.Equal(28, (await Command.RunAsync(controller.Client.Inside("curl", "-s", "--max-time", "2", $"http://{(string)web["vip_address"]!}/"), Cancel)).ExitCode);
    }

    [Fact]
    public async Task A_document_is_applied_twice_and_changed_once()
    {
        await using ControllerCommands controller = await ControllerCommands.StartAsync(members: 2);
        string file = Path.Combine(controller.State, "web.json");
        await File.WriteAllTextAsync(file, Document("10.66.0.200"), Cancel);

        string planned = await controller.RunAsync("apply", "-f", file, "--plan");
        string applied = await controller.RunAsync("apply", "-f", file);
        CommandResult again = await controller.TryAsync("apply", "-f", file);
        JsonNode web = JsonNode.Parse(await controller.RunAsync("lb", "show", "web", "--output", "json"))!;
        using Traffic traffic = new(controller.Client, IPAddress.Parse((string)web["vip_address"]!), null);
        string? before = await MemberAsync(traffic, s_root);
        await File.WriteAllTextAsync(file, Document("10.66.0.201"), Cancel);
        string changed = await controller.RunAsync("apply", "-f", file);

        Assert.Equal(planned, applied);
        Assert.Equal((0, "nothing to do\n"), (again.ExitCode, again.Errors));
        Assert.Contains("+ member 10.66.0.201:80\n- member 10.66.0.200:80", changed, StringComparison.Ordinal);
        Assert.Equal(("member0", "member1"), (before, await MemberAsync(traffic, s_root)));
    }

    private static string Document(string member) => $$"""
        {"name":"web","vip_subnet_id":"demo",
         "listeners":[{"name":"front","protocol":"HTTP","protocol_port":80,"default_pool":"blue"}],
         "pools":[{"name":"blue","protocol":"HTTP","lb_algorithm":"ROUND_ROBIN","members":[{"address":"{{member}}","protocol_port":80}]}]}
        """;

    private static async Task<string?> MemberAsync(Traffic traffic, Uri uri) => (await traffic.SendAsync(uri, 1, Cancel))[0] is var answer ? answer.Member ?? answer.Failure : null;
}
