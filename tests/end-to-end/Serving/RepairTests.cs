// serve: amphorae that die are replaced by themselves, and those that only seem to are not.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Controllers;
using Amphora.Fixtures.Databases;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.EndToEnd.Tests.Serving;

public sealed class RepairTests
{
    // What the log says when an amphora is taken for a failover.
    private const string BeginsToReplace = ", heard of last ";

    private static readonly string[] s_quick = ["--heartbeat-timeout", "6", "--health-check-interval", "1"];
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_dead_amphora_is_replaced_and_serves_again(bool withHaproxy)
    {
        await using ControllerCommands controller = await ControllerCommands.StartAsync(members: 1, "--heartbeat-interval", "1");
        await using ServingController serve = controller.Serve("serve", s_quick);
        await serve.ReadyAsync(Cancel);
        JsonNode web = await controller.CreateAsync("web");
        using Traffic traffic = new(controller.Client, IPAddress.Parse((string)web["vip_address"]!), null);
        await UntilAsync("it is heard of", async () => (string?)(await ShowAsync(controller, "web"))["operating_status"] == "ONLINE");
        string dead = AmphoraOf(web);

        await KillAsync(controller, dead, withHaproxy);
        await UntilAsync("another one has its place", async () => (await ShowAsync(controller, "web")) is var now && (string?)now["provisioning_status"] == "ACTIVE" && AmphoraOf(now) != dead);
        await UntilAsync("it serves", async () => (await traffic.SendAsync(new Uri("http://web.test/"), 1, Cancel))[0].Member is not null);
        await UntilAsync("it is heard of", async () => (await serve.MetricsAsync(Cancel)) is var now
            && now["amphora_controller_amphorae_watched"] == 1 && now["amphora_controller_amphorae_silent"] == 0);

        // It counts when the flow has ended, a moment after the load balancer is ACTIVE.
        await UntilAsync("it is counted", async () => (await serve.MetricsAsync(Cancel))["amphora_controller_repairs_total{remedy=\"rebuild\",result=\"success\"}"] == 1);
        Assert.DoesNotContain(Directory.EnumerateFiles("/run/netns"), name => name.Contains(dead[^12..], StringComparison.Ordinal));
        Assert.Equal(0, await serve.Program.StopAsync(Cancel));
    }

    [Fact]
    public async Task An_amphora_that_serves_is_left_alone_though_its_heartbeats_are_lost()
    {
        await using ControllerCommands controller = await ControllerCommands.StartAsync(members: 1, "--heartbeat-interval", "1");
        // Where nobody sends them.
        await using ServingController serve = controller.Serve("serve", [.. s_quick, "--bind-heartbeats", $"{controller.ManagementAddress()}:5557"]);
        await serve.ReadyAsync(Cancel);
        JsonNode web = await controller.CreateAsync("web");

        await UntilAsync("it was looked at", async () => (await serve.MetricsAsync(Cancel))["amphora_controller_amphorae_left_alone"] == 1);

        Assert.Equal(AmphoraOf(web), AmphoraOf(await ShowAsync(controller, "web")));
        Assert.Contains("its agent answers and serves", serve.Program.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_many_are_silent_at_once_nobody_is_replaced_and_one_that_dies_alone_is()
    {
        await using ControllerCommands controller = await ControllerCommands.StartAsync(members: 0, "--heartbeat-interval", "1");
        await using ServingController serve = controller.Serve("serve", s_quick);
        await serve.ReadyAsync(Cancel);
        string[] names = [.. Enumerable.Range(0, 10).Select(number => $"lb-{number}")];
        foreach (string name in names)
        {
            await controller.RunAsync("lb", "create", "--name", name, "--vip-subnet-id", "demo", "--no-wait");
        }

        await UntilAsync("all are heard of", async () => (await serve.MetricsAsync(Cancel)) is var now && now["amphora_controller_amphorae_watched"] == 10 && now["amphora_controller_amphorae_silent"] == 0);
        IReadOnlyList<string> before = await AmphoraeOfAsync(controller, names);

        // Two fifths.
        await SignalAsync("STOP", controller, before.Take(4));
        await UntilAsync("the breaker is open", async () => (await serve.MetricsAsync(Cancel))["amphora_controller_breaker{state=\"open\"}"] == 1);
        await UntilAsync("all of them are silent", async () => (await serve.MetricsAsync(Cancel))["amphora_controller_amphorae_silent"] == 4);
        // Longer than it would take to replace them.
        await Task.Delay(TimeSpan.FromSeconds(8), Cancel);
        await SignalAsync("CONT", controller, before.Take(4));
        await UntilAsync("they are back", async () => (await serve.MetricsAsync(Cancel)) is var now && now["amphora_controller_amphorae_silent"] == 0 && now["amphora_controller_breaker{state=\"closed\"}"] == 1);

        Assert.Equal(before, await AmphoraeOfAsync(controller, names));
        Assert.DoesNotContain(BeginsToReplace, serve.Program.Log, StringComparison.Ordinal);
        Assert.Matches("circuit breaker: Open; [1-4] amphorae are silent; [34] of 10 fell silent of late", serve.Program.Log);

        await KillAsync(controller, before[9], withHaproxy: true);
        await UntilAsync("another one has its place", async () => (await ShowAsync(controller, names[9])) is var now && (string?)now["provisioning_status"] == "ACTIVE" && AmphoraOf(now) != before[9]);

        Assert.Equal(before.SkipLast(1), await AmphoraeOfAsync(controller, names[..9]));
        await UntilAsync("it is counted", async () => (await serve.MetricsAsync(Cancel))["amphora_controller_repairs_total{remedy=\"rebuild\",result=\"success\"}"] == 1);
    }

    [Fact]
    public async Task Of_two_controllers_one_replaces_each_and_the_other_one_ends_what_a_killed_one_began()
    {
        await using PostgresServer server = await PostgresServer.StartAsync(Cancel);
        await using ControllerCommands controller = await ControllerCommands.StartAsync(members: 0, "--heartbeat-interval", "1", "--database", await server.CreateAsync("controllers", Cancel));
        string[] managers = [$"{controller.ManagementAddress()}:5555", $"{controller.ManagementAddress()}:5556"];
        string[] options = [.. s_quick, "--breaker-share", "0", "--health-manager", managers[0], "--health-manager", managers[1]];
        await using ServingController first = controller.Serve("first", options);
        await using ServingController second = controller.Serve("second", [.. options, "--bind-heartbeats", managers[1]]);
        await first.ReadyAsync(Cancel);
        await second.ReadyAsync(Cancel);
        string[] names = ["a", "b", "c", "d"];
        Dictionary<string, string> before = [];
        foreach (string name in names)
        {
            before[name] = AmphoraOf(await controller.CreateAsync(name, "--health-manager", managers[0], "--health-manager", managers[1]));
        }

        await UntilAsync("all are heard of", async () => (await second.MetricsAsync(Cancel))["amphora_controller_amphorae_watched"] == 4);
        await Task.WhenAll(before.Values.Select(amphora => KillAsync(controller, amphora, withHaproxy: true)));
        // Whichever is quicker.
        ServingController? begun = null;
        await UntilAsync("one of them has begun", () => Task.FromResult(
            (begun = new[] { first, second }.FirstOrDefault(one => one.Program.Log.Contains(BeginsToReplace, StringComparison.Ordinal))) is not null));
        await begun!.Program.KillAsync(Cancel);
        foreach (string name in names)
        {
            await UntilAsync($"{name} has another one", async () => (await ShowAsync(controller, name)) is var now && (string?)now["provisioning_status"] == "ACTIVE" && AmphoraOf(now) != before[name]);
        }

        string[] flows = [.. (await controller.RunAsync("flow", "list")).Split('\n').Where(line => line.Contains("failover", StringComparison.Ordinal))];
        Assert.Equal(4, flows.Length);
        Assert.All(flows, flow => Assert.Contains("SUCCESS", flow, StringComparison.Ordinal));
    }

    private static Task UntilAsync(string what, Func<Task<bool>> holds) => Until.TrueAsync(what, s_limit, holds, Cancel);

    private static async Task<JsonNode> ShowAsync(ControllerCommands controller, string name) => JsonNode.Parse(await controller.RunAsync("lb", "show", name, "--output", "json"))!;

    private static async Task<IReadOnlyList<string>> AmphoraeOfAsync(ControllerCommands controller, IEnumerable<string> names)
    {
        List<string> amphorae = [];
        foreach (string name in names)
        {
            amphorae.Add(AmphoraOf(await ShowAsync(controller, name)));
        }

        return amphorae;
    }

    // The one that serves; while one is replaced there are two.
    private static string AmphoraOf(JsonNode balancer) =>
        balancer["amphorae"]!.AsArray().Where(amphora => (string?)amphora!["status"] == "ALLOCATED").Select(amphora => (string)amphora!["id"]!).SingleOrDefault("");

    private static async Task KillAsync(ControllerCommands controller, string amphora, bool withHaproxy)
    {
        List<string> pids = [$"{controller.AgentOf(amphora)}"];
        if (withHaproxy)
        {
            foreach (string space in Directory.EnumerateFiles("/run/netns").Select(file => Path.GetFileName(file)).Where(name => name.Contains(amphora[^12..], StringComparison.Ordinal)))
            {
                pids.AddRange((await Command.OutputAsync(["ip", "netns", "pids", space], Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries));
            }
        }

        await Command.RunAsync(["kill", "-9", .. pids.Distinct()], Cancel);
    }

    private static Task SignalAsync(string signal, ControllerCommands controller, IEnumerable<string> amphorae) =>
        Command.OutputAsync(["kill", "-s", signal, .. amphorae.Select(amphora => $"{controller.AgentOf(amphora)}")], Cancel);
}
