// POST /1.0/plug/vip: the port in the kernel and on disk, and what happens when half of it fails.
using System.Net;
using Amphora.Agent.Network.Files;
using Amphora.Agent.Tests.Network;
using Amphora.Contract.DesiredState;
using Xunit;

namespace Amphora.Agent.Tests.OctaviaApi;

public sealed class PlugVipTests : IAsyncLifetime
{
    private const string Mac = "fa:16:3e:00:00:01";

    private const string Body = """
        {"subnet_cidr": "10.0.0.0/24", "gateway": "10.0.0.1", "mac_address": "FA:16:3E:00:00:01", "mtu": 1450, "vrrp_ip": "10.0.0.7",
         "host_routes": [{"destination": "198.51.100.0/24", "nexthop": "10.0.0.9"}],
         "additional_vips": [{"ip_address": "fd00:10::5", "subnet_cidr": "fd00:10::/64", "gateway": "fd00:10::1", "host_routes": []}], "is_sriov": false}
        """;

    private PluggingAgent _agent = null!;

    public async ValueTask InitializeAsync() => _agent = await PluggingAgent.StartAsync(Cancellation);

    public ValueTask DisposeAsync() => _agent.DisposeAsync();

    [Fact]
    public async Task The_port_becomes_eth1_with_its_VIPs_routes_and_rules()
    {
        _agent.Amphora.HotPlug("ens7", Mac);

        var (status, body) = await _agent.PlugVipAsync("10.0.0.5", Body, Cancellation);

        Assert.Equal(
            (HttpStatusCode.Accepted, """{"message":"OK","details":"VIPs plugged on interface eth1: 10.0.0.5, fd00:0010:0000:0000:0000:0000:0000:0005"}"""),
            (status, body));
        Assert.Equal(["10.0.0.5/32", "10.0.0.7/24", "fd00:10::5/128"], _agent.Amphora.Addresses("eth1").Order());
        Assert.Equal(["32000: from 10.0.0.5 lookup 1"], _agent.Amphora.Rules("-4"));
        Assert.Equal(3, _agent.Amphora.Routes("-4", "1").Count);
        Assert.Equal(1450, _agent.Amphora.Ip("link", "show", "eth1")[0].GetProperty("mtu").GetInt32());
        Assert.Equal($"{Mac} eth1\n", _agent.Amphora.ReadFile("plugged_interfaces"));
        Assert.Contains("\"if_type\":\"vip\"", _agent.Amphora.ReadFile("interfaces/eth1.json"), StringComparison.Ordinal);
        Assert.False(_agent.Amphora.FileExists($"ports/{Mac}.json"));
    }

    [Fact]
    public async Task A_completed_plug_exists_already_and_is_left_as_it_is()
    {
        _agent.Amphora.HotPlug("ens7", Mac);
        await _agent.PlugVipAsync("10.0.0.5", Body, Cancellation);

        var (status, body) = await _agent.PlugVipAsync("10.0.0.66", Body, Cancellation);

        Assert.Equal((HttpStatusCode.Conflict, """{"message":"Interface already exists"}"""), (status, body));
        Assert.DoesNotContain("10.0.0.66/32", _agent.Amphora.Addresses("eth1"));
    }

    [Fact]
    public async Task A_plug_that_fails_is_undone_and_the_next_one_is_done_whole()
    {
        _agent.Amphora.HotPlug("ens7", Mac);
        // A veth takes no MTU above 65535: the kernel refuses, after the link was moved.
        var (status, body) = await _agent.PlugVipAsync("10.0.0.5", Body.Replace("1450", "70000", StringComparison.Ordinal), Cancellation);
        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.StartsWith("""{"message":"Error plugging VIP","details":"cannot set mtu 70000 on eth1""", body, StringComparison.Ordinal);
        Assert.Contains("ens7", _agent.Amphora.RootLinks(), StringComparison.Ordinal);
        Assert.False(_agent.Amphora.FileExists("interfaces/eth1.json"));

        var (again, _) = await _agent.PlugVipAsync("10.0.0.5", Body, Cancellation);

        Assert.Equal(HttpStatusCode.Accepted, again);
        Assert.Contains("10.0.0.5/32", _agent.Amphora.Addresses("eth1"));
    }

    [Fact]
    public async Task A_link_that_a_killed_agent_left_in_the_namespace_is_finished()
    {
        _agent.Amphora.HotPlug("ens7", Mac);
        await _agent.PlugVipAsync("10.0.0.5", Body, Cancellation);
        _agent.Amphora.Inside.Ip("address", "flush", "dev", "eth1");
        File.Delete(_agent.Amphora.Options.PluggedInterfacesFile);

        var (status, _) = await _agent.PlugVipAsync("10.0.0.5", Body, Cancellation);

        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Contains("10.0.0.5/32", _agent.Amphora.Addresses("eth1"));
        Assert.Equal($"{Mac} eth1\n", _agent.Amphora.ReadFile("plugged_interfaces"));
    }

    [Theory]
    [InlineData("fa:16:3e:00:00:99")]
    [InlineData("nonsense")]
    public async Task A_port_that_is_not_there_yet_is_answered_at_once_with_the_words_the_driver_waits_for(string mac)
    {
        var (status, body) = await _agent.PlugVipAsync("10.0.0.5", Body.Replace("FA:16:3E:00:00:01", mac, StringComparison.Ordinal), Cancellation);

        Assert.Equal((HttpStatusCode.NotFound, """{"details":"No suitable network interface found"}"""), (status, body));
    }

    [Fact]
    public async Task The_kernel_is_asked_to_look_for_new_cards_before_that_answer()
    {
        var rescan = Path.GetTempFileName();
        try
        {
            await _agent.DisposeAsync();
            _agent = await PluggingAgent.StartAsync(Cancellation, options => options with { PciRescanFile = rescan });

            await _agent.PlugVipAsync("10.0.0.5", Body, Cancellation);

            Assert.Equal("1", await File.ReadAllTextAsync(rescan, Cancellation));
        }
        finally
        {
            File.Delete(rescan);
        }
    }

    [Fact]
    public async Task Another_port_does_not_lose_its_name_to_a_VIP()
    {
        _agent.Amphora.HotPlug("ens7", Mac);
        _agent.Amphora.HotPlug("ens8", "fa:16:3e:00:00:02");
        await _agent.PlugVipAsync("10.0.0.5", Body, Cancellation);

        var (status, body) = await _agent.PlugVipAsync("10.0.0.6", Body.Replace("00:01", "00:02", StringComparison.Ordinal), Cancellation);

        Assert.Equal(
            (HttpStatusCode.InternalServerError, $$"""{"message":"Error plugging VIP","details":"eth1 is the interface with MAC address {{Mac}}"}"""),
            (status, body));
        Assert.Contains("ens8", _agent.Amphora.RootLinks(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_ACTIVE_STANDBY_the_VIP_is_keepalived_s()
    {
        await _agent.DisposeAsync();
        _agent = await PluggingAgent.StartAsync(Cancellation, topology: Topology.ActiveStandby);
        _agent.Amphora.HotPlug("ens7", Mac);

        await _agent.PlugVipAsync("10.0.0.5", Body, Cancellation);

        Assert.Equal(["10.0.0.7/24"], _agent.Amphora.Addresses("eth1"));
        Assert.Empty(_agent.Amphora.Rules("-4"));
        Assert.Contains("\"octavia_owned\":false", _agent.Amphora.ReadFile("interfaces/eth1.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_of_API_2_is_refused_and_the_other_way_round()
    {
        var mac = _agent.Amphora.HotPlug("ens7", Mac);
        var other = _agent.Amphora.HotPlug("ens8", "fa:16:3e:00:00:02");
        Assert.True((await _agent.Amphora.Applier.ApplyAsync(mac, Ports.Read(Ports.Vip), Cancellation)).Ok);
        var member = """{"mac_address": "fa:16:3e:00:00:02", "fixed_ips": [{"ip_address": "10.1.0.7", "subnet_cidr": "10.1.0.0/24"}]}""";
        await _agent.PlugNetworkAsync(member, Cancellation);

        var (vip, words) = await _agent.PlugVipAsync("10.0.0.5", Body, Cancellation);
        var (network, _) = await _agent.PlugNetworkAsync(member.Replace("00:02", "00:01", StringComparison.Ordinal), Cancellation);
        var put = await _agent.Amphora.Applier.ApplyAsync(other, Ports.Read(Ports.Member), Cancellation);
        var deleted = await _agent.Amphora.Applier.RemoveAsync(other, Cancellation);

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Conflict), (vip, network));
        Assert.Equal($$"""{"message":"Managed over API 2.0","details":"port {{Mac}} is managed over API 2.0"}""", words);
        Assert.Equal("port fa:16:3e:00:00:02 is managed over API 1.0", put.Failure?.Message);
        Assert.Equal(put.Failure?.Kind, deleted?.Kind);
        Assert.Equal([PortOwner.Api2, PortOwner.Api1], new[] { mac, other }.Select(one => new PortStore(_agent.Amphora.Options).OwnerOf(one)).OfType<PortOwner>());
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
