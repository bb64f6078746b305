// lb set and amphora failover while a client never stops, and commands that only record: lb failover and amphora failover with --no-wait.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures.Controllers;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.EndToEnd.Tests.LoadBalancers;

public sealed class ChangeTests
{
    private static readonly Uri s_url = new("http://web.test/");
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_load_balancer_is_renamed_without_a_lost_request_and_switched_off_and_on()
    {
        await using ControllerCommands controller = await ControllerCommands.StartAsync(members: 1);
        JsonNode web = await controller.CreateAsync("web");
        using Traffic traffic = new(controller.Client, IPAddress.Parse((string)web["vip_address"]!), null) { Limit = s_limit };

        IReadOnlyList<Answer> during = await traffic.DuringAsync(s_url, () => controller.RunAsync("lb", "set", "web", "--name", "shop", "--description", "of a shop"), Cancel);
        JsonNode off = JsonNode.Parse(await controller.RunAsync("lb", "set", "shop", "--disable", "--output", "json"))!;
        IReadOnlyList<Answer> silent = await traffic.SendAsync(s_url, 3, Cancel);
        JsonNode on = JsonNode.Parse(await controller.RunAsync("lb", "set", "shop", "--enable", "--output", "json"))!;
        IReadOnlyList<Answer> back = await traffic.SendAsync(s_url, 5, Cancel);

        Assert.Equal(["member0"], Traffic.Count(during).Keys);
        Assert.Equal(("ACTIVE", "shop", "of a shop", false), ((string)off["provisioning_status"]!, (string)off["name"]!, (string)off["description"]!, (bool)off["admin_state_up"]!));
        Assert.All(silent, answer => Assert.Null(answer.Member));
        Assert.True((bool)on["admin_state_up"]!);
        Assert.Equal(["member0"], Traffic.Count(back).Keys);
        Assert.Equal("nothing to do\n", (await controller.TryAsync("lb", "set", "shop", "--enable")).Errors);
    }

    [Fact]
    public async Task An_amphora_is_replaced_while_clients_go_on()
    {
        await using ControllerCommands controller = await ControllerCommands.StartAsync(members: 1);
        JsonNode web = await controller.CreateAsync("web");
        string old = AmphoraOf(web);
        using Traffic traffic = new(controller.Client, IPAddress.Parse((string)web["vip_address"]!), null) { Limit = s_limit };

        await traffic.DuringAsync(s_url, () => controller.RunAsync("amphora", "failover", old), Cancel);

        JsonNode after = await ShowAsync(controller);
        Assert.Equal("ACTIVE", (string)after["provisioning_status"]!);
        Assert.NotEqual(old, AmphoraOf(after));
        Assert.Equal(new Dictionary<string, int> { ["member0"] = 10 }, Traffic.Count(await traffic.SendAsync(s_url, 10, Cancel)));
        Assert.DoesNotContain(controller.Things, thing => thing.Contains(old, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("lb")]
    [InlineData("amphora")]
    public async Task A_failover_that_is_only_recorded_changes_nothing_until_somebody_runs_it(string noun)
    {
        await using ControllerCommands controller = await ControllerCommands.StartAsync(members: 1);
        JsonNode web = await controller.CreateAsync("web");
        string old = AmphoraOf(web);
        using Traffic traffic = new(controller.Client, IPAddress.Parse((string)web["vip_address"]!), null) { Limit = s_limit };

        CommandResult recorded = await controller.TryAsync(noun, "failover", noun == "lb" ? "web" : old, "--no-wait");
        JsonNode pending = await ShowAsync(controller);
        IReadOnlyDictionary<string, int> meanwhile = Traffic.Count(await traffic.SendAsync(s_url, 5, Cancel));
        CommandResult twice = await controller.TryAsync(noun, "failover", noun == "lb" ? "web" : old);
        await controller.RunAsync("flow", "resume", recorded.Errors.Split(' ')[1]);
        JsonNode after = await ShowAsync(controller);

        Assert.Equal((0, "PENDING_UPDATE", old), (recorded.ExitCode, (string)pending["provisioning_status"]!, AmphoraOf(pending)));
        Assert.Equal(new Dictionary<string, int> { ["member0"] = 5 }, meanwhile);
        Assert.Equal(3, twice.ExitCode);
        Assert.Equal("ACTIVE", (string)after["provisioning_status"]!);
        Assert.NotEqual(old, AmphoraOf(after));
        Assert.Equal(new Dictionary<string, int> { ["member0"] = 5 }, Traffic.Count(await traffic.SendAsync(s_url, 5, Cancel)));
    }

    private static async Task<JsonNode> ShowAsync(ControllerCommands controller) => JsonNode.Parse(await controller.RunAsync("lb", "show", "web", "--output", "json"))!;

    private static string AmphoraOf(JsonNode web) => (string)Assert.Single(web["amphorae"]!.AsArray())!["id"]!;
}
