// apply: what is planned is what happens, and twice is once.
using System.Text.Json.Nodes;
using Xunit;

namespace Amphora.Controller.Tests.Cli.Objects;

public sealed class ApplyTests
{
    private const string Document = $$"""
        {"loadbalancer": {"name":"web","vip_subnet_id":"{{NoopController.Subnet}}",
          "listeners":[{"name":"front","protocol":"HTTP","protocol_port":80,"default_pool":"blue"}],
          "pools":[{"name":"blue","protocol":"HTTP","lb_algorithm":"ROUND_ROBIN","members":[{"address":"10.0.0.1","protocol_port":80}]}] } }
        """;

    [Fact]
    public async Task A_plan_changes_nothing_and_is_what_happens()
    {
        using var controller = new NoopController();
        var file = controller.Write("web.json", Document);

        var planned = await controller.RunAsync("apply", "-f", file, "--plan");
        var before = await controller.JsonAsync("lb", "list");
        var applied = await controller.RunAsync("apply", "-f", file);

        Assert.Empty(before);
        Assert.Equal("+ loadbalancer web\n+ listener front HTTP:80\n+ pool blue HTTP ROUND_ROBIN\n+ member 10.0.0.1:80\n", planned);
        Assert.Equal(planned, applied);
        Assert.Equal("ACTIVE", (string)Assert.Single(await controller.JsonAsync("lb", "list"))["provisioning_status"]!);
    }

    [Fact]
    public async Task Twice_is_once_and_a_change_is_only_that()
    {
        using var controller = new NoopController();
        var file = controller.Write("web.json", Document);
        await controller.RunAsync("apply", "-f", file);
        var flows = (await controller.RunAsync("flow", "list")).Count(letter => letter == '\n');

        var again = await controller.TryAsync("apply", "-f", file);
        var same = (await controller.RunAsync("flow", "list")).Count(letter => letter == '\n');
        var changed = await controller.RunAsync("apply", "-f", controller.Write("more.json", Document.Replace("10.0.0.1", "10.0.0.2", StringComparison.Ordinal)));

        Assert.Equal((0, "nothing to do\n", flows), (again.Code, again.Error, same));
        Assert.Equal("= loadbalancer web\n= listener front HTTP:80\n= pool blue HTTP ROUND_ROBIN\n+ member 10.0.0.2:80\n- member 10.0.0.1:80\n", changed);
        Assert.Equal("10.0.0.2", (string)Assert.Single(await controller.JsonAsync("member", "list", "blue"))["address"]!);
    }

    [Fact]
    public async Task What_is_shown_can_be_applied()
    {
        using var controller = new NoopController();
        await controller.RunAsync("apply", "-f", controller.Write("web.json", Document));
        var shown = Assert.Single(await controller.JsonAsync("lb", "show", "web")).ToJsonString();

        var again = await controller.TryAsync("apply", "-f", controller.Write("shown.json", shown));

        Assert.True(again.Code == 0, again.Error);
        Assert.Equal("nothing to do\n", again.Error);
    }

    [Theory]
    [InlineData("\"protocol\":\"HTTP\",\"protocol_port\":80", "\"protocol\":\"UDP\",\"protocol_port\":80", "V4")]
    [InlineData("\"name\":\"web\"", "\"name\":\"web\",\"flavour\":1", "Unknown attribute for argument loadbalancer.loadbalancer: flavour")]
    [InlineData("\"vip_subnet_id\"", "\"vip_subnet\"", "vip_subnet_id. Value: 'None'. Mandatory field missing.")]
    [InlineData("\"name\":\"web\"", "\"name\":\"web\",\"topology\":\"TRIPLE\"", "topology. Value: 'TRIPLE'")]
    [InlineData("5e0a5e5b-6f3f-4d0c-9d0c-1f3f2d3c4b5a", "nowhere", "vip_subnet_id. Value: 'nowhere'. There is no such subnet.")]
    [InlineData("\"default_pool\":\"blue\"", "\"default_pool\":\"red\"", "there is no pool named red")]
    public async Task A_wrong_document_is_refused_by_plan_and_by_apply(string part, string other, string message)
    {
        using var controller = new NoopController();
        var file = controller.Write("web.json", Document.Replace(part, other, StringComparison.Ordinal));

        var plan = await controller.TryAsync("apply", "-f", file, "--plan");
        var apply = await controller.TryAsync("apply", "-f", file);

        Assert.Equal((2, 2, plan.Error), (plan.Code, apply.Code, apply.Error));
        Assert.Contains(message, plan.Error, StringComparison.Ordinal);
        Assert.Empty(await controller.JsonAsync("lb", "list"));
    }

    [Fact]
    public async Task A_load_balancers_own_fields_and_what_hangs_below_it_change_together()
    {
        using var controller = new NoopController();
        await controller.RunAsync("apply", "-f", controller.Write("web.json", Document));
        var file = controller.Write("more.json", Document.Replace("\"name\":\"web\"", "\"name\":\"web\",\"description\":\"ours\"", StringComparison.Ordinal).Replace("10.0.0.1", "10.0.0.2", StringComparison.Ordinal));

        var changed = await controller.RunAsync("apply", "-f", file);
        var again = await controller.TryAsync("apply", "-f", file);

        Assert.StartsWith("~ loadbalancer web  description: none -> ours\n", changed, StringComparison.Ordinal);
        Assert.Equal((0, "nothing to do\n"), (again.Code, again.Error));
        Assert.Equal("10.0.0.2", (string)Assert.Single(await controller.JsonAsync("member", "list", "blue"))["address"]!);
    }

    [Fact]
    public async Task What_a_load_balancer_was_created_with_cannot_be_applied_away()
    {
        using var controller = new NoopController();
        await controller.RunAsync("apply", "-f", controller.Write("web.json", Document));

        var (code, _, error) = await controller.TryAsync("apply", "--plan", "-f", controller.Write("pair.json", Document.Replace("\"name\":\"web\"", "\"name\":\"web\",\"topology\":\"ACTIVE_STANDBY\"", StringComparison.Ordinal)));

        Assert.Equal(2, code);
        Assert.Contains("topology. Value: 'ACTIVE_STANDBY'", error, StringComparison.Ordinal);
    }
}
