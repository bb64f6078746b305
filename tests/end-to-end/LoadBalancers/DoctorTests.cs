// doctor: nothing to say of what is well, a line with what to do of each thing that is broken.
using System.Diagnostics;
using System.Text.Json.Nodes;
using Amphora.Fixtures.Controllers;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.EndToEnd.Tests.LoadBalancers;

public sealed class DoctorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_well_is_well_and_what_is_broken_is_named()
    {
        await using ControllerCommands controller = await ControllerCommands.StartAsync(members: 1);
        JsonNode web = await controller.CreateAsync("web");
        string amphora = (string)web["amphorae"]![0]!["id"]!;

        // Nobody hears heartbeats here: that is all there is to say.
        (int code, IReadOnlyList<string> findings) = await ExamineAsync(controller);
        Assert.Equal((5, "warn heartbeats"), (code, string.Join(", ", findings.Where(finding => !finding.StartsWith("ok ", StringComparison.Ordinal)))));
        Assert.Superset(
            new HashSet<string> { "ok CA", "ok client certificate", "ok files", "ok database", "ok flows", "ok load balancer web", $"ok agent of {amphora}", $"ok configuration of {amphora}", $"ok VIP {(string)web["vip_address"]!}:80" },
            findings.ToHashSet());

        File.SetUnixFileMode(Path.Combine(controller.State, "flow.keys"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Assert.Contains("fail files", (await ExamineAsync(controller)).Findings);
        File.SetUnixFileMode(Path.Combine(controller.State, "flow.keys"), UnixFileMode.UserRead | UnixFileMode.UserWrite);

        // What was recorded and not done: the agent has another configuration only when the rows say ACTIVE, so this one is a flow that stands still.
        string listener = (string)web["listeners"]![0]!["id"]!;
        string flow = (await controller.TryAsync("listener", "set", listener, "--connection-limit", "7", "--no-wait")).Errors.Split(' ')[1];
        (_, findings) = await ExamineAsync(controller);
        Assert.Contains($"warn flow {flow}", findings);
        Assert.Contains("warn load balancer web", findings);
        await controller.RunAsync("flow", "resume", flow);

        Kill(controller, amphora);
        (code, findings) = await ExamineAsync(controller);
        Assert.Equal(3, code);
        Assert.Contains($"fail agent of {amphora}", findings);
    }

    [Fact]
    public async Task Where_no_controller_is_none_is_made()
    {
        string nowhere = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString());

        CommandResult result = await Command.RunAsync([.. Amphora.Fixtures.Checkout.ControllerCommand, "doctor", "--state-dir", nowhere], Cancel);

        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith("fail  state directory", result.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(nowhere));
    }

    private static async Task<(int Code, IReadOnlyList<string> Findings)> ExamineAsync(ControllerCommands controller)
    {
        CommandResult result = await controller.TryAsync("doctor", "--output", "json");
        Assert.True(result.Errors.Length == 0, result.Errors);
        return (result.ExitCode, [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).Select(finding => $"{finding["severity"]} {finding["subject"]}")]);
    }

    // The agent alone: what it started lives on.
    private static void Kill(ControllerCommands controller, string amphora)
    {
        JsonNode record = JsonNode.Parse(File.ReadAllText(Path.Combine(controller.State, "amphorae", amphora, "amphora.json")))!;
        Process.GetProcessById((int)record["agent"]!["pid"]!).Kill();
    }
}
