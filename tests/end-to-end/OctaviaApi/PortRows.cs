// agent-api.md, §6, as rows: first what is refused without any card, then the life of a VIP port and a member port.
namespace Amphora.EndToEnd.Tests.OctaviaApi;

/// <summary>The rows of endpoints 12–15. Addresses are of 198.18.0.0/15 and 2001:db8::/32, which nobody routes.</summary>
internal static class PortRows
{
    private const string Nobody = "02:00:5e:10:00:99";
    private const string NoSubnet = """{"error":"400 Bad Request: Invalid subnet information","http_code":400}""";
    private const string NoPort = """{"error":"400 Bad Request: Invalid port information","http_code":400}""";
    private const string NoRules = """{"error":"400 Bad Request: Invalid rules information","http_code":400}""";
    private const string NoInterface = """{"details":"No suitable network interface found"}""";

    private static StockAnswer NoRulesYet { get; } = StockAnswer.Before("14.0.0", "no rules", 404, "\"http_code\":404");

    /// <summary>What is refused, in the order in which it is checked.</summary>
    public static IEnumerable<Row> Refusals()
    {
        const string Vip = "/1.0/plug/vip/198.18.0.5", Network = "/1.0/plug/network";
        string vip = VipBody(Nobody);
        return
        [
            new("12a not declared as JSON", "POST", Vip, 400) { Body = vip, Json = NoSubnet },
            new("12a no JSON", "POST", Vip, 400) { Body = "nonsense", IsJson = true, Members = ["error", "http_code"] },
            new("12a without gateway", "POST", Vip, 400) { Body = vip.Replace("gateway", "gate", StringComparison.Ordinal), IsJson = true, Json = NoSubnet },
            new("12a without subnet_cidr", "POST", Vip, 400) { Body = vip.Replace("subnet_cidr", "subnet", StringComparison.Ordinal), IsJson = true, Json = NoSubnet },
            new("12a without mac_address", "POST", Vip, 400) { Body = vip.Replace("mac_address", "mac", StringComparison.Ordinal), IsJson = true, Json = NoSubnet },
            new("12b no VIP", "POST", "/1.0/plug/vip/198.18.0.256", 400) { Body = vip, IsJson = true, Members = ["message"] },
            new("12b host bits", "POST", Vip, 400) { Body = vip.Replace("198.18.0.0/24", "198.18.0.1/24", StringComparison.Ordinal), IsJson = true, Members = ["message"] },
            new("12c no VRRP address", "POST", Vip, 400) { Body = vip.Replace("198.18.0.7", "x", StringComparison.Ordinal), IsJson = true, Members = ["message"] },
            new("12e no card yet", "POST", Vip, 404) { Body = vip, IsJson = true, Json = NoInterface },
            new("13 no JSON object", "POST", Network, 400) { Body = "[]", IsJson = true, Json = NoPort },
            new("13 without mac_address", "POST", Network, 400) { Body = "{}", IsJson = true, Json = NoPort },
            new("13 no address", "POST", Network, 400) { Body = MemberBody(Nobody, "x"), IsJson = true, Json = """{"message":"Invalid network port"}""" },
            new("13 no card yet", "POST", Network, 404) { Body = MemberBody(Nobody, "198.18.1.7"), IsJson = true, Json = NoInterface },
            new("14 no address", "GET", "/1.0/interface/eth1", 400) { Json = """{"message":"Invalid IP address"}""" },
            new("14 nobody's address", "GET", "/1.0/interface/198.18.0.99", 404) { Json = """{"message":"Error interface not found for IP address"}""" },
            new("15 no address, before the body", "PUT", "/1.0/interface/eth1/rules", 400) { Body = "nonsense", IsJson = true, Json = """{"message":"Invalid IP address"}""", Stock = NoRulesYet },
            new("15 nobody's address, before the body", "PUT", "/1.0/interface/198.18.0.99/rules", 404) { Body = "nonsense", IsJson = true, Message = "Error interface not found for IP address", Stock = NoRulesYet },
        ];
    }

    /// <summary>From two cards to a VIP port and a member port, and both again. The first free name for members is eth2.</summary>
    public static IEnumerable<Row> Life(Cards cards)
    {
        string vip = VipBody(cards.VipMac), member = MemberBody(cards.MemberMac, "198.18.1.7");
        string vips = """{"message":"OK","details":"VIPs plugged on interface eth1: 198.18.0.5, 2001:0db8:0000:0000:0000:0000:0000:0005"}""";
        return
        [
            new("12f the kernel refuses", "POST", "/1.0/plug/vip/198.18.0.5", 500)
            {
                Body = vip.Replace("1450", "70000", StringComparison.Ordinal),
                IsJson = true,
                Message = "Error plugging VIP",
                Stock = StockAnswer.NotSent("half a port is left and called plugged: 202 after 30 s, 409 from then on; ours undoes it"),
            },
            new("12g plugged", "POST", "/1.0/plug/vip/198.18.0.5", 202) { Body = vip, IsJson = true, Json = vips },
            new("12d there already", "POST", "/1.0/plug/vip/198.18.0.5", 409) { Body = vip, IsJson = true, Json = """{"message":"Interface already exists"}""" },
            new("12d there already, whatever the case", "POST", "/1.0/plug/vip/198.18.0.5", 409)
            {
                Body = VipBody(cards.VipMac.ToUpperInvariant()),
                IsJson = true,
                Message = "Interface already exists",
                Stock = StockAnswer.Differs("compares the text", 404, "No suitable network interface found"),
            },
            new("14 the VIP", "GET", "/1.0/interface/198.18.0.5", 200) { Json = """{"message":"OK","interface":"eth1"}""" },
            new("14 the VRRP address", "GET", "/1.0/interface/198.18.0.7", 200) { Json = """{"message":"OK","interface":"eth1"}""" },
            new("14 an IPv6 VIP", "GET", "/1.0/interface/2001:db8::5", 200) { Json = """{"message":"OK","interface":"eth1"}""" },
            new("14 in another spelling", "GET", "/1.0/interface/2001:0DB8:0:0::0005", 200)
            {
                Json = """{"message":"OK","interface":"eth1"}""", Stock = StockAnswer.Differs("compares the text", 404, "Error interface not found for IP address"),
            },
            .. Members(cards, member),
            .. Rules(),
        ];
    }

    private static IEnumerable<Row> Members(Cards cards, string member) =>
    [
        new("13 plugged", "POST", "/1.0/plug/network", 202) { Body = member, IsJson = true, Json = """{"message":"OK","details":"Plugged on interface eth2"}""" },
        new("13 plugged again", "POST", "/1.0/plug/network", 202)
        {
            Body = MemberBody(cards.MemberMac, "198.18.1.8"), IsJson = true, Json = """{"message":"OK","details":"Updated existing interface eth2"}""",
        },
        new("14 the new address", "GET", "/1.0/interface/198.18.1.8", 200)
        {
            Json = """{"message":"OK","interface":"eth2"}""",
            Stock = StockAnswer.Differs("loses it: the kernel takes it along with the earlier address of its subnet, unless promote_secondaries is on", 404),
        },
        new("14 the earlier address", "GET", "/1.0/interface/198.18.1.7", 404),
        new("13 the VIP port again", "POST", "/1.0/plug/network", 202)
        {
            Body = AgainBody(cards.VipMac), IsJson = true, Json = """{"message":"OK","details":"Updated existing interface eth1"}""",
        },
        new("14 the VIP stays", "GET", "/1.0/interface/198.18.0.5", 200),
        new("14 the additional VIP that was not listed goes", "GET", "/1.0/interface/2001:db8::5", 404),
        new("14 the member address on the VIP port", "GET", "/1.0/interface/198.18.2.7", 200) { Json = """{"message":"OK","interface":"eth1"}""" },
        new("13 malformed vip_net_info", "POST", "/1.0/plug/network", 500)
        {
            Body = AgainBody(cards.VipMac).Replace("\"gateway\"", "\"gate\"", StringComparison.Ordinal), IsJson = true, Members = ["error", "http_code"],
        },
    ];

    private static IEnumerable<Row> Rules()
    {
        const string Path = "/1.0/interface/198.18.0.7/rules";
        static string Rule(string protocol, string cidr, string port) => $$"""[{"protocol": {{protocol}}, "cidr": {{cidr}}, "port": {{port}} }]""";
        return
        [
            new("15 no JSON", "PUT", Path, 400) { Body = "nonsense", IsJson = true, Members = ["error"], Stock = NoRulesYet },
            new("15 unknown protocol", "PUT", Path, 400) { Body = Rule("\"tcp\"", "null", "80"), IsJson = true, Json = NoRules, Stock = NoRulesYet },
            new("15 no port", "PUT", Path, 400) { Body = Rule("\"TCP\"", "null", "0"), IsJson = true, Json = NoRules, Stock = NoRulesYet },
            new("15 a key too many", "PUT", Path, 400) { Body = Rule("\"TCP\", \"x\": 1", "null", "80"), IsJson = true, Json = NoRules, Stock = NoRulesYet },
            new("15 no network", "PUT", Path, 500) { Body = Rule("\"TCP\"", "\"x\"", "80"), IsJson = true, Members = ["error", "http_code"], Stock = NoRulesYet },
            new("15 rules", "PUT", Path, 200) { Body = Rule("\"TCP\"", "\"198.18.0.0/15\"", "80"), IsJson = true, Json = """{"message":"OK"}""", Stock = NoRulesYet },
            new("15 VRRP", "PUT", Path, 200) { Body = Rule("\"vrrp\"", "\"198.18.0.8/32\"", "112"), IsJson = true, Json = """{"message":"OK"}""", Stock = NoRulesYet },
            new("15 no rules", "PUT", Path, 200) { Body = "[]", IsJson = true, Json = """{"message":"OK"}""", Stock = NoRulesYet },
        ];
    }

    private static string VipBody(string mac) => $$"""
        {"subnet_cidr": "198.18.0.0/24", "gateway": "198.18.0.1", "mac_address": "{{mac}}", "mtu": 1450, "vrrp_ip": "198.18.0.7",
         "host_routes": [{"nexthop": "198.18.0.9", "destination": "198.19.0.0/16"}],
         "additional_vips": [{"subnet_cidr": "2001:db8::/64", "ip_address": "2001:db8::5", "gateway": "2001:db8::1", "host_routes": []}]}
        """;

    private static string MemberBody(string mac, string address) => $$"""
        {"mac_address": "{{mac}}", "fixed_ips": [{"ip_address": "{{address}}", "subnet_cidr": "198.18.1.0/24", "host_routes": [], "gateway": null}], "mtu": 1450}
        """;

    private static string AgainBody(string mac) => $$"""
        {"mac_address": "{{mac}}", "mtu": 1450, "fixed_ips": [{"ip_address": "198.18.2.7", "subnet_cidr": "198.18.2.0/24", "host_routes": [], "gateway": null}],
         "vip_net_info": {"vip": "198.18.0.5", "subnet_cidr": "198.18.0.0/24", "gateway": "198.18.0.1", "mac_address": "{{mac}}", "vrrp_ip": "198.18.0.7",
                          "mtu": 1450, "host_routes": [], "additional_vips": []} }
        """;
}
