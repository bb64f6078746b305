// An amphora that was switched off serves again when it is switched on, with nobody's help.
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Xunit;

namespace Amphora.Systemd.Tests;

public sealed class PowerFailureTests(BootedActiveStandby booted) : IClassFixture<BootedActiveStandby>
{
    private static readonly Uri Url = new("http://www.example.com/");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SystemdAmphora Amphora => booted.Amphora;

    [Fact]
    public async Task Enabled_units_and_the_stored_port_bring_the_load_balancer_back()
    {
        TestDocument document = Amphora.NewDocument();
        document.MakeActiveStandby(Amphora.Topology, Amphora.AmphoraId, $"{Guid.NewGuid()}");
        await using PushedUnit pushed = await PushedUnit.PushAsync(Amphora, document, Cancel);

        await Amphora.CutPowerAsync(Cancel);
        // The numbers of before are other processes' now; 1 is one that is always there.
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Amphora.BasePath, "vrrp"), "*.pid"))
        {
            await File.WriteAllTextAsync(file, "1\n", Cancel);
        }

        await Amphora.PowerOnAsync(Cancel);

        await Until.TrueAsync(
            "the VIP serves", TimeSpan.FromSeconds(30), async () => (await pushed.Traffic.SendAsync(Url, 1, Cancel))[0].Member is not null, Cancel);
        JsonNode status = await Amphora.Api.StatusAsync(document.Id, Cancel);
        Assert.True((bool)status["haproxy_running"]!);
        Assert.Equal(1, (int)(await Amphora.Api.ReadAsync(document.Id, Cancel))["generation"]!);
        Assert.Equal(
            ("active", "active"),
            ((await Amphora.Container.UnitAsync(pushed.Unit, Cancel))["ActiveState"], (await Amphora.Container.UnitAsync(PushedUnit.Keepalived, Cancel))["ActiveState"]));
        Assert.Equal(new Dictionary<string, int> { ["member-1"] = 5, ["member-2"] = 5 }, Traffic.Count(await pushed.Traffic.SendAsync(Url, 10, Cancel)));
    }
}
