// lb create, traffic, lb delete: the shipped controller on this host's namespaces.
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Amphora.Fixtures.Controllers;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.EndToEnd.Tests.LoadBalancers;

public sealed class LifecycleTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task A_load_balancer_serves_when_it_is_active_lets_only_its_ports_in_and_leaves_nothing(AddressFamily family)
    {
        await using ControllerCommands controller = await ControllerCommands.StartAsync(family, members: 2);
        IReadOnlyList<string> before = controller.Things;

        JsonNode web = await controller.CreateAsync("web");
        IPAddress vip = IPAddress.Parse((string)web["vip_address"]!);
        using Traffic traffic = new(controller.Client, vip, null);
        IReadOnlyDictionary<string, int> answers = Traffic.Count(await traffic.SendAsync(new Uri("http://web.test/"), 10, Cancel));
        CommandResult closed = await Command.RunAsync(controller.Client.Inside("curl", "-s", "--max-time", "2", $"http://{new IPEndPoint(vip, 81)}/"), Cancel);
        string flow = (await controller.RunAsync("flow", "list")).Split('\n')[1].Split(' ')[0];
        string steps = await controller.RunAsync("flow", "show", flow);
        CommandResult children = await controller.TryAsync("lb", "delete", "web");
        await controller.RunAsync("lb", "delete", "web", "--cascade");

        Assert.Equal(("ACTIVE", "ALLOCATED"), ((string)web["provisioning_status"]!, (string)web["amphorae"]![0]!["status"]!));
        Assert.Equal(new Dictionary<string, int> { ["member0"] = 5, ["member1"] = 5 }, answers);
        Assert.Equal(28, closed.ExitCode);
        Assert.DoesNotContain("PENDING", steps, StringComparison.Ordinal);
        Assert.Contains("has children", children.Errors, StringComparison.Ordinal);
        Assert.Equal(before, controller.Things);
        Assert.DoesNotContain(Directory.EnumerateFiles("/run/netns"), name => name.Contains(((string)web["amphorae"]![0]!["id"]!)[^12..], StringComparison.Ordinal));
        Assert.Single((await controller.RunAsync("lb", "list")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task A_pair_serves_and_goes(AddressFamily family)
    {
        await using ControllerCommands controller = await ControllerCommands.StartAsync(family, members: 1);

        JsonNode pair = await controller.CreateAsync("pair", "--topology", "ACTIVE_STANDBY", "--anti-affinity");
        using Traffic traffic = new(controller.Client, IPAddress.Parse((string)pair["vip_address"]!), null);
        // VRRP's election takes three and a half advertisements (RFC 5798 §6.1).
        await Amphora.Fixtures.Until.TrueAsync(
            "the VIP answers", TimeSpan.FromSeconds(30), async () => (await traffic.SendAsync(new Uri("http://pair.test/"), 1, Cancel))[0].Member is not null, Cancel);
        IReadOnlyDictionary<string, int> answers = Traffic.Count(await traffic.SendAsync(new Uri("http://pair.test/"), 20, Cancel));
        await controller.RunAsync("lb", "delete", "pair", "--cascade");

        Assert.Equal(["MASTER", "BACKUP"], pair["amphorae"]!.AsArray().Select(amphora => (string)amphora!["role"]!).OrderDescending());
        Assert.Equal(new Dictionary<string, int> { ["member0"] = 20 }, answers);
    }

    [Fact]
    public async Task A_creation_that_cannot_succeed_says_why_and_leaves_nothing()
    {
        await using ControllerCommands controller = await ControllerCommands.StartAsync(members: 0);
        IReadOnlyList<string> before = controller.Things;

        CommandResult subnet = await controller.TryAsync("lb", "create", "--vip-subnet-id", "nowhere");
        CommandResult outside = await controller.TryAsync("lb", "create", "--vip-subnet-id", "demo", "--vip-address", "192.0.2.1");
        CommandResult taken = await controller.TryAsync("lb", "create", "--name", "taken", "--vip-subnet-id", "demo", "--vip-address", "10.66.0.190");

        Assert.Equal((2, "error: Subnet nowhere not found.\n"), (subnet.ExitCode, subnet.Errors));
        Assert.Equal(2, outside.ExitCode);
        Assert.Contains("192.0.2.1", outside.Errors, StringComparison.Ordinal);
        Assert.Equal(3, taken.ExitCode);
        Assert.Contains("10.66.0.190", taken.Errors, StringComparison.Ordinal);
        Assert.Contains("ERROR", await controller.RunAsync("lb", "show", "taken"), StringComparison.Ordinal);
        Assert.Equal(before, controller.Things);
    }
}
