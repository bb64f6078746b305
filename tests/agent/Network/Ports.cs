// Port documents for the tests, read as the agent reads them.
using System.Text;
using Amphora.Contract.Rest;
using Xunit;

namespace Amphora.Agent.Tests.Network;

internal static class Ports
{
    internal const string Vip = """
        {"type": "vip", "mtu": 1450, "vrrp_ip": "10.0.0.7", "vips": [
          {"ip_address": "10.0.0.5", "subnet_cidr": "10.0.0.0/24", "gateway_ip": "10.0.0.1",
           "host_routes": [{"destination": "198.51.100.0/24", "nexthop": "10.0.0.9"}]}]}
        """;

    internal const string VipIPv6 = """
        {"type": "vip", "vrrp_ip": "fd00:10::7", "vips": [
          {"ip_address": "fd00:10::5", "subnet_cidr": "fd00:10::/64", "gateway_ip": "fd00:10::1",
           "host_routes": [{"destination": "fd00:99::/64", "nexthop": "fd00:10::9"}]}]}
        """;

    internal const string DualStack = """
        {"type": "vip", "vrrp_ip": "10.0.0.7", "vips": [
          {"ip_address": "10.0.0.5", "subnet_cidr": "10.0.0.0/24", "gateway_ip": "10.0.0.1"},
          {"ip_address": "10.0.0.6", "subnet_cidr": "10.0.0.0/24", "gateway_ip": "10.0.0.1"},
          {"ip_address": "fd00:10::5", "subnet_cidr": "fd00:10::/64", "gateway_ip": "fd00:10::1"}],
         "fixed_ips": [{"ip_address": "fd00:10::7", "subnet_cidr": "fd00:10::/64"}]}
        """;

    internal const string Member = """
        {"type": "member", "fixed_ips": [{"ip_address": "10.1.0.7", "subnet_cidr": "10.1.0.0/24",
          "host_routes": [{"destination": "10.2.0.0/16", "nexthop": "10.1.0.1"}]}]}
        """;

    internal static Port Read(string json)
    {
        var result = PortReader.Read(Encoding.UTF8.GetBytes(json));
        Assert.Empty(result.Faults);
        return result.Port!;
    }
}
