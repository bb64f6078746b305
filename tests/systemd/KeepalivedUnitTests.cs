// VRRP of an ACTIVE_STANDBY amphora as a unit of a booted systemd; its peer is never there.
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Xunit;

namespace Amphora.Systemd.Tests;

public sealed class KeepalivedUnitTests(BootedActiveStandby booted) : IClassFixture<BootedActiveStandby>
{
    private const string OtherVip = "10.77.0.99";

    private static readonly Uri Url = new("http://www.example.com/");
    private static readonly TimeSpan VrrpLimit = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SystemdAmphora Amphora => booted.Amphora;

    [Fact]
    public async Task An_active_standby_document_is_an_enabled_unit_that_brings_the_vip()
    {
        await using PushedUnit pushed = await PushAsync();

        IReadOnlyDictionary<string, string> unit = await Amphora.Container.UnitAsync(PushedUnit.Keepalived, Cancel);
        IReadOnlyList<Answer> answers = await pushed.Traffic.SendAsync(Url, 10, Cancel);

        Assert.Equal(
            ("active", "running", "enabled", "/run/netns/amphora-haproxy", "exec"),
            (unit["ActiveState"], unit["SubState"], unit["UnitFileState"], unit["NetworkNamespacePath"], unit["Type"]));
        Assert.Contains("--dont-fork", unit["ExecStart"], StringComparison.Ordinal);
        Assert.Equal(new Dictionary<string, int> { ["member-1"] = 5, ["member-2"] = 5 }, Traffic.Count(answers));
    }

    [Fact]
    public async Task A_change_is_a_reload_of_the_same_process_that_keeps_the_vip()
    {
        await using PushedUnit pushed = await PushAsync();
        string before = (await Amphora.Container.UnitAsync(PushedUnit.Keepalived, Cancel))["MainPID"];
        pushed.Document.LoadBalancer["additional_vips"] = new JsonArray(new JsonObject
        {
            ["ip_address"] = OtherVip,
            ["subnet_id"] = (string)pushed.Document.LoadBalancer["vip_subnet_id"]!,
        });

        IReadOnlyList<Answer> meanwhile = await pushed.Traffic.DuringAsync(
            Url,
            async () =>
            {
                await pushed.PushAgainAsync(Cancel);
                await AddressAsync(OtherVip, there: true);
            },
            Cancel);

        Assert.Equal(before, (await Amphora.Container.UnitAsync(PushedUnit.Keepalived, Cancel))["MainPID"]);
        Assert.DoesNotContain(meanwhile, answer => answer.Failure is not null);
    }

    [Fact]
    public async Task The_vip_leaves_when_haproxy_stops_and_comes_back_with_it()
    {
        await using PushedUnit pushed = await PushAsync();

        await Amphora.Container.OutputAsync(["systemctl", "stop", pushed.Unit], Cancel);
        await AddressAsync($"{Amphora.Topology.Vip}", there: false);
        string journal = await Amphora.Container.OutputAsync(["journalctl", "-u", PushedUnit.Keepalived, "-o", "cat", "--no-pager"], Cancel);
        await Amphora.Container.OutputAsync(["systemctl", "start", pushed.Unit], Cancel);

        await AddressAsync($"{Amphora.Topology.Vip}", there: true);
        Assert.Contains("Entering FAULT STATE", journal, StringComparison.Ordinal);
        Assert.Contains("check_script", journal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_killed_keepalived_is_started_again_by_systemd_and_takes_the_vip()
    {
        await using PushedUnit pushed = await PushAsync();
        string before = (await Amphora.Container.UnitAsync(PushedUnit.Keepalived, Cancel))["MainPID"];

        await Amphora.Container.OutputAsync(["kill", "-KILL", before], Cancel);
        await Until.TrueAsync("systemd has started it again", VrrpLimit, async () => (await UnitAsync("ActiveState"), await UnitAsync("MainPID") != before) == ("active", true), Cancel);
        await AddressAsync($"{Amphora.Topology.Vip}", there: true);

        Assert.NotNull((await pushed.Traffic.SendAsync(Url, 1, Cancel))[0].Member);
    }

    [Fact]
    public async Task A_delete_takes_the_vip_and_leaves_no_unit_and_no_file()
    {
        await using PushedUnit pushed = await PushAsync();

        await Amphora.Api.DeleteAsync(pushed.Document.Id, Cancel);

        await AddressAsync($"{Amphora.Topology.Vip}", there: false);
        Assert.Equal(("not-found", "inactive"), (await UnitAsync("LoadState"), await UnitAsync("ActiveState")));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Amphora.BasePath, "vrrp")));
        Assert.DoesNotContain(
            Directory.EnumerateFileSystemEntries(Amphora.Units, "*", SearchOption.AllDirectories),
            path => path.Contains("keepalived", StringComparison.Ordinal) || path.Contains(pushed.Document.Id, StringComparison.Ordinal));
    }

    private async Task<PushedUnit> PushAsync()
    {
        TestDocument document = Amphora.NewDocument();
        document.MakeActiveStandby(Amphora.Topology, Amphora.AmphoraId, $"{Guid.NewGuid()}");
        PushedUnit pushed = await PushedUnit.PushAsync(Amphora, document, Cancel);
        try
        {
            await AddressAsync($"{Amphora.Topology.Vip}", there: true);
            return pushed;
        }
        catch
        {
            await pushed.DisposeAsync();
            throw;
        }
    }

    private async Task<string> UnitAsync(string property) => (await Amphora.Container.UnitAsync(PushedUnit.Keepalived, Cancel))[property];

    private Task<TimeSpan> AddressAsync(string address, bool there) => Until.TrueAsync(
        $"eth1 {(there ? "has" : "has no")} {address}",
        VrrpLimit,
        async () => (await Amphora.IpAsync(["-4", "addr", "show", "eth1"], Cancel)).Contains($" {address}/", StringComparison.Ordinal) == there,
        Cancel);
}
