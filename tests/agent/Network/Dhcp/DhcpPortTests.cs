// Ports without fixed addresses, with a real DHCP server and router on their network.
using System.Diagnostics;
using System.Globalization;
using System.Net.NetworkInformation;
using Amphora.Agent.Network;
using Amphora.Agent.Network.Dhcp;
using Amphora.Contract;
using Amphora.Contract.Rest;
using Amphora.Fixtures;
using Amphora.Fixtures.Networks;
using Xunit;

namespace Amphora.Agent.Tests.Network.Dhcp;

public sealed class DhcpPortTests : IAsyncLifetime
{
    private const string Mac = "fa:16:3e:00:00:02";
    private const string Automatic = """{"type": "member"}""";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Never = TimeSpan.FromSeconds(60);

    private readonly PluggableAmphora _amphora = new();
    private PhysicalAddress _mac = PhysicalAddress.None;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _mac = _amphora.HotPlug("ens8", Mac);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await DhcpClient.StopAsync(_amphora.Options, "eth2");
        _amphora.Dispose();
    }

    [Fact]
    public async Task A_port_without_fixed_addresses_gets_a_lease_and_an_address_of_the_routers_prefix()
    {
        var resolver = await File.ReadAllTextAsync("/etc/resolv.conf", Cancellation);
        await using var server = await ServeAsync(Never, "--dhcp-option=6,192.0.2.53", "--dhcp-option=15,evil.example", "--dhcp-option=12,evil");

        var state = await ApplyAsync(Automatic);

        Assert.Contains(state.Addresses, address => address.StartsWith("10.9.0.", StringComparison.Ordinal) && address.EndsWith("/24", StringComparison.Ordinal));
        await Until.TrueAsync("there is an address of the router's prefix", Limit, () => Addresses().Any(address => address.StartsWith("fd09:", StringComparison.Ordinal)), Cancellation);
        Assert.Equal(["default via 10.9.0.1 dev eth2 metric 1024 onlink"], Leased("default"));
        Assert.Equal(resolver, await File.ReadAllTextAsync("/etc/resolv.conf", Cancellation));
        Assert.Empty((await ApplyAsync(Automatic)).Actions);
    }

    [Fact]
    public async Task A_lease_is_renewed_before_it_ends()
    {
        await using var server = await ServeAsync(TimeSpan.FromSeconds(3));
        await ApplyAsync(Automatic);
        var before = Assert.Single(Addresses(), address => address.StartsWith("10.9.0.", StringComparison.Ordinal));
        await Until.TrueAsync("some of its time is gone", Limit, () => SecondsLeft() < 119, Cancellation);
        var left = SecondsLeft();

        await Until.TrueAsync("it was renewed", Limit, () => server.Count("DHCPACK") >= 2 && SecondsLeft() > left, Cancellation);

        Assert.Contains(before, Addresses());
    }

    [Fact]
    public async Task Without_a_server_the_port_is_refused_in_time_and_is_back_where_it_was()
    {
        _amphora.Options = _amphora.Options with { Timeouts = _amphora.Options.Timeouts with { Dhcp = TimeSpan.FromSeconds(3) } };
        _amphora.Start();

        var outcome = await _amphora.Applier.ApplyAsync(_mac, Ports.Read(Automatic), Cancellation);

        Assert.Equal((FailureKind.TimedOut, "dhclient"), (outcome.Failure?.Kind, outcome.Failure?.Tool));
        Assert.Contains("no DHCP server gave one within 3 s", outcome.Failure!.Message, StringComparison.Ordinal);
        Assert.InRange(outcome.Failure.Duration ?? default, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(20));
        Assert.False(DhcpClient.Runs(_amphora.Options, "eth2"));
        Assert.NotNull(_amphora.Root.OpenNetlink().FindLink(_mac));
    }

    [Theory]
    [InlineData(DhcpFlaw.WrongTransaction)]
    [InlineData(DhcpFlaw.WrongClient)]
    [InlineData(DhcpFlaw.TruncatedOption)]
    [InlineData(DhcpFlaw.NoCookie)]
    public async Task Answers_that_are_not_for_it_or_malformed_are_ignored(DhcpFlaw flaw)
    {
        // It looks whether somebody has the address before it offers it: the rogue is first.
        await using var server = await DhcpServer.StartAsync(_amphora.Fabric.Name, "net-ens8", Never, Cancellation);
        await using var rogue = new RogueDhcpServer(_amphora.Fabric.Name, "net-ens8", flaw);

        await ApplyAsync(Automatic);

        Assert.True(rogue.Sent > 0, "the rogue was never asked");
        Assert.StartsWith("10.9.0.", Assert.Single(Addresses(), address => !address.Contains(':', StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restarted_agent_finds_dhclient_and_starts_one_that_died()
    {
        await using var server = await ServeAsync(Never);
        await ApplyAsync(Automatic);
        var pid = int.Parse(_amphora.ReadFile("dhclient-eth2.pid"), CultureInfo.InvariantCulture);

        _amphora.Start();
        Assert.Empty(await _amphora.Restorer.RestoreAsync(Cancellation));
        var found = _amphora.ReadFile("dhclient-eth2.pid").Trim();
        using (var dhclient = Process.GetProcessById(pid))
        {
            dhclient.Kill();
        }

        await Until.TrueAsync("dhclient is gone", Limit, () => !DhcpClient.Runs(_amphora.Options, "eth2"), Cancellation);
        _amphora.Start();
        Assert.Empty(await _amphora.Restorer.RestoreAsync(Cancellation));

        Assert.Equal($"{pid}", found);
        await Until.TrueAsync("another one keeps the lease", Limit, () => DhcpClient.Runs(_amphora.Options, "eth2") && server.Count("DHCPACK") >= 2, Cancellation);
    }

    [Fact]
    public async Task A_restarted_agent_does_not_wait_for_a_server()
    {
        await using (await ServeAsync(Never))
        {
            await ApplyAsync(Automatic);
        }

        await DhcpClient.StopAsync(_amphora.Options, "eth2");
        _amphora.Start();
        var clock = Stopwatch.StartNew();
        Assert.Empty(await _amphora.Restorer.RestoreAsync(Cancellation));

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(8));
        await using var back = await ServeAsync(Never);
        await Until.TrueAsync("it has an address once there is a server", Never, () => Addresses().Any(address => address.StartsWith("10.9.0.", StringComparison.Ordinal)), Cancellation);
    }

    [Fact]
    public async Task A_port_that_gets_fixed_addresses_gives_its_lease_back()
    {
        await using var server = await ServeAsync(Never);
        await ApplyAsync(Automatic);

        await ApplyAsync(Ports.Member);

        Assert.Equal(["10.1.0.7/24"], Addresses().Where(address => !address.Contains(':', StringComparison.Ordinal)));
        Assert.Empty(Leased("10.9.0"));
        Assert.False(DhcpClient.Runs(_amphora.Options, "eth2"));
        Assert.False(_amphora.Reader.Read(_mac)!.RouterAdvertisements);
        await Until.TrueAsync("the server heard of it", Limit, () => server.Count("DHCPRELEASE") == 1, Cancellation);
    }

    [Fact]
    public async Task A_removed_port_gives_its_lease_back()
    {
        await using var server = await ServeAsync(Never);
        await ApplyAsync(Automatic);

        Assert.Null(await _amphora.Applier.RemoveAsync(_mac, Cancellation));

        Assert.False(DhcpClient.Runs(_amphora.Options, "eth2"));
        await Until.TrueAsync("the server heard of it", Limit, () => server.Count("DHCPRELEASE") == 1, Cancellation);
    }

    [Fact]
    public async Task The_gateway_of_a_vip_wins_against_the_servers_router_and_its_routes_stand_for_it()
    {
        await using var server = await ServeAsync(Never, "--dhcp-option=121,10.20.0.0/16,10.9.0.1,0.0.0.0/0,10.9.0.1");
        await ApplyAsync(Automatic);

        var vip = await _amphora.Applier.ApplyAsync(_amphora.HotPlug("ens7", "fa:16:3e:00:00:01"), Ports.Read(Ports.Vip), Cancellation);

        Assert.True(vip.Ok, vip.Failure?.Message);
        Assert.Contains("via 10.0.0.1 dev eth1", _amphora.Inside.Ip("route", "get", "192.0.2.1"), StringComparison.Ordinal);
        Assert.Contains("via 10.9.0.1 dev eth2", _amphora.Inside.Ip("route", "get", "10.20.0.1"), StringComparison.Ordinal);
    }

    private Task<DhcpServer> ServeAsync(TimeSpan renewal, params string[] more) =>
        DhcpServer.StartAsync(_amphora.Fabric.Name, "net-ens8", renewal, Cancellation, ["--no-ping", .. more]);

    private Task<PortState> ApplyAsync(string document) => _amphora.ApplyAsync(_mac, document);

    private List<string> Addresses() => _amphora.Addresses("eth2");

    // ip leaves out what it was asked for: the protocol.
    private List<string> Leased(string destination) =>
        [.. _amphora.Inside.Ip("route", "show", "proto", "dhcp").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.StartsWith(destination, StringComparison.Ordinal))];

    private int SecondsLeft() => _amphora.Ip("address", "show", "eth2")[0].GetProperty("addr_info").EnumerateArray()
        .Where(address => address.GetProperty("local").GetString()!.StartsWith("10.9.0.", StringComparison.Ordinal))
        .Select(address => (int)address.GetProperty("valid_life_time").GetUInt32()).Single();
}
