// Octavia's driver against an amphora as it is shipped: its steps are units of a booted systemd.
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Octavia;
using Xunit;

namespace Amphora.Systemd.Tests;

public sealed class StockDriverUnitTests(BootedForStockDriver booted) : IClassFixture<BootedForStockDriver>, IAsyncDisposable
{
    private static readonly Uri Url = new("http://www.example.com/");
    private static readonly TimeSpan VrrpLimit = TimeSpan.FromSeconds(30);

    private readonly DateTimeOffset _began = DateTimeOffset.UtcNow;
    private StockDriver? _driver;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SystemdAmphora Amphora => booted.Amphora;

    private StockDriver Driver => _driver!;

    private string Haproxy => $"haproxy-{Driver.LoadBalancerId}.service";

    [Fact]
    public async Task An_active_standby_load_balancer_is_created_changed_and_deleted()
    {
        await StartAsync(peers: 1);
        await OrderAsync("info");
        await OrderAsync("plug_vip");
        await OrderAsync("vrrp");
        StockListener listener = await StockListener.AddAsync(Driver, Amphora.Topology, "HTTP", 80, members: 1);
        await OrderAsync("update");
        await AddressAsync(there: true);
        string keepalived = await UnitAsync(PushedUnit.Keepalived, "MainPID"), haproxy = await UnitAsync(Haproxy, "MainPID");
        Assert.Equal(("active", "enabled"), (await UnitAsync(PushedUnit.Keepalived, "ActiveState"), await UnitAsync(PushedUnit.Keepalived, "UnitFileState")));
        Assert.Equal(("active", "enabled"), (await UnitAsync(Haproxy, "ActiveState"), await UnitAsync(Haproxy, "UnitFileState")));

        using Traffic traffic = new(Amphora.Topology.Client, Amphora.Topology.Vip, authority: null);
        IReadOnlyList<Answer> meanwhile = await traffic.DuringAsync(
            Url,
            async () =>
            {
                await listener.SetMembersAsync(2);
                await OrderAsync("update");
                await OrderAsync("vrrp");
                await OrderAsync("reload");
            },
            Cancel);
        Assert.DoesNotContain(meanwhile, answer => answer.Failure is not null);
        Assert.Contains(meanwhile, answer => answer.Member == "member-2");
        Assert.Equal((keepalived, haproxy), (await UnitAsync(PushedUnit.Keepalived, "MainPID"), await UnitAsync(Haproxy, "MainPID")));

        // The peer was never there: it is no amphora to delete anything of.
        await Driver.OrderAsync("delete_amphora", new JsonObject { ["amphora"] = 1 }, Cancel);
        await listener.DeleteAsync();
        Assert.Equal(("not-found", "inactive"), (await UnitAsync(Haproxy, "LoadState"), await UnitAsync(Haproxy, "ActiveState")));
        Assert.Empty(FilesNaming(Driver.LoadBalancerId));
        await AddressAsync(there: false);
        await OrderAsync("stop_vrrp");
        Assert.Equal("inactive", await UnitAsync(PushedUnit.Keepalived, "ActiveState"));
    }

    [Theory]
    [InlineData("UDP", "protocol UDP")]
    [InlineData("SCTP", "protocol SCTP")]
    public async Task An_lvs_listener_is_a_unit_and_what_keepalived_says_of_a_kernel_without_ipvs_is_the_answer(string protocol, string words)
    {
        Assert.SkipWhen(File.Exists("/proc/net/ip_vs"), "this kernel has IPVS");
        await StartAsync(peers: 0);
        await OrderAsync("plug_vip");
        StockListener listener = await StockListener.AddAsync(Driver, Amphora.Topology, protocol, 53, members: 2);
        string unit = $"octavia-keepalivedlvs-{listener.Id}.service", config = Path.Combine(Amphora.BasePath, $"lvs/octavia-keepalivedlvs-{listener.Id}.conf");

        // Once more: what failed leaves nothing that a repetition would trip over.
        foreach (string step in (string[])["update", "update", "start", "reload"])
        {
            StockDriverException refused = await Assert.ThrowsAsync<StockDriverException>(() => OrderAsync(step));
            Assert.Contains("InternalServerError", refused.Message, StringComparison.Ordinal);
            Assert.Contains($"Failed to {(step == "start" ? "start" : "restart")} keepalivedlvs listener {listener.Id}", refused.Message, StringComparison.Ordinal);
            Assert.Contains("IPVS", refused.Message, StringComparison.Ordinal);
        }

        Assert.Contains(words, await File.ReadAllTextAsync(config, Cancel), StringComparison.Ordinal);
        Assert.Equal("enabled", await UnitAsync(unit, "UnitFileState"));
        // As systemctl stop leaves it, according to when it came: nothing runs, and nothing is about to.
        Assert.Contains(await UnitAsync(unit, "ActiveState"), (string[])["inactive", "failed"]);
        JsonNode known = Assert.Single((await OrderAsync("listeners"))![0]!.AsArray())!;
        Assert.Equal((listener.Id, "UDP"), ((string)known["uuid"]!, (string)known["type"]!));

        await listener.DeleteAsync();
        Assert.Equal("not-found", await UnitAsync(unit, "LoadState"));
        Assert.Empty(FilesNaming(listener.Id));
        Assert.Empty((await OrderAsync("listeners"))![0]!.AsArray());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_driver is not null)
        {
            await _driver.DisposeAsync();
            await Amphora.Container.ShowJournalAsync(_began);
        }
    }

    private async Task StartAsync(int peers)
    {
        StockAmphora[] amphorae =
        [
            new(Amphora.AmphoraId, Amphora.Topology.Places[0], "MASTER", "/var/lib/octavia", "/var/lib/octavia/certs"),
            .. Enumerable.Range(1, peers).Select(place => new StockAmphora($"{Guid.NewGuid()}", Amphora.Topology.Places[place], "BACKUP", "/var/lib/octavia", "/var/lib/octavia/certs")),
        ];
        _driver = await StockDriver.StartAsync(Amphora.Topology, Amphora.Certificates, StockDriver.Vip(Amphora.Topology), amphorae, Cancel);
    }

    private Task<JsonNode?> OrderAsync(string what) => Driver.OrderAsync(what, new JsonObject { ["amphorae"] = new JsonArray(0) }, Cancel);

    private async Task<string> UnitAsync(string unit, string property) => (await Amphora.Container.UnitAsync(unit, Cancel))[property];

    private Task<TimeSpan> AddressAsync(bool there) => Until.TrueAsync(
        $"the VIP is {(there ? "here" : "gone")}",
        VrrpLimit,
        async () => (await Amphora.IpAsync(["-4", "addr", "show", "eth1"], Cancel)).Contains($" {Amphora.Topology.Vip}/", StringComparison.Ordinal) == there,
        Cancel);

    private IEnumerable<string> FilesNaming(string id) => ((string[])[Amphora.BasePath, Amphora.Units])
        .SelectMany(folder => Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories))
        .Where(path => path.Contains(id, StringComparison.Ordinal));
}
