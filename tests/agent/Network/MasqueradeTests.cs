// NAT and notrack rules, as nft lists them afterwards.
using System.Diagnostics;
using Amphora.Agent.Network;
using Amphora.Agent.Network.Files;
using Amphora.Contract.Rest;
using Amphora.Fixtures.Networks;
using Xunit;
using Topology = Amphora.Contract.DesiredState.Topology;

namespace Amphora.Agent.Tests.Network;

public sealed class MasqueradeTests : IDisposable
{
    private readonly TestNamespace _namespace = new("nft");

    public void Dispose() => _namespace.Dispose();

    [Fact]
    public async Task Declaring_twice_leaves_each_rule_once()
    {
        await ApplyAsync(File(Ports.Vip, "eth1"), File(Ports.VipIPv6, "eth2"));
        var once = Ruleset();

        await ApplyAsync(File(Ports.Vip, "eth1"), File(Ports.VipIPv6, "eth2"));

        Assert.Equal(once, Ruleset());
        Assert.Contains("oifname \"eth1\" meta l4proto udp masquerade", once, StringComparison.Ordinal);
        Assert.Contains("iifname \"eth1\" meta l4proto tcp notrack", once, StringComparison.Ordinal);
        Assert.Contains("table ip6 octavia-ipv6", once, StringComparison.Ordinal);
        Assert.Contains("oifname \"eth2\" meta l4proto sctp masquerade", once, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_longer_wanted_is_gone()
    {
        await ApplyAsync(File(Ports.Vip, "eth1"));

        await ApplyAsync();

        Assert.Equal("", Ruleset().Trim());
    }

    [Fact]
    public async Task The_TCP_of_an_SR_IOV_port_is_tracked()
    {
        var file = InterfaceFileRenderer.Render(Ports.Read(Ports.Vip) with { IsSriov = true }, "eth1", Topology.Single);

        await ApplyAsync(file);

        Assert.Contains("masquerade", Ruleset(), StringComparison.Ordinal);
        Assert.DoesNotContain("notrack", Ruleset(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_no_word_for_nft_gets_no_rule()
    {
        var script = Masquerade.Render([File(Ports.Vip, "eth1\"; flush ruleset")]);

        Assert.DoesNotContain("flush", script, StringComparison.Ordinal);
    }

    private static InterfaceFile File(string document, string name) => InterfaceFileRenderer.Render(Ports.Read(document), name, Topology.Single);

    private async Task ApplyAsync(params InterfaceFile[] files) =>
        Assert.Null(await Masquerade.ApplyAsync(new NetworkOptions { Namespace = _namespace.Name }, files));

    private string Ruleset()
    {
        using var process = Process.Start(new ProcessStartInfo("ip", ["netns", "exec", _namespace.Name, "nft", "list", "ruleset"]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
