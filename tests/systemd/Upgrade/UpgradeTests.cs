// The agent is replaced where it is: under traffic, by binaries that are good and binaries that are not.
using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.Systemd.Tests.Upgrade;

public sealed class UpgradeTests(BootedImage booted) : IClassFixture<BootedImage>
{
    // READY=1 from the main process itself, and then silence.
    private const string Silent = """exec python3 -c 'import os,socket,time;socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM).sendto(b"READY=1",os.environ["NOTIFY_SOCKET"]);time.sleep(1000)'""";

    private static readonly Uri Url = new("http://www.example.com/");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SystemdAmphora Amphora => booted.Amphora;

    [Fact]
    public async Task An_upgrade_costs_no_request_of_clients_or_controllers_and_haproxy_is_not_touched()
    {
        await using PushedUnit pushed = await PushedUnit.PushAsync(Amphora, Amphora.NewDocument(), Cancel);
        string haproxy = (await Amphora.Container.UnitAsync(pushed.Unit, Cancel))["MainPID"];
        byte[] binary = booted.NewVersion();
        ConcurrentQueue<string> refused = new();
        JsonNode? after = null;

        IReadOnlyList<Answer> meanwhile = await pushed.Traffic.DuringAsync(
            Url, async () => after = await AskingAsync(refused, () => booted.UpgradeAsync(binary, 60, Cancel)), Cancel);

        Assert.Equal(("confirmed", BootedImage.Sha256(binary)), ((string)after!["upgrade"]!["state"]!, (string)after["sha256"]!));
        Assert.Empty(refused);
        Assert.DoesNotContain(meanwhile, answer => answer.Failure is not null);
        Assert.Equal(haproxy, (await Amphora.Container.UnitAsync(pushed.Unit, Cancel))["MainPID"]);
        Assert.Equal($"/var/lib/amphora/agent/slots/{BootedImage.Sha256(binary)}/amphora-agent", booted.Link);
    }

    [Fact]
    public async Task The_controller_s_command_waits_for_the_end_and_a_second_time_changes_nothing()
    {
        using TestFolder folder = new();
        byte[] binary = booted.NewVersion();
        await File.WriteAllBytesAsync(folder["amphora-agent"], binary, Cancel);
        await File.WriteAllBytesAsync(folder["signature"], booted.Sign(binary), Cancel);
        IReadOnlyList<string> command = Amphora.ControllerCommand(
            folder, "agent", "upgrade", "--binary", folder["amphora-agent"], "--signature", folder["signature"]);

        CommandResult first = await Command.RunAsync(command, Cancel);
        CommandResult second = await Command.RunAsync(command, Cancel);

        Assert.Equal((0, ""), (first.ExitCode, first.Errors));
        Assert.Contains(BootedImage.Sha256(binary), first.Output, StringComparison.Ordinal);
        Assert.Equal((0, first.Output), (second.ExitCode, second.Output));
        Assert.Equal($"/var/lib/amphora/agent/slots/{BootedImage.Sha256(binary)}/amphora-agent", booted.Link);
    }

    [Fact]
    public async Task At_most_the_current_and_the_previous_binary_are_kept()
    {
        byte[][] binaries = [booted.NewVersion(), booted.NewVersion(), booted.NewVersion()];

        foreach (byte[] binary in binaries)
        {
            Assert.Equal("confirmed", (string)(await booted.UpgradeAsync(binary, 60, Cancel))["upgrade"]!["state"]!);
        }

        // The guard writes down how it ended before it tidies up.
        string[] kept = [.. binaries.Skip(1).Select(BootedImage.Sha256).Order()];
        await Until.TrueAsync("two slots are left", TimeSpan.FromSeconds(10), () => booted.Slots.Order().SequenceEqual(kept), Cancel);
    }

    [Theory]
    [InlineData("echo no such thing; exit 7", 60, "exit-code", "no such thing")]
    [InlineData("echo thinking; exec sleep 1000", 5, "not ready within 5 s", "thinking")]
    [InlineData(Silent, 5, "answered no request within 5 s", "")]
    public async Task One_that_does_not_prove_itself_is_rolled_back(string shell, int confirmWithin, string reason, string said)
    {
        await using PushedUnit pushed = await PushedUnit.PushAsync(Amphora, Amphora.NewDocument(), Cancel);
        string haproxy = (await Amphora.Container.UnitAsync(pushed.Unit, Cancel))["MainPID"];
        JsonNode before = (await booted.ProgramAsync(Cancel))!;
        (string? link, IReadOnlyList<string> slots) = (booted.Link, booted.Slots);
        byte[] impostor = booted.Impostor(shell);
        JsonNode? after = null;

        IReadOnlyList<Answer> meanwhile = await pushed.Traffic.DuringAsync(Url, async () => after = await booted.UpgradeAsync(impostor, confirmWithin, Cancel), Cancel);

        JsonNode upgrade = after!["upgrade"]!;
        Assert.Equal(("rolled_back", BootedImage.Sha256(impostor)), ((string)upgrade["state"]!, (string)upgrade["sha256"]!));
        Assert.Contains(reason, (string)upgrade["reason"]!, StringComparison.Ordinal);
        Assert.Contains(said, (string?)upgrade["output"] ?? "", StringComparison.Ordinal);
        Assert.Equal((string)before["sha256"]!, (string)after["sha256"]!);
        Assert.Equal(link, booted.Link);
        Assert.DoesNotContain(BootedImage.Sha256(impostor), booted.Slots);
        Assert.Subset(slots.ToHashSet(), booted.Slots.ToHashSet());
        Assert.DoesNotContain(meanwhile, answer => answer.Failure is not null);
        Assert.Equal(haproxy, (await Amphora.Container.UnitAsync(pushed.Unit, Cancel))["MainPID"]);
    }

    [Fact]
    public async Task A_power_cut_before_the_confirmation_brings_the_agent_before_back_at_boot()
    {
        JsonNode before = (await booted.ProgramAsync(Cancel))!;
        string? link = booted.Link;
        byte[] impostor = booted.Impostor(Silent);
        using ByteArrayContent content = new(impostor);
        await booted.PutAsync(content, booted.Sign(impostor), 600, Cancel);
        await Until.TrueAsync(
            "the new one runs",
            TimeSpan.FromSeconds(60),
            async () => (await Amphora.Container.UnitAsync(SystemdAmphora.AgentUnit, Cancel)) is var unit && !unit.ContainsKey("StatusText") && unit["ActiveState"] == "active",
            Cancel);
        Assert.NotEqual(link, booted.Link);

        await Amphora.CutPowerAsync(Cancel);
        await Amphora.PowerOnAsync(Cancel);

        JsonNode after = await booted.EndAsync(Cancel);
        Assert.Equal(("rolled_back", (string)before["sha256"]!), ((string)after["upgrade"]!["state"]!, (string)after["sha256"]!));
        Assert.Contains("restarted", (string)after["upgrade"]!["reason"]!, StringComparison.Ordinal);
        Assert.Equal(link, booted.Link);
    }

    [Fact]
    public async Task A_kill_9_of_the_agent_refuses_no_connection()
    {
        ConcurrentQueue<string> refused = new();
        string before = (await Amphora.Container.UnitAsync(SystemdAmphora.AgentUnit, Cancel))["MainPID"];

        await Amphora.Container.OutputAsync(["kill", "-KILL", before], Cancel);
        JsonNode? answer = await AskingAsync(refused, async () =>
        {
            JsonNode? program = null;
            await Until.TrueAsync("it answers again", TimeSpan.FromSeconds(60), async () => (program = await booted.ProgramAsync(Cancel)) is not null, Cancel);
            return program!;
        });

        Assert.NotNull(answer);
        Assert.Empty(refused);
    }

    // A controller that asks all the time, over a new connection each time, and waits as long as it takes.
    private async Task<JsonNode> AskingAsync(ConcurrentQueue<string> refused, Func<Task<JsonNode>> happening)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Task[] controllers = [.. Enumerable.Range(0, 3).Select(_ => AskAllTheTimeAsync(refused, end.Token))];
        JsonNode result = await happening();
        await end.CancelAsync();
        await Task.WhenAll(controllers);
        return result;
    }

    private async Task AskAllTheTimeAsync(ConcurrentQueue<string> refused, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            using AgentApi api = new(Amphora.CreateClient());
            try
            {
                await api.SendAsync(HttpMethod.Get, "/2.0/load-balancers", null, Cancel);
            }
            catch (HttpRequestException exception)
            {
                refused.Enqueue(exception.GetBaseException().Message);
            }
        }
    }
}
