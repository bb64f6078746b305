// The JSON bodies of API 1.0, row by row of agent-api §6: what is refused, how, and what comes of the rest.
using System.Text;
using System.Text.Json;
using Amphora.Agent.Network.Firewall;
using Amphora.Agent.OctaviaApi;
using Amphora.Agent.OctaviaApi.Ports;
using Amphora.Contract.Json;
using Amphora.Contract.Rest;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Xunit;

namespace Amphora.Agent.Tests.OctaviaApi;

public sealed class BodyReaderTests
{
    private const string Vip = """{"subnet_cidr": "10.0.0.0/24", "gateway": null, "mac_address": "m"}""";

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{} {}")]
    [InlineData("""{"gateway": null, "mac_address": "m"}""")]
    [InlineData("""{"subnet_cidr": "10.0.0.0/24", "mac_address": "m"}""")]
    [InlineData("""{"subnet_cidr": "10.0.0.0/24", "gateway": null}""")]
    [InlineData("""{"subnet_cidr": "10.0.0.0/24", "gateway": null, "mac_address": 1}""")]
    public void Without_the_three_keys_a_VIP_body_is_no_subnet_information(string body) =>
        Assert.Equal((400, "400 Bad Request: Invalid subnet information"), Error(PlugVipReader.Read("10.0.0.5", Json(body)).Refusal));

    [Theory]
    [InlineData("10.0.0.256", Vip)]
    [InlineData("10.0.0.05", Vip)]
    [InlineData("fe80::1%eth0", Vip)]
    [InlineData("10.0.0.5", """{"subnet_cidr": "10.0.0.1/24", "gateway": null, "mac_address": "m"}""")]
    [InlineData("10.0.0.5", """{"subnet_cidr": "10.0.0.0", "gateway": null, "mac_address": "m"}""")]
    [InlineData("10.0.0.5", """{"subnet_cidr": 10, "gateway": null, "mac_address": "m"}""")]
    [InlineData("10.0.0.5", """{"subnet_cidr": "10.0.0.0/24", "gateway": "g", "mac_address": "m"}""")]
    [InlineData("10.0.0.5", """{"subnet_cidr": "10.0.0.0/24", "gateway": null, "mac_address": "m", "mtu": "1500"}""")]
    [InlineData("10.0.0.5", """{"subnet_cidr": "10.0.0.0/24", "gateway": null, "mac_address": "m", "host_routes": [{"destination": "10.0.0.0/8"}]}""")]
    [InlineData("10.0.0.5", """{"subnet_cidr": "10.0.0.0/24", "gateway": null, "mac_address": "m", "additional_vips": [{"ip_address": "x", "subnet_cidr": "10.0.0.0/24", "gateway": null, "host_routes": []}]}""")]
    public void A_wrong_VIP_or_subnet_is_an_invalid_VIP_with_its_reason(string vip, string body)
    {
        var (status, message) = Message(PlugVipReader.Read(vip, Json(body)).Refusal);

        Assert.Equal(400, status);
        Assert.StartsWith("Invalid VIP: ", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_VIP_is_looked_at_before_the_VRRP_address()
    {
        var body = """{"subnet_cidr": "10.0.0.0/24", "gateway": null, "mac_address": "m", "vrrp_ip": "y"}""";

        Assert.StartsWith("Invalid VIP: ", Message(PlugVipReader.Read("x", Json(body)).Refusal).Message, StringComparison.Ordinal);
        Assert.Equal((400, "Invalid VRRP Address: vrrp_ip is \"y\", has to be an IP address"), Message(PlugVipReader.Read("10.0.0.5", Json(body)).Refusal));
    }

    [Theory]
    [InlineData("ip_address")]
    [InlineData("subnet_cidr")]
    [InlineData("gateway")]
    [InlineData("host_routes")]
    public void An_additional_VIP_without_one_of_its_keys_is_500(string missing)
    {
        var vip = """{"ip_address": "10.0.0.6", "subnet_cidr": "10.0.0.0/24", "gateway": null, "host_routes": []}""".Replace(missing, "other", StringComparison.Ordinal);
        var body = $$"""{"subnet_cidr": "10.0.0.0/24", "gateway": null, "mac_address": "m", "additional_vips": [{{vip}}]}""";

        var (status, error) = Error(PlugVipReader.Read("10.0.0.5", Json(body)).Refusal);

        Assert.Equal((500, $"500 Internal Server Error: cannot plug the VIP: an entry of additional_vips has no {missing}"), (status, error));
    }

    [Fact]
    public void What_is_optional_may_be_absent_null_or_zero()
    {
        var (plug, _) = PlugVipReader.Read("10.0.0.5", Json("""{"subnet_cidr": "10.0.0.0/24", "gateway": null, "mac_address": "m", "mtu": 0, "vrrp_ip": null, "host_routes": null, "additional_vips": null, "is_sriov": null}"""));

        Assert.Equal(PlugVipReader.Read("10.0.0.5", Json(Vip)).Plug, plug);
        Assert.Equal((null, null, false), (plug!.Port.Mtu, plug.Port.VrrpIp, plug.Port.IsSriov));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"mac_address": null}""")]
    public void Without_a_MAC_address_there_is_no_port_information(string body) =>
        Assert.Equal((400, "400 Bad Request: Invalid port information"), Error(PlugNetworkReader.Read(Json(body)).Refusal));

    [Fact]
    public void An_address_that_is_none_is_an_invalid_network_port() =>
        Assert.Equal((400, "Invalid network port"), Message(PlugNetworkReader.Read(Json("""{"mac_address": "m", "fixed_ips": [{"ip_address": "x"}]}""")).Refusal));

    [Theory]
    [InlineData("""{"mac_address": "m", "fixed_ips": [{"ip_address": "10.0.0.5"}]}""")]
    [InlineData("""{"mac_address": "m", "fixed_ips": [{"subnet_cidr": "10.0.0.0/24"}]}""")]
    [InlineData("""{"mac_address": "m", "fixed_ips": [{"ip_address": "10.0.0.5", "subnet_cidr": "10.0.0.0/33"}]}""")]
    [InlineData("""{"mac_address": "m", "fixed_ips": ["10.0.0.5"]}""")]
    [InlineData("""{"mac_address": "m", "fixed_ips": 5}""")]
    public void Anything_else_that_is_missing_or_wrong_is_500(string body) =>
        Assert.Equal(500, Error(PlugNetworkReader.Read(Json(body)).Refusal).Status);

    [Theory]
    [InlineData("""{"mac_address": "m"}""")]
    [InlineData("""{"mac_address": "m", "fixed_ips": null, "mtu": null, "is_sriov": null, "vip_net_info": null}""")]
    [InlineData("""{"mac_address": "m", "fixed_ips": [], "vip_net_info": {}}""")]
    public void A_port_without_addresses_asks_for_them(string body)
    {
        var (plug, _) = PlugNetworkReader.Read(Json(body));

        Assert.Equal(new PlugNetwork("m", new Port { Type = PortType.Member }, VipNetInfo: null), plug);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("nonsense")]
    [InlineData("""[{"protocol": "TCP", "cidr": null}]""")]
    [InlineData("""[{"protocol": "TCP", "port": 80}]""")]
    [InlineData("""[{"cidr": null, "port": 80}]""")]
    [InlineData("""[{"protocol": "TCP", "cidr": null, "port": 80, "more": 1}]""")]
    [InlineData("""[{"protocol": "tcp", "cidr": null, "port": 80}]""")]
    [InlineData("""[{"protocol": "VRRP", "cidr": null, "port": 112}]""")]
    [InlineData("""[{"protocol": "TCP", "cidr": 10, "port": 80}]""")]
    [InlineData("""[{"protocol": "TCP", "cidr": null, "port": "80"}]""")]
    [InlineData("""[{"protocol": "TCP", "cidr": null, "port": 0}]""")]
    [InlineData("""[{"protocol": "TCP", "cidr": null, "port": 65536}]""")]
    [InlineData("""[{"protocol": "TCP", "cidr": null, "port": 80.5}]""")]
    [InlineData("""[{"protocol": "TCP", "cidr": "nonsense", "port": 80}, {}]""")]
    public void Rules_that_break_the_schema_are_no_rules_information(string body) =>
        Assert.Equal((400, "400 Bad Request: Invalid rules information"), Error(FirewallRulesReader.Read(Json(body)).Refusal));

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/8 tcp dport 22 accept #")]
    public void A_cidr_that_is_none_is_500(string cidr) =>
        Assert.Equal(500, Error(FirewallRulesReader.Read(Json($$"""[{"protocol": "TCP", "cidr": "{{cidr}}", "port": 80}]""")).Refusal).Status);

    [Fact]
    public void Rules_become_lines_of_nftables_once_each()
    {
        var (rules, _) = FirewallRulesReader.Read(Json("""
            [{"protocol": "TCP", "cidr": "10.1.2.3/8", "port": 80.0}, {"protocol": "TCP", "cidr": "10.0.0.0/8", "port": 80},
             {"protocol": "UDP", "cidr": "FD00::0001", "port": 53}, {"protocol": "SCTP", "cidr": "0.0.0.0/0", "port": 65535},
             {"protocol": "vrrp", "cidr": "10.0.0.9/32", "port": 112}, {"protocol": "vrrp", "cidr": null, "port": 112}, {"protocol": "TCP", "cidr": "::/0", "port": 1}]
            """));

        var lines = FirewallRenderer.Render(rules!.Value).Split('\n');

        Assert.Equal(
            ["ip saddr 10.0.0.0/8 tcp dport 80 accept", "ip6 saddr fd00::1/128 udp dport 53 accept", "sctp dport 65535 accept",
             "ip saddr 10.0.0.9/32 meta l4proto 112 accept", "meta l4proto 112 accept", "ip6 saddr ::/0 tcp dport 1 accept"],
            lines.SkipWhile(line => !line.Contains("amphora_vip_chain", StringComparison.Ordinal)).Skip(1)
                .TakeWhile(line => !line.StartsWith("  }", StringComparison.Ordinal)).Select(line => line.Trim()));
    }

    [Fact]
    public void Bytes_that_are_anything_are_refused_and_never_an_exception()
    {
        var random = new Random(7);
        string[] bodies =
        [
            """{"subnet_cidr": "10.0.0.0/24", "gateway": null, "mac_address": "m", "mtu": 1, "host_routes": [{"destination": "10.0.0.0/8", "nexthop": "10.0.0.1"}], "additional_vips": [{"ip_address": "10.0.0.6", "subnet_cidr": "10.0.0.0/24", "gateway": null, "host_routes": []}]}""",
            """{"mac_address": "m", "fixed_ips": [{"ip_address": "10.0.0.5", "subnet_cidr": "10.0.0.0/24"}], "is_sriov": true}""",
            """[{"protocol": "TCP", "cidr": "10.0.0.0/8", "port": 80}]""",
        ];
        string[] pieces = ["\\ud800", "\\u0000", "\"", "{", "]", ",", "1e999", "-1", "null", "[[[[[[[[", "\\"];
        for (var round = 0; round < 30_000; round++)
        {
            var body = Encoding.UTF8.GetBytes(bodies[round % bodies.Length]).ToList();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var at = random.Next(body.Count);
                switch (random.Next(3))
                {
                    case 0:
                        body[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        body.RemoveRange(at, random.Next(body.Count - at));
                        body.Add((byte)'}');
                        break;
                    default:
                        body.InsertRange(at, Encoding.UTF8.GetBytes(pieces[random.Next(pieces.Length)]));
                        break;
                }
            }

            var json = StrictJson.Parse(body.ToArray());
            Assert.True(PlugVipReader.Read("10.0.0.5", json) is { Plug: not null } or { Refusal: not null });
            Assert.True(PlugNetworkReader.Read(json) is { Plug: not null } or { Refusal: not null });
            Assert.True(FirewallRulesReader.Read(json) is { Rules: not null } or { Refusal: not null });
        }
    }

    [Theory]
    [InlineData("""{"a": "\ud800"}""")]
    [InlineData("""{"\udc00": 1}""")]
    [InlineData("""{"a": 1} 2""")]
    [InlineData("")]
    [InlineData("ä")]
    public void Half_a_character_is_no_JSON(string text) => Assert.Null(StrictJson.Parse(Encoding.Latin1.GetBytes(text)));

    private static JsonElement? Json(string text) => StrictJson.Parse(Encoding.UTF8.GetBytes(text));

    private static (int? Status, string? Text) Error(IResult? result) =>
        result is JsonHttpResult<OctaviaError> error ? (error.StatusCode, error.Value?.Error) : (null, null);

    private static (int? Status, string? Message) Message(IResult? result) =>
        result is JsonHttpResult<OctaviaAnswer> answer ? (answer.StatusCode, answer.Value?.Message) : (null, null);
}
