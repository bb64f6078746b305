// What a port lets in and out, asked with packets.
using System.Net;
using System.Net.Sockets;
using Amphora.Contract;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Drivers.Networking.Netns;
using Amphora.Fixtures;
using Amphora.Fixtures.Members;
using Amphora.Fixtures.Networks;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.Controller.Tests.Drivers.Netns;

public sealed class NetnsFiltering : IAsyncLifetime
{
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private NetnsWorld _world = null!;
    private TestNamespace _client = null!;
    private TestNamespace _machine = null!;
    private NetworkPort _port = null!;
    private NetworkPort _clientPort = null!;
    private Guid _group;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IPAddress Address => _port.FixedIps[0].IpAddress;

    private IPAddress Address6 => _port.FixedIps[1].IpAddress;

    public async ValueTask InitializeAsync()
    {
        _world = await NetnsWorld.CreateAsync(Token);
        (_client, _machine) = (_world.NewSpace("client"), _world.NewSpace("machine"));
        _clientPort = await _world.Operator.ConnectAsync(_world.Demo.NetworkId, _client.Name, IPAddress.Parse("10.66.0.20"), Token);
        await _world.Operator.ConnectAsync(_world.Demo.NetworkId, _client.Name, IPAddress.Parse("fd66::20"), Token);
        _group = await _world.Network.CreateSecurityGroupAsync("lb-test", Token);
        var ipv6 = (await _world.Network.FindSubnetAsync("demo-ipv6", Token))!;
        _port = await _world.Network.CreatePortAsync(
            new PortRequest { Name = "octavia-lb-vrrp-test", NetworkId = _world.Demo.NetworkId, FixedIps = [new(_world.Demo.Id, null), new(ipv6.Id, null)], SecurityGroups = [_group] }, Token);
        _port = await _world.Network.PlugAsync(_port.Id, new PortPlug(_machine.Name, "eth1"), "machine", "compute:test", Token);
        await NetnsLink.ConfigureAsync(_machine.Name, _port, _world.Demo, usesGateway: true, Token);
        await NetnsLink.ConfigureAsync(_machine.Name, _port, ipv6, usesGateway: false, Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _machine.DisposeAsync();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task A_port_that_a_rule_opens_is_reached_and_another_one_is_not()
    {
        await using var open = TcpMember.Start("open", _machine, new IPEndPoint(IPAddress.Any, 80));
        await using var open6 = TcpMember.Start("open6", _machine, new IPEndPoint(IPAddress.IPv6Any, 80));
        await using var closed = TcpMember.Start("closed", _machine, new IPEndPoint(IPAddress.Any, 81));
        await using var closed6 = TcpMember.Start("closed6", _machine, new IPEndPoint(IPAddress.IPv6Any, 81));
        Assert.False(await ConnectsAsync(_client, Address, 80));

        await _world.Network.SetRulesAsync(_group, [new("tcp", 80, false, null), new("tcp", 80, true, null), new("112", null, false, null), new("51", null, false, null)], Token);

        Assert.True(await ReachesAsync(_client, Address, 80));
        Assert.True(await ReachesAsync(_client, Address6, 80));
        Assert.False(await ConnectsAsync(_client, Address, 81));
        Assert.False(await ConnectsAsync(_client, Address6, 81));
        await _world.Network.SetRulesAsync(_group, [new("tcp", 80, true, null)], Token);
        Assert.False(await ConnectsAsync(_client, Address, 80));
        Assert.True(await ReachesAsync(_client, Address6, 80));
    }

    [Fact]
    public async Task A_rule_for_some_clients_is_for_no_other()
    {
        await using var open = TcpMember.Start("open", _machine, new IPEndPoint(IPAddress.Any, 80));
        var other = _world.NewSpace("other");
        await _world.Operator.ConnectAsync(_world.Demo.NetworkId, other.Name, address: null, Token);

        await _world.Network.SetRulesAsync(_group, [new("tcp", 80, false, new Cidr(IPAddress.Parse("10.66.0.20"), 32))], Token);

        Assert.True(await ReachesAsync(_client, Address, 80));
        Assert.False(await ConnectsAsync(other, Address, 80));
    }

    [Fact]
    public async Task What_goes_out_is_answered_and_what_was_not_asked_for_is_not_let_in()
    {
        await using var member = TcpMember.Start("member", _client, new IPEndPoint(IPAddress.Any, 8080));
        await using var answering = UdpMember.Start("udp", _client, new IPEndPoint(IPAddress.Any, 8053));
        await using var closed = UdpMember.Start("closed", _machine, new IPEndPoint(IPAddress.Any, 53));

        Assert.True(await ReachesAsync(_machine, IPAddress.Parse("10.66.0.20"), 8080));
        Assert.NotNull(await UdpMember.AskAsync(_machine, new IPEndPoint(IPAddress.Parse("10.66.0.20"), 8053), "hello", s_silence, Token));
        Assert.Null(await UdpMember.AskAsync(_client, new IPEndPoint(Address, 53), "hello", s_silence, Token));
        await _world.Network.SetRulesAsync(_group, [new("udp", 53, false, null)], Token);
        Assert.NotNull(await UdpMember.AskAsync(_client, new IPEndPoint(Address, 53), "hello", s_silence, Token));
    }

    [Fact]
    public async Task A_port_sends_from_its_addresses_and_those_it_is_allowed_and_from_no_other()
    {
        await using var member = TcpMember.Start("member", _client, new IPEndPoint(IPAddress.Any, 8080));
        await using var member6 = TcpMember.Start("member6", _client, new IPEndPoint(IPAddress.IPv6Any, 8080));
        var (vip, vip6) = (IPAddress.Parse("10.66.0.200"), IPAddress.Parse("fd66::200"));
        _machine.Ip("addr", "add", $"{vip}/24", "dev", "eth1");
        _machine.Ip("addr", "add", $"{vip6}/64", "dev", "eth1", "nodad");

        Assert.False(await ConnectsAsync(_machine, IPAddress.Parse("10.66.0.20"), 8080, source: vip));
        Assert.False(await ConnectsAsync(_machine, IPAddress.Parse("fd66::20"), 8080, source: vip6));

        await _world.Network.UpdatePortAsync(_port.Id, new PortChange { AllowedAddresses = [vip, vip6] }, Token);
        Assert.True(await ReachesAsync(_machine, IPAddress.Parse("10.66.0.20"), 8080, source: vip));
        Assert.True(await ReachesAsync(_machine, IPAddress.Parse("fd66::20"), 8080, source: vip6));
    }

    [Fact]
    public async Task A_port_does_not_claim_the_address_of_another()
    {
        var victim = IPAddress.Parse("10.66.0.99");
        _machine.Ip("addr", "add", $"{victim}/24", "dev", "eth1");
        _machine.Ip("addr", "add", "fd66::99/64", "dev", "eth1", "nodad");

        await Command.RunAsync(_client.Inside("ping", "-c", "1", "-W", "1", $"{victim}"), Token);
        await Command.RunAsync(_client.Inside("ping", "-c", "1", "-W", "1", "fd66::99"), Token);

        Assert.DoesNotContain("lladdr", _client.Ip("neigh", "show", $"{victim}"), StringComparison.Ordinal);
        Assert.DoesNotContain("lladdr", _client.Ip("neigh", "show", "fd66::99"), StringComparison.Ordinal);
        await _world.Network.UpdatePortAsync(_port.Id, new PortChange { AllowedAddresses = [victim, IPAddress.Parse("fd66::99")] }, Token);
        await Until.TrueAsync("the address is resolved", s_limit, async () =>
        {
            await Command.RunAsync(_client.Inside("ping", "-c", "1", "-W", "1", $"{victim}"), Token);
            return _client.Ip("neigh", "show", $"{victim}").Contains("lladdr", StringComparison.Ordinal);
        }, Token);
    }

    [Fact]
    public async Task Another_hardware_address_sends_nothing()
    {
        await using var member = TcpMember.Start("member", _client, new IPEndPoint(IPAddress.Any, 8080));
        Assert.True(await ReachesAsync(_machine, IPAddress.Parse("10.66.0.20"), 8080));

        _machine.Ip("link", "set", "eth1", "address", "02:00:00:00:00:42");

        Assert.False(await ConnectsAsync(_machine, IPAddress.Parse("10.66.0.20"), 8080));
    }

    [Fact]
    public async Task A_port_that_is_set_down_carries_nothing_until_it_is_up()
    {
        await using var open = TcpMember.Start("open", _machine, new IPEndPoint(IPAddress.Any, 80));
        await _world.Network.SetRulesAsync(_group, [new("tcp", 80, false, null)], Token);

        await _world.Network.UpdatePortAsync(_port.Id, new PortChange { AdminStateUp = false }, Token);
        Assert.False(await ConnectsAsync(_client, Address, 80));
        await _world.Network.UpdatePortAsync(_port.Id, new PortChange { AdminStateUp = true }, Token);
        Assert.True(await ReachesAsync(_client, Address, 80));
    }

    [Fact]
    public async Task Networks_are_routed_to_one_another_by_their_gateways_and_filtered_all_the_same()
    {
        Assert.True(Cidr.TryParse("10.67.0.0/24", out var cidr));
        var network = await _world.Operator.CreateNetworkAsync("members", null, Token);
        await _world.Operator.CreateSubnetAsync(network.Id, "members", cidr.Value, IPAddress.Parse("10.67.0.1"), Token);
        var space = _world.NewSpace("member");
        await _world.Operator.ConnectAsync(network.Id, space.Name, IPAddress.Parse("10.67.0.10"), Token);
        await using var member = TcpMember.Start("member", space, new IPEndPoint(IPAddress.Any, 8080));
        await using var own = TcpMember.Start("own", _machine, new IPEndPoint(IPAddress.Any, 80));

        Assert.True(await ReachesAsync(_machine, IPAddress.Parse("10.67.0.10"), 8080));
        Assert.False(await ConnectsAsync(space, Address, 80));
        await _world.Network.SetRulesAsync(_group, [new("tcp", 80, false, null)], Token);
        Assert.True(await ReachesAsync(space, Address, 80));
    }

    [Fact]
    public async Task A_filter_that_was_lost_is_made_anew_by_the_next_change()
    {
        await using var open = TcpMember.Start("open", _machine, new IPEndPoint(IPAddress.Any, 80));
        await Command.OutputAsync(["nsenter", $"--net=/run/netns/{_world.Network.Names.Fabric}", "nft", "delete", "table", "bridge", "amphora"], Token);
        Assert.True(await ReachesAsync(_client, Address, 80));

        await _world.Network.UpdatePortAsync(_port.Id, new PortChange(), Token);

        Assert.False(await ConnectsAsync(_client, Address, 80));
    }

    [Theory]
    [InlineData("tcp", null, false, null)]
    [InlineData("112", 80, false, null)]
    [InlineData("tcp", 0, false, null)]
    [InlineData("tcp; drop", 80, false, null)]
    [InlineData("tcp", 80, true, "10.0.0.0/8")]
    public async Task A_rule_that_cannot_be_is_refused_and_changes_nothing(string protocol, int? port, bool isIPv6, string? from)
    {
        Cidr? range = from is not null && Cidr.TryParse(from, out var cidr) ? cidr : null;
        await _world.Network.SetRulesAsync(_group, [new("tcp", 80, false, null)], Token);

        await Assert.ThrowsAsync<DriverException>(() => _world.Network.SetRulesAsync(_group, [new(protocol, port, isIPv6, range)], Token));

        await using var open = TcpMember.Start("open", _machine, new IPEndPoint(IPAddress.Any, 80));
        Assert.True(await ReachesAsync(_client, Address, 80));
    }

    // A neighbour that did not answer is asked again only after seconds.
    private static async Task<bool> ReachesAsync(TestNamespace from, IPAddress to, int port, IPAddress? source = null) =>
        await Until.TrueAsync($"{to} port {port} is reached", s_limit, () => ConnectsAsync(from, to, port, source), Token) < s_limit;

    private static async Task<bool> ConnectsAsync(TestNamespace from, IPAddress to, int port, IPAddress? source = null)
    {
        using var socket = from.TcpSocket(to.AddressFamily);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(s_silence);
        try
        {
            if (source is not null)
            {
                socket.Bind(new IPEndPoint(source, 0));
            }

            await socket.ConnectAsync(new IPEndPoint(to, port), limit.Token);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            Token.ThrowIfCancellationRequested();
            return false;
        }
    }
}
