// lb create --drivers qemu: a load balancer whose amphora is the image, booted by the controller with a config drive of its own.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Controllers;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Vms;
using Xunit;

namespace Amphora.Vm.Tests;

public sealed class ComputeDriverTests
{
    private static readonly TimeSpan ServeLimit = TimeSpan.FromSeconds(VirtualMachine.BootLimit);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_load_balancer_whose_amphora_is_a_machine_serves_and_leaves_nothing()
    {
        await using ControllerCommands controller = await ControllerCommands.StartAsync(members: 2, "--drivers", "qemu", "--image", VmImage.Find());
        IReadOnlyList<string> before = controller.Things;

        JsonNode web = await controller.CreateAsync("web");
        using Traffic traffic = new(controller.Client, IPAddress.Parse((string)web["vip_address"]!), null);
        await Until.TrueAsync("the VIP answers", ServeLimit, async () => (await traffic.SendAsync(new Uri("http://web.test/"), 1, Cancel))[0].Member is not null, Cancel);
        IReadOnlyDictionary<string, int> answers = Traffic.Count(await traffic.SendAsync(new Uri("http://web.test/"), 10, Cancel));
        string machine = Path.Combine(controller.State, "machines", (string)web["amphorae"]![0]!["id"]!);
        bool ran = File.Exists(Path.Combine(machine, "vm.json"));
        await controller.RunAsync("lb", "delete", "web", "--cascade");

        Assert.Equal("ACTIVE", (string?)web["provisioning_status"]);
        Assert.Equal(new Dictionary<string, int> { ["member0"] = 5, ["member1"] = 5 }, answers);
        Assert.Equal((true, false), (ran, Directory.Exists(machine)));
        Assert.Equal(before, controller.Things);
    }

    [Fact]
    public async Task An_image_that_is_not_there_is_an_error_and_leaves_nothing()
    {
        await using ControllerCommands controller = await ControllerCommands.StartAsync(members: 0, "--drivers", "qemu", "--image", "/nowhere");
        IReadOnlyList<string> before = controller.Things;

        Fixtures.Programs.CommandResult result = await controller.TryAsync("lb", "create", "--name", "web", "--vip-subnet-id", "demo");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("/nowhere", result.Errors, StringComparison.Ordinal);
        Assert.Equal(before, controller.Things);
    }
}
