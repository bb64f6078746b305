// Which packets may come in (flows.md §4.2).
using System.Net;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Vips;
using Xunit;

namespace Amphora.Controller.Tests.Vips;

public sealed class SecurityRulesTests
{
    private static readonly ValueList<IPAddress> s_vip = [IPAddress.Parse("203.0.113.10")];
    private static readonly ValueList<IPAddress> s_both = [IPAddress.Parse("203.0.113.10"), IPAddress.Parse("2001:db8::10")];

    [Fact]
    public void Each_listener_opens_its_port_for_each_family_once()
    {
        var rules = SecurityRules.For([Listen(80), Listen(443), Listen(53, "udp"), Listen(80)], s_both, Topology.Single, null);

        Assert.Equal(
            [new("tcp", 80, false, null), new("tcp", 80, true, null), new("tcp", 443, false, null), new("tcp", 443, true, null), new("udp", 53, false, null), new("udp", 53, true, null)],
            rules);
    }

    [Fact]
    public void Allowed_cidrs_open_for_them_only_and_in_their_family()
    {
        var from = new Cidr(IPAddress.Parse("198.51.100.0"), 24);
        var listener = Listen(80) with { From = [from, new Cidr(IPAddress.Parse("2001:db8:1::"), 48)] };

        Assert.Equal([new SecurityRule("tcp", 80, false, from)], SecurityRules.For([listener], s_vip, Topology.Single, null));
    }

    [Fact]
    public void A_pair_speaks_vrrp_in_the_primary_family_and_exchanges_tables()
    {
        var rules = SecurityRules.For([Listen(80)], s_both, Topology.ActiveStandby, 1025);

        Assert.Equal(
            [
                new("tcp", 80, false, null), new("tcp", 80, true, null), new("tcp", 1025, false, null), new("tcp", 1025, true, null),
                new("112", null, false, null), new("51", null, false, null),
            ],
            rules);
    }

    [Fact]
    public void Nothing_is_open_before_there_is_a_listener() => Assert.Empty(SecurityRules.For([], s_vip, Topology.Single, 1025));

    private static OpenPort Listen(int port, string protocol = "tcp") => new(protocol, port, []);
}
