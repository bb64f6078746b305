// HAProxy of a load balancer as a unit of a booted systemd, made by the agent.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Xunit;

namespace Amphora.Systemd.Tests;

public sealed class HaproxyUnitTests(BootedAmphora booted) : IClassFixture<BootedAmphora>
{
    private static readonly Uri Url = new("http://www.example.com/");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SystemdAmphora Amphora => booted.Amphora;

    [Fact]
    public async Task A_pushed_load_balancer_is_an_enabled_unit_in_the_namespace_and_carries_traffic()
    {
        await using Pushed pushed = await PushAsync();

        IReadOnlyDictionary<string, string> unit = await Amphora.Container.UnitAsync(pushed.Unit, Cancel);
        IReadOnlyList<Answer> answers = await pushed.Traffic.SendAsync(Url, 20, Cancel);

        Assert.Equal(
            ("active", "running", "enabled", "/run/netns/amphora-haproxy", "notify"),
            (unit["ActiveState"], unit["SubState"], unit["UnitFileState"], unit["NetworkNamespacePath"], unit["Type"]));
        Assert.Equal(await NamespaceAsync("/run/netns/amphora-haproxy"), await NamespaceAsync($"/proc/{unit["MainPID"]}/ns/net"));
        Assert.Equal(new Dictionary<string, int> { ["member-1"] = 10, ["member-2"] = 10 }, Traffic.Count(answers));
    }

    [Fact]
    public async Task A_change_is_a_reload_of_the_same_process_and_costs_no_request()
    {
        await using Pushed pushed = await PushAsync();
        string before = (await Amphora.Container.UnitAsync(pushed.Unit, Cancel))["MainPID"];

        pushed.Document.AddListener("HTTP", 81, pushed.Document.LoadBalancer["pools"]![0]!.AsObject());
        IReadOnlyList<Answer> meanwhile = await pushed.Traffic.DuringAsync(Url, () => PushAgainAsync(pushed), Cancel);

        Assert.Equal(before, (await Amphora.Container.UnitAsync(pushed.Unit, Cancel))["MainPID"]);
        Assert.DoesNotContain(meanwhile, answer => answer.Failure is not null);
        Assert.NotNull((await pushed.Traffic.SendAsync(new Uri("http://www.example.com:81/"), 1, Cancel))[0].Member);
    }

    [Fact]
    public async Task A_start_that_fails_is_answered_with_the_units_last_journal_lines_and_leaves_no_unit()
    {
        await using Pushed pushed = new(Amphora, Amphora.NewDocument());
        // The check of the configuration does not bind, so that only the start can find out.
        await Amphora.Container.OutputAsync(
            ["systemd-run", "--unit=squatter", "--property=NetworkNamespacePath=/run/netns/amphora-haproxy", "systemd-socket-activate", "-l", $"{Amphora.Topology.Vip}:80", "true"],
            Cancel);
        await Until.TrueAsync("the port is taken", TimeSpan.FromSeconds(10), async () => (await SquattersAsync()).Length > 0, Cancel);

        HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(() => Amphora.Api.PushAsync(pushed.Document, Cancel));
        await Amphora.Container.OutputAsync(["systemctl", "stop", "squatter"], Cancel);

        TestContext.Current.TestOutputHelper?.WriteLine(refused.Message);
        Assert.Contains("Address already in use", refused.Message, StringComparison.Ordinal);
        Assert.Empty(FilesNaming(pushed.Document.Id));
    }

    [Fact]
    public async Task A_delete_leaves_no_unit_and_no_file()
    {
        await using Pushed pushed = await PushAsync();

        await Amphora.Api.DeleteAsync(pushed.Document.Id, Cancel);

        IReadOnlyDictionary<string, string> unit = await Amphora.Container.UnitAsync(pushed.Unit, Cancel);
        Assert.Equal(("not-found", "inactive"), (unit["LoadState"], unit["ActiveState"]));
        Assert.Empty(FilesNaming(pushed.Document.Id));
        Assert.Null((await pushed.Traffic.SendAsync(Url, 1, Cancel))[0].Member);
    }

    [Fact]
    public async Task Kill_9_of_the_agent_costs_no_request_and_the_next_push_reloads_what_runs()
    {
        await using Pushed pushed = await PushAsync();
        string before = (await Amphora.Container.UnitAsync(pushed.Unit, Cancel))["MainPID"];

        IReadOnlyList<Answer> meanwhile = await pushed.Traffic.DuringAsync(Url, () => Amphora.KillAgentAsync(Cancel), Cancel);
        pushed.Document.LoadBalancer["pools"]![0]!["members"]![0]!["weight"] = 0;
        await PushAgainAsync(pushed);

        Assert.DoesNotContain(meanwhile, answer => answer.Failure is not null);
        Assert.Equal(before, (await Amphora.Container.UnitAsync(pushed.Unit, Cancel))["MainPID"]);
        Assert.Equal(new Dictionary<string, int> { ["member-2"] = 10 }, Traffic.Count(await pushed.Traffic.SendAsync(Url, 10, Cancel)));
    }

    private async Task<Pushed> PushAsync()
    {
        Pushed pushed = new(Amphora, Amphora.NewDocument());
        await Amphora.Api.PushAsync(pushed.Document, Cancel);
        return pushed;
    }

    private Task<JsonNode> PushAgainAsync(Pushed pushed)
    {
        pushed.Document.Generation++;
        return Amphora.Api.PushAsync(pushed.Document, Cancel);
    }

    private Task<string> SquattersAsync() => Amphora.Container.OutputAsync(
        ["ip", "netns", "exec", "amphora-haproxy", "ss", "--no-header", "--listening", "--tcp", "--numeric", "sport = 80"], Cancel);

    private async Task<string> NamespaceAsync(string path) => await Amphora.Container.OutputAsync(["stat", "-L", "-c", "%i", path], Cancel);

    private IEnumerable<string> FilesNaming(string id) => ((string[])[Amphora.BasePath, Amphora.Units])
        .SelectMany(folder => Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories))
        .Where(path => path.Contains(id, StringComparison.Ordinal));

    /// <summary>A load balancer of one test: gone with it.</summary>
    private sealed class Pushed(SystemdAmphora amphora, TestDocument document) : IAsyncDisposable
    {
        public TestDocument Document => document;

        public string Unit => $"haproxy-{document.Id}.service";

        public Traffic Traffic { get; } = new(amphora.Topology.Client, amphora.Topology.Vip, null);

        public async ValueTask DisposeAsync()
        {
            Traffic.Dispose();
            try
            {
                await amphora.Api.DeleteAsync(document.Id, CancellationToken.None);
            }
            catch (HttpRequestException exception) when (exception.StatusCode == HttpStatusCode.NotFound)
            {
                // The test has deleted it, or it never came to be.
            }
        }
    }
}
