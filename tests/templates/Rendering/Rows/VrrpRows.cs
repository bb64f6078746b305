// config-rendering.md §10: keepalived VRRP.
using System.Net;
using Amphora.Contract.DesiredState;

namespace Amphora.Templates.Tests.Rendering.Rows;

public sealed class VrrpRows
{
    private static DesiredStateDocument Pair => Documents.Http().ActiveStandby();

    [Fact]
    public void K_only_an_allocated_amphora_of_a_pair_has_VRRP()
    {
        Assert.Null(Documents.Http().Files().KeepalivedConfig);
        Assert.Null(Pair.OwnAmphora(a => a with { Status = AmphoraStatus.FailoverStopped }).Files().KeepalivedConfig);
        Assert.NotNull(Pair.Files().KeepalivedConfig);
    }

    [Fact]
    public void K1_a_script_is_checked()
    {
        Assert.Equal(
            ["script /var/lib/octavia/vrrp/check_script.sh", "interval 5", "fall 2", "rise 2"], Pair.Vrrp().Block("vrrp_script check_script").Lines);

        var other = Pair.Settings(s => s with { BasePath = "/base", VrrpCheckInterval = 1, VrrpFailCount = 3, VrrpSuccessCount = 4 });
        Assert.Equal(["script /base/vrrp/check_script.sh", "interval 1", "fall 3", "rise 4"], other.Vrrp().Block("vrrp_script check_script").Lines);
    }

    [Fact]
    public void K2_the_instance_has_the_groups_name() => Assert.NotNull(Pair.Vrrp().Block("vrrp_instance 4f064981033d5ce28147bef15afffe4d"));

    [Theory]
    [InlineData("interface", "eth1")]
    [InlineData("virtual_router_id", "1")]
    [InlineData("priority", "100")]
    [InlineData("garp_master_refresh", "5")]
    [InlineData("garp_master_refresh_repeat", "2")]
    [InlineData("advert_int", "1")]
    [InlineData("unicast_src_ip", "203.0.113.11")]
    public void K3_K4_K5_K8_K9_K11_the_instance_has_the_amphoras_values(string word, string value) => Assert.Equal(value, Pair.VrrpInstance().After(word));

    [Fact]
    public void K3_K4_K5_K8_K9_and_what_the_document_says()
    {
        var document = Pair.OwnAmphora(a => a with { VrrpInterface = "ens4", VrrpId = 77, VrrpPriority = 90 })
            .Settings(s => s with { VrrpGarpRefreshInterval = 6, VrrpGarpRefreshCount = 7 });
        document = document with { VrrpGroup = document.VrrpGroup! with { AdvertInt = 3 } };

        var instance = document.VrrpInstance();

        Assert.Equal(
            ["ens4", "77", "90", "6", "7", "3"],
            new[] { "interface", "virtual_router_id", "priority", "garp_master_refresh", "garp_master_refresh_repeat", "advert_int" }.Select(instance.After));
    }

    [Theory]
    [InlineData("nopreempt")]
    [InlineData("accept")]
    public void K6_K7_a_master_is_not_preempted_and_answers_for_the_VIP(string line) => Assert.Contains(line, Pair.VrrpInstance().Lines);

    [Fact]
    public void K10_the_group_authenticates()
    {
        Assert.Equal(["auth_type PASS", "auth_pass 1bc01ba"], Pair.VrrpInstance().Block("authentication").Lines);

        var ah = Pair with { VrrpGroup = Pair.VrrpGroup! with { VrrpAuthType = VrrpAuthType.Ah } };
        Assert.Equal("AH", ah.VrrpInstance().Block("authentication").After("auth_type"));
    }

    [Fact]
    public void K10_VRRP_over_IPv6_has_no_authentication() => Assert.Null(OverV6().VrrpInstance().Find("authentication"));

    [Fact]
    public void K12_the_other_allocated_amphorae_are_peers()
    {
        Assert.Equal(["203.0.113.12"], Pair.VrrpInstance().Block("unicast_peer").Lines);

        var alone = Pair with { Amphorae = [Pair.Amphorae[0], Pair.Amphorae[1] with { Status = AmphoraStatus.Error }] };
        Assert.Empty(alone.VrrpInstance().Block("unicast_peer").Lines);
    }

    [Fact]
    public void K13_VIPs_of_the_amphoras_family_are_in_order_of_their_text()
    {
        var document = WithVips("203.0.113.9", "2001:db8:10::10", "198.51.100.10");

        Assert.Equal(["203.0.113.10", "198.51.100.10", "203.0.113.9"], document.VrrpInstance().Block("virtual_ipaddress").Lines);
    }

    [Fact]
    public void K14_VIPs_of_the_other_family_are_excluded_from_advertisements()
    {
        Assert.Equal(["2001:db8:10::10"], WithVips("2001:db8:10::10").VrrpInstance().Block("virtual_ipaddress_excluded").Lines);

        Assert.Null(Pair.VrrpInstance().Find("virtual_ipaddress_excluded"));
        Assert.Equal(["203.0.113.10"], OverV6().VrrpInstance().Block("virtual_ipaddress_excluded").Lines);
    }

    [Fact]
    public void K15_table_1_has_the_routes_of_each_VIP()
    {
        var document = Pair.DualStack();
        document = document with { Subnets = [WithHostRoute(document.Subnets[0]), document.Subnets[1]] };

        Assert.Equal(
            [
                "203.0.113.0/24 dev eth1 src 203.0.113.10 scope link table 1",
                "default via 203.0.113.1 dev eth1 onlink table 1",
                "192.0.2.0/24 via 203.0.113.254 dev eth1 onlink table 1",
                "2001:db8:10::/64 dev eth1 src 2001:db8:10::10 scope link table 1",
                "default via 2001:db8:10::1 dev eth1 onlink table 1",
            ],
            document.VrrpInstance().Block("virtual_routes").Lines);
    }

    [Fact]
    public void K15_without_a_gateway_there_is_no_default_route()
    {
        var document = Pair with { Subnets = [Pair.Subnets[0] with { GatewayIp = null }] };

        Assert.Equal(["203.0.113.0/24 dev eth1 src 203.0.113.10 scope link table 1"], document.VrrpInstance().Block("virtual_routes").Lines);
    }

    [Fact]
    public void K15_what_two_VIPs_need_is_written_once()
    {
        var routes = WithVips("203.0.113.9").VrrpInstance().Block("virtual_routes").Lines;

        Assert.Single(routes, line => line.StartsWith("default", StringComparison.Ordinal));
        Assert.Equal(3, routes.Count);
    }

    [Fact]
    public void K16_packets_from_a_VIP_use_table_1() =>
        Assert.Equal(
            ["from 203.0.113.10/32 table 1 priority 100", "from 2001:db8:10::10/128 table 1 priority 100"],
            Pair.DualStack().VrrpInstance().Block("virtual_rules").Lines);

    [Fact]
    public void K17_the_script_is_tracked() => Assert.Equal(["check_script"], Pair.VrrpInstance().Block("track_script").Lines);

    [Fact]
    public void K18_no_state_is_written() => Assert.Null(Pair.VrrpInstance().After("state"));

    [Fact]
    public void K19_scripts_are_run_by_root_and_only_safe_ones() =>
        Assert.Equal(["script_user root", "enable_script_security"], Pair.Vrrp().Block("global_defs").Lines);

    private static Subnet WithHostRoute(Subnet subnet) =>
        subnet with { HostRoutes = [new HostRoute { Destination = Documents.Net("192.0.2.0/24"), Nexthop = IPAddress.Parse("203.0.113.254") }] };

    private static DesiredStateDocument WithVips(params string[] addresses) => Pair.LoadBalancer(b => b with
    {
        AdditionalVips = [.. addresses.Select(address => new AdditionalVip { IpAddress = IPAddress.Parse(address), SubnetId = Documents.SubnetId })],
    });

    private static DesiredStateDocument OverV6() => Pair.DualStack().OwnAmphora(a => a with { VrrpIp = IPAddress.Parse("2001:db8:10::11") });
}
