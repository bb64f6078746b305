// HAProxy of a load balancer as a unit of a booted systemd, made by the agent.
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
        await using PushedUnit pushed = await PushedUnit.PushAsync(Amphora, Amphora.NewDocument(), Cancel);

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
        await using PushedUnit pushed = await PushedUnit.PushAsync(Amphora, Amphora.NewDocument(), Cancel);
        string before = (await Amphora.Container.UnitAsync(pushed.Unit, Cancel))["MainPID"];

        pushed.Document.AddListener("HTTP", 81, pushed.Document.LoadBalancer["pools"]![0]!.AsObject());
        IReadOnlyList<Answer> meanwhile = await pushed.Traffic.DuringAsync(Url, () => pushed.PushAgainAsync(Cancel), Cancel);

        Assert.Equal(before, (await Amphora.Container.UnitAsync(pushed.Unit, Cancel))["MainPID"]);
        Assert.DoesNotContain(meanwhile, answer => answer.Failure is not null);
        Assert.NotNull((await pushed.Traffic.SendAsync(new Uri("http://www.example.com:81/"), 1, Cancel))[0].Member);
    }

    [Fact]
    public async Task A_start_that_fails_is_answered_with_the_units_last_journal_lines_and_leaves_no_unit()
    {
        await using PushedUnit pushed = new(Amphora, Amphora.NewDocument());
        await using Squatter squatter = await Squatter.TakeAsync(Amphora, 80, Cancel);

        HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(() => Amphora.Api.PushAsync(pushed.Document, Cancel));

        Assert.Contains("Address already in use", refused.Message, StringComparison.Ordinal);
        Assert.Empty(FilesNaming(pushed.Document.Id));
    }

    [Fact]
    public async Task A_reload_that_has_no_port_to_bind_is_refused_with_the_reason_and_what_ran_goes_on()
    {
        await using PushedUnit pushed = await PushedUnit.PushAsync(Amphora, Amphora.NewDocument(), Cancel);
        await using Squatter squatter = await Squatter.TakeAsync(Amphora, 81, Cancel);
        string before = (await Amphora.Container.UnitAsync(pushed.Unit, Cancel))["MainPID"];
        pushed.Document.AddListener("HTTP", 81, pushed.Document.LoadBalancer["pools"]![0]!.AsObject());

        HttpRequestException? refused = null;
        IReadOnlyList<Answer> meanwhile = await pushed.Traffic.DuringAsync(
            Url, async () => refused = await Assert.ThrowsAsync<HttpRequestException>(() => pushed.PushAgainAsync(Cancel)), Cancel);

        Assert.DoesNotContain(meanwhile, answer => answer.Failure is not null);
        Assert.Contains("10.77.0.10:81", refused!.Message, StringComparison.Ordinal);
        Assert.Contains("Address already in use", refused.Message, StringComparison.Ordinal);
        Assert.Equal(new Dictionary<string, int> { ["member-1"] = 5, ["member-2"] = 5 }, Traffic.Count(await pushed.Traffic.SendAsync(Url, 10, Cancel)));
        Assert.Equal(1, (int)(await Amphora.Api.ReadAsync(pushed.Document.Id, Cancel))["generation"]!);
        Assert.Equal(before, (await Amphora.Container.UnitAsync(pushed.Unit, Cancel))["MainPID"]);
    }

    [Fact]
    public async Task A_delete_leaves_no_unit_and_no_file()
    {
        await using PushedUnit pushed = await PushedUnit.PushAsync(Amphora, Amphora.NewDocument(), Cancel);

        await Amphora.Api.DeleteAsync(pushed.Document.Id, Cancel);

        IReadOnlyDictionary<string, string> unit = await Amphora.Container.UnitAsync(pushed.Unit, Cancel);
        Assert.Equal(("not-found", "inactive"), (unit["LoadState"], unit["ActiveState"]));
        Assert.Empty(FilesNaming(pushed.Document.Id));
        Assert.Null((await pushed.Traffic.SendAsync(Url, 1, Cancel))[0].Member);
    }

    [Fact]
    public async Task Kill_9_of_the_agent_costs_no_request_and_the_next_push_reloads_what_runs()
    {
        await using PushedUnit pushed = await PushedUnit.PushAsync(Amphora, Amphora.NewDocument(), Cancel);
        string before = (await Amphora.Container.UnitAsync(pushed.Unit, Cancel))["MainPID"];

        IReadOnlyList<Answer> meanwhile = await pushed.Traffic.DuringAsync(Url, () => Amphora.KillAgentAsync(Cancel), Cancel);
        pushed.Document.LoadBalancer["pools"]![0]!["members"]![0]!["weight"] = 0;
        await pushed.PushAgainAsync(Cancel);

        Assert.DoesNotContain(meanwhile, answer => answer.Failure is not null);
        Assert.Equal(before, (await Amphora.Container.UnitAsync(pushed.Unit, Cancel))["MainPID"]);
        Assert.Equal(new Dictionary<string, int> { ["member-2"] = 10 }, Traffic.Count(await pushed.Traffic.SendAsync(Url, 10, Cancel)));
    }

    private async Task<string> NamespaceAsync(string path) => await Amphora.Container.OutputAsync(["stat", "-L", "-c", "%i", path], Cancel);

    private IEnumerable<string> FilesNaming(string id) => ((string[])[Amphora.BasePath, Amphora.Units])
        .SelectMany(folder => Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories))
        .Where(path => path.Contains(id, StringComparison.Ordinal));
}
