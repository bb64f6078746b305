// POST /1.0/plug/network: member ports, and the VIP port plugged again.
using System.Net;
using Xunit;

namespace Amphora.Agent.Tests.OctaviaApi;

public sealed class PlugNetworkTests : IAsyncLifetime
{
    private const string Mac = "fa:16:3e:00:00:02";
    private const string VipMac = "fa:16:3e:00:00:01";

    private const string Member = """
        {"mac_address": "fa:16:3e:00:00:02", "mtu": 1400, "fixed_ips": [{"ip_address": "10.1.0.7", "subnet_cidr": "10.1.0.0/24", "gateway": "10.1.0.1",
          "host_routes": [{"destination": "10.2.0.0/16", "nexthop": "10.1.0.1"}]}]}
        """;

    private const string Vip = """
        {"subnet_cidr": "10.0.0.0/24", "gateway": "10.0.0.1", "mac_address": "fa:16:3e:00:00:01", "vrrp_ip": "10.0.0.7"}
        """;

    private PluggingAgent _agent = null!;

    public async ValueTask InitializeAsync() => _agent = await PluggingAgent.StartAsync(Cancellation);

    public ValueTask DisposeAsync() => _agent.DisposeAsync();

    [Fact]
    public async Task A_member_port_gets_the_first_free_name_from_eth2_on()
    {
        _agent.Amphora.HotPlug("ens8", Mac);
        _agent.Amphora.HotPlug("ens9", "fa:16:3e:00:00:03");

        var (first, firstBody) = await _agent.PlugNetworkAsync(Member, Cancellation);
        var (_, secondBody) = await _agent.PlugNetworkAsync(Member.Replace("00:02", "00:03", StringComparison.Ordinal).Replace("10.1.", "10.3.", StringComparison.Ordinal), Cancellation);

        Assert.Equal((HttpStatusCode.Accepted, """{"message":"OK","details":"Plugged on interface eth2"}"""), (first, firstBody));
        Assert.Equal("""{"message":"OK","details":"Plugged on interface eth3"}""", secondBody);
        Assert.Equal(["10.1.0.7/24"], _agent.Amphora.Addresses("eth2"));
        // Members are reached, nothing else: the gateway of a member network makes no default route.
        Assert.Equal(["10.2.0.0/16 via 10.1.0.1 dev eth2 proto static onlink"], _agent.Amphora.Routes("-4", "main").Where(route => route.Contains("eth2", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_same_port_again_is_updated_and_what_is_no_longer_listed_goes()
    {
        _agent.Amphora.HotPlug("ens8", Mac);
        await _agent.PlugNetworkAsync(Member, Cancellation);

        var (status, body) = await _agent.PlugNetworkAsync(Member.Replace("10.1.0.7", "10.1.0.8", StringComparison.Ordinal), Cancellation);

        Assert.Equal((HttpStatusCode.Accepted, """{"message":"OK","details":"Updated existing interface eth2"}"""), (status, body));
        Assert.Equal(["10.1.0.8/24"], _agent.Amphora.Addresses("eth2"));
    }

    [Fact]
    public async Task The_VIP_port_plugged_again_keeps_its_VIP_and_gets_the_member_s_addresses()
    {
        _agent.Amphora.HotPlug("ens7", VipMac);
        await _agent.PlugVipAsync("10.0.0.5", Vip, Cancellation);

        var (status, body) = await _agent.PlugNetworkAsync(Again, Cancellation);

        Assert.Equal((HttpStatusCode.Accepted, """{"message":"OK","details":"Updated existing interface eth1"}"""), (status, body));
        Assert.Equal(["10.0.0.5/32", "10.0.0.7/24", "10.4.0.7/24"], _agent.Amphora.Addresses("eth1").Order());
        Assert.Equal(["32000: from 10.0.0.5 lookup 1"], _agent.Amphora.Rules("-4"));
    }

    [Fact]
    public async Task Without_the_port_being_there_vip_net_info_does_not_count_even_when_it_is_wrong()
    {
        _agent.Amphora.HotPlug("ens7", VipMac);

        var (status, body) = await _agent.PlugNetworkAsync(Again.Replace("\"vip\": \"10.0.0.5\"", "\"vip\": \"x\"", StringComparison.Ordinal), Cancellation);

        Assert.Equal((HttpStatusCode.Accepted, """{"message":"OK","details":"Plugged on interface eth2"}"""), (status, body));
        Assert.Equal(["10.4.0.7/24"], _agent.Amphora.Addresses("eth2"));
    }

    [Theory]
    [InlineData("\"vip\": \"10.0.0.5\"", "\"vip\": \"x\"")]
    [InlineData("\"gateway\": \"10.0.0.1\"", "\"gate\": \"10.0.0.1\"")]
    [InlineData("\"subnet_cidr\": \"10.0.0.0/24\", \"gateway\"", "\"subnet\": \"10.0.0.0/24\", \"gateway\"")]
    public async Task A_malformed_vip_net_info_is_500_and_changes_nothing(string from, string to)
    {
        _agent.Amphora.HotPlug("ens7", VipMac);
        await _agent.PlugVipAsync("10.0.0.5", Vip, Cancellation);

        var (status, body) = await _agent.PlugNetworkAsync(Again.Replace(from, to, StringComparison.Ordinal), Cancellation);

        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.Contains("\"http_code\":500", body, StringComparison.Ordinal);
        Assert.Equal(["10.0.0.5/32", "10.0.0.7/24"], _agent.Amphora.Addresses("eth1").Order());
    }

    [Fact]
    public async Task A_failure_is_named_after_what_was_plugged()
    {
        _agent.Amphora.HotPlug("ens7", VipMac);
        _agent.Amphora.HotPlug("ens8", Mac);
        await _agent.PlugVipAsync("10.0.0.5", Vip, Cancellation);

        var (network, words) = await _agent.PlugNetworkAsync(Member.Replace("1400", "70000", StringComparison.Ordinal), Cancellation);
        var (again, vipWords) = await _agent.PlugNetworkAsync(Again.Replace("{\"mac", "{\"mtu\": 70000, \"mac", StringComparison.Ordinal), Cancellation);

        Assert.Equal((HttpStatusCode.InternalServerError, HttpStatusCode.InternalServerError), (network, again));
        Assert.StartsWith("""{"message":"Error plugging network","details":""", words, StringComparison.Ordinal);
        Assert.StartsWith("""{"message":"Error plugging vip","details":""", vipWords, StringComparison.Ordinal);
        Assert.Contains("ens8", _agent.Amphora.RootLinks(), StringComparison.Ordinal);
    }

    private const string Again = """
        {"mac_address": "fa:16:3e:00:00:01", "fixed_ips": [{"ip_address": "10.4.0.7", "subnet_cidr": "10.4.0.0/24"}],
         "vip_net_info": {"vip": "10.0.0.5", "subnet_cidr": "10.0.0.0/24", "gateway": "10.0.0.1", "vrrp_ip": "10.0.0.7", "mac_address": "ignored", "mtu": 1}}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
