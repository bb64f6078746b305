// amphora-agent interface up|down, as amphora-netns.service runs it: the program, in a namespace of its own.
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.Agent.Tests.Network;

public sealed class InterfaceCommandTests : IDisposable
{
    private const string VipMac = "fa:16:3e:00:00:01";
    private const string MemberMac = "fa:16:3e:00:00:02";

    private readonly PluggableAmphora _amphora = new();

    public void Dispose() => _amphora.Dispose();

    [Fact]
    public async Task Up_all_brings_back_what_plugging_had_made()
    {
        await PlugAsync();
        var plugged = Everything();
        TakeEverythingAway();
        Assert.NotEqual(plugged, Everything());

        var (exit, errors) = await RunAsync("up", "all");

        Assert.Equal((0, ""), (exit, errors));
        Assert.Equal(plugged, Everything());
        Assert.Contains("127.0.0.1/8", _amphora.Inside.Ip("address", "show", "lo"), StringComparison.Ordinal);
        Assert.Contains("::1/128", _amphora.Inside.Ip("address", "show", "lo"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_of_one_leaves_the_others_alone_and_may_be_repeated()
    {
        await PlugAsync();
        TakeEverythingAway();

        Assert.Equal(0, (await RunAsync("up", "eth1")).Exit);
        var once = Everything();
        Assert.Equal(0, (await RunAsync("up", "eth1")).Exit);

        Assert.Equal(once, Everything());
        Assert.Contains("10.0.0.5/32", _amphora.Addresses("eth1"));
        Assert.Empty(_amphora.Addresses("eth2"));
        Assert.Contains("oifname \"eth1\"", Nft(), StringComparison.Ordinal);
        Assert.DoesNotContain("eth2", Nft(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Down_all_takes_everything_away()
    {
        await PlugAsync();

        var (exit, errors) = await RunAsync("down", "all");

        Assert.Equal((0, ""), (exit, errors));
        Assert.Empty(_amphora.Addresses("eth1"));
        Assert.Empty(_amphora.Rules("-4"));
        Assert.Empty(_amphora.Routes("-4", "main"));
        Assert.Equal("DOWN", _amphora.Ip("link", "show", "eth1")[0].GetProperty("operstate").GetString());
        Assert.DoesNotContain("masquerade", Nft(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("eth7", "there is no eth7.json")]
    [InlineData("../eth1", "is not the name of an interface")]
    public async Task An_unknown_name_is_an_error(string name, string words)
    {
        await PlugAsync();

        var (exit, errors) = await RunAsync("up", name);

        Assert.Equal(2, exit);
        Assert.StartsWith("Error: ", errors, StringComparison.Ordinal);
        Assert.Contains(words, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_goes_on_after_a_failure_and_names_each()
    {
        await PlugAsync();
        TakeEverythingAway();
        await File.WriteAllTextAsync(Path.Combine(_amphora.Options.InterfaceDirectory, "eth0.json"), "{", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(_amphora.Options.InterfaceDirectory, "eth9.json"), """{"name": "eth9"}""", Cancellation);

        var (exit, errors) = await RunAsync("up", "all");

        Assert.Equal(2, exit);
        Assert.Equal(2, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => line.StartsWith("Error: ", StringComparison.Ordinal)));
        Assert.Contains("eth0.json", errors, StringComparison.Ordinal);
        Assert.Contains("eth9", errors, StringComparison.Ordinal);
        Assert.Contains("10.0.0.5/32", _amphora.Addresses("eth1"));
        Assert.Equal(["10.1.0.7/24"], _amphora.Addresses("eth2"));
    }

    [Fact]
    public async Task An_SR_IOV_port_is_filtered_before_it_is_up()
    {
        var mac = _amphora.HotPlug("ens7", VipMac);
        Assert.True((await _amphora.Applier.ApplyAsync(mac, Ports.Read(Ports.Vip) with { IsSriov = true }, Cancellation)).Ok);
        TakeEverythingAway();
        Assert.DoesNotContain("amphora_chain", Nft(), StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync("up", "eth1")).Exit);

        Assert.Contains("policy drop", Nft(), StringComparison.Ordinal);
        Assert.DoesNotContain("notrack", Nft(), StringComparison.Ordinal);
    }

    private async Task PlugAsync()
    {
        await _amphora.Restorer.RestoreAsync(Cancellation);
        Assert.True((await _amphora.Applier.ApplyAsync(_amphora.HotPlug("ens7", VipMac), Ports.Read(Ports.Vip), Cancellation)).Ok);
        Assert.True((await _amphora.Applier.ApplyAsync(_amphora.HotPlug("ens8", MemberMac), Ports.Read(Ports.Member), Cancellation)).Ok);
    }

    // What a reboot leaves of the interfaces, once they are back in the namespace.
    private void TakeEverythingAway()
    {
        foreach (var link in _amphora.Ip("link").Select(link => link.GetProperty("ifname").GetString()!))
        {
            _amphora.Inside.Ip("link", "set", link, "down");
            _amphora.Inside.Ip("address", "flush", "dev", link);
        }

        foreach (var rule in _amphora.Rules("-4"))
        {
            _amphora.Inside.Ip("rule", "del", "priority", rule[..rule.IndexOf(':', StringComparison.Ordinal)]);
        }

        _amphora.Inside.Run("nft", "flush", "ruleset");
    }

    private string Everything() => string.Join(
        '\n', [.. _amphora.Addresses("eth1"), .. _amphora.Routes("-4", "all").Order(), .. _amphora.Rules("-4"), Nft()]);

    private string Nft() => _amphora.Inside.Run("nft", "list", "ruleset");

    private async Task<(int Exit, string Errors)> RunAsync(string verb, string name)
    {
        var result = await Command.RunAsync(
            ["ip", "netns", "exec", _amphora.Inside.Name, .. Checkout.AgentCommand, "interface", verb, name,
             "--interfaces", _amphora.Options.InterfaceDirectory, "--base-path", Path.GetDirectoryName(_amphora.Options.FirewallFile)!],
            Cancellation);
        return (result.ExitCode, result.Errors);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
