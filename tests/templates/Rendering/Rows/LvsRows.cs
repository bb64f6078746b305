// config-rendering.md §11: keepalived LVS, a file per UDP or SCTP listener.
using System.Net;
using Amphora.Contract.DesiredState;

namespace Amphora.Templates.Tests.Rendering.Rows;

public sealed class LvsRows
{
    private const string FirstServer = "real_server 10.0.0.11 80";

    [Fact]
    public void U1_each_UDP_or_SCTP_listener_has_a_file()
    {
        var sctp = Guid.NewGuid();
        var document = Documents.Udp().AddListener(new Listener { Id = sctp, Protocol = ListenerProtocol.Sctp, ProtocolPort = 3868 });

        Assert.Equal([Documents.ListenerId, sctp], document.Files().Lvs.Select(file => file.ListenerId));
        Assert.Empty(Documents.Http().Files().Lvs);
        Assert.Empty(Documents.Udp().Listener(l => l with { ProvisioningStatus = ProvisioningStatus.PendingDelete }).Files().Lvs);
    }

    [Fact]
    public void U1_a_listener_that_serves_nothing_has_only_its_namespace()
    {
        DesiredStateDocument[] idle =
        [
            Documents.Udp().LoadBalancer(b => b with { AdminStateUp = false }),
            Documents.Udp().Listener(l => l with { AdminStateUp = false }),
            Documents.Udp().Listener(l => l with { DefaultPoolId = null }),
            Documents.Udp().Pool(p => p with { AdminStateUp = false }),
        ];

        Assert.All(idle, document => Assert.Equal(
            ["net_namespace amphora-haproxy"], Assert.Single(document.Files().Lvs).Text.Split('\n').Where(line => !line.StartsWith('#') && line.Length > 0)));
    }

    [Fact]
    public void U2_the_namespace_is_first() =>
        Assert.StartsWith("net_namespace amphora-haproxy\n", Assert.Single(Documents.Udp().Files().Lvs).Text, StringComparison.Ordinal);

    [Fact]
    public void U3_each_family_has_a_group_of_VIPs_and_a_virtual_server()
    {
        var lvs = Documents.Udp().DualStack().Listener(l => l with { ProtocolPort = 53 }).Lvs();

        Assert.Equal(["203.0.113.10 53"], lvs.Block("virtual_server_group ipv4-group").Lines);
        Assert.Equal(["2001:db8:10::10 53"], lvs.Block("virtual_server_group ipv6-group").Lines);
        Assert.NotNull(lvs.Block("virtual_server group ipv6-group"));
        Assert.Null(Documents.Udp().Lvs().Find("virtual_server_group ipv6-group"));
    }

    [Theory]
    [InlineData(LbAlgorithm.RoundRobin, "wrr")]
    [InlineData(LbAlgorithm.LeastConnections, "lc")]
    [InlineData(LbAlgorithm.SourceIp, "sh")]
    public void U4_the_algorithm_has_IPVSs_name(LbAlgorithm algorithm, string name) =>
        Assert.Equal(name, Documents.Udp().Pool(p => p with { LbAlgorithm = algorithm }).VirtualServer().After("lb_algo"));

    [Fact]
    public void U5_traffic_is_translated() => Assert.Equal("NAT", Documents.Udp().VirtualServer().After("lb_kind"));

    [Theory]
    [InlineData(ListenerProtocol.Udp, "UDP")]
    [InlineData(ListenerProtocol.Sctp, "SCTP")]
    public void U6_the_protocol_is_the_listeners(ListenerProtocol protocol, string name) =>
        Assert.Equal(name, Documents.Of(protocol).VirtualServer().After("protocol"));

    [Theory]
    [InlineData(null, "360")]
    [InlineData(33, "33")]
    public void U7_SOURCE_IP_keeps_clients_for_a_while(int? timeout, string seconds)
    {
        Assert.Equal(seconds, Persistent(timeout, null).VirtualServer().After("persistence_timeout"));

        Assert.Null(Documents.Udp().VirtualServer().After("persistence_timeout"));
    }

    [Theory]
    [InlineData(null, "255.255.255.255", "128")]
    [InlineData("255.255.0.0", "255.255.0.0", "128")]
    [InlineData("ffff:ffff:ffff:ffff::", "255.255.255.255", "64")]
    [InlineData("ffff:ffff:ffff:fffe::", "255.255.255.255", "63")]
    public void U8_granularity_is_a_mask_or_a_prefix_length(string? granularity, string v4, string v6)
    {
        var document = Persistent(null, granularity).DualStack();

        Assert.Equal(v4, document.VirtualServer().After("persistence_granularity"));
        Assert.Equal(v6, document.VirtualServer("ipv6").After("persistence_granularity"));
    }

    [Fact]
    public void U9_a_monitor_sets_the_pace()
    {
        var server = Documents.Udp().Monitor(HealthMonitorType.UdpConnect, m => m with { Delay = 9 }).VirtualServer();

        Assert.Equal(("9", "9"), (server.After("delay_loop"), server.After("delay_before_retry")));
    }

    [Fact]
    public void U10_max_retries_down_is_the_number_of_tries()
    {
        Assert.Equal("3", Documents.Udp().Monitor(HealthMonitorType.UdpConnect).VirtualServer().After("retry"));
        Assert.Equal("8", Documents.Udp().Monitor(HealthMonitorType.UdpConnect, m => m with { MaxRetriesDown = 8 }).VirtualServer().After("retry"));

        var unmonitored = Documents.Udp().Monitor(HealthMonitorType.UdpConnect, m => m with { AdminStateUp = false }).VirtualServer();
        Assert.Null(unmonitored.After("retry"));
        Assert.Empty(unmonitored.Block(FirstServer).Blocks);
    }

    [Fact]
    public void U11_enabled_members_of_the_family_are_real_servers()
    {
        var document = Documents.Udp().DualStack().Pool(p => p with
        {
            Members =
            [
                .. p.Members, Documents.Member(Guid.NewGuid(), "2001:db8::5"),
                Documents.Member(Guid.NewGuid(), "10.0.0.13") with { ProvisioningStatus = ProvisioningStatus.PendingDelete },
            ],
        });

        Assert.Equal([FirstServer, "real_server 10.0.0.12 80"], document.VirtualServer().Blocks.Select(block => block.Name));
        Assert.Equal(["real_server 2001:db8::5 80"], document.VirtualServer("ipv6").Blocks.Select(block => block.Name));
    }

    [Fact]
    public void U12_a_real_server_has_its_weight()
    {
        Assert.Equal("1", Documents.Udp().VirtualServer().Block(FirstServer).After("weight"));
        Assert.Equal("0", Documents.Udp().Member(m => m with { Weight = 0 }).VirtualServer().Block(FirstServer).After("weight"));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(-1L, null)]
    [InlineData(0L, null)]
    [InlineData(98L, "98")]
    public void U13_a_connection_limit_is_a_threshold(long? limit, string? threshold) =>
        Assert.Equal(threshold, Documents.Udp().Listener(l => l with { ConnectionLimit = limit }).VirtualServer().Block(FirstServer).After("uthreshold"));

    [Fact]
    public void U14_UDP_CONNECT_runs_the_udp_check() =>
        Assert.Equal(
            ["misc_path /var/lib/octavia/lvs/check/udp_check.sh 10.0.0.11 80", "misc_timeout 3"],
            Check(Documents.Udp().Monitor(HealthMonitorType.UdpConnect), "MISC_CHECK").Lines);

    [Fact]
    public void U15_SCTP_runs_the_sctp_check() =>
        Assert.Equal(
            ["misc_path amphora-health-checker sctp -t 3 10.0.0.11 80", "misc_timeout 4"],
            Check(Documents.Of(ListenerProtocol.Sctp).Monitor(HealthMonitorType.Sctp), "MISC_CHECK").Lines);

    [Fact]
    public void U16_TCP_connects() =>
        Assert.Equal(
            ["connect_ip 10.0.0.11", "connect_port 80", "connect_timeout 3"],
            Check(Documents.Udp().Monitor(HealthMonitorType.Tcp), "TCP_CHECK").Lines);

    [Fact]
    public void U17_HTTP_gets_a_page()
    {
        var check = Check(
            Documents.Udp().Monitor(HealthMonitorType.Http, m => m with { UrlPath = "/a$HOME;b?c=d", HttpVersion = HttpVersionName.Http1_1, DomainName = "x" }), "HTTP_GET");

        Assert.Equal(["connect_ip 10.0.0.11", "connect_port 80", "connect_timeout 3"], check.Lines);
        Assert.Equal(["path /a%24HOME;b?c=d", "status_code 200"], check.Block("url").Lines);
    }

    [Fact]
    public void U17_another_method_is_no_check() =>
        Assert.Empty(Documents.Udp().Monitor(HealthMonitorType.Http, m => m with { HttpMethod = HttpMethodName.Head }).VirtualServer().Block(FirstServer).Blocks);

    [Theory]
    [InlineData(HealthMonitorType.UdpConnect, "MISC_CHECK", "misc_path /var/lib/octavia/lvs/check/udp_check.sh 10.9.9.9 8053")]
    [InlineData(HealthMonitorType.Sctp, "MISC_CHECK", "misc_path amphora-health-checker sctp -t 3 10.9.9.9 8053")]
    [InlineData(HealthMonitorType.Tcp, "TCP_CHECK", "connect_ip 10.9.9.9")]
    [InlineData(HealthMonitorType.Tcp, "TCP_CHECK", "connect_port 8053")]
    [InlineData(HealthMonitorType.Http, "HTTP_GET", "connect_ip 10.9.9.9")]
    [InlineData(HealthMonitorType.Http, "HTTP_GET", "connect_port 8053")]
    public void U18_monitor_address_and_port_are_checked_instead(HealthMonitorType type, string block, string line)
    {
        var document = Documents.Udp().Member(m => m with { MonitorAddress = IPAddress.Parse("10.9.9.9"), MonitorPort = 8053 }).Monitor(type);

        Assert.Contains(line, Check(document, block).Lines);
    }

    [Fact]
    public void U19_a_disabled_member_is_left_out() =>
        Assert.Single(Documents.Udp().Member(m => m with { AdminStateUp = false }).VirtualServer().Blocks);

    [Fact]
    public void U20_what_LVS_cannot_do_is_ignored()
    {
        var plain = Documents.Udp().Files().Lvs;

        Assert.Equal(plain, Documents.Udp().Member(m => m with { Backup = true }).Pool(p => p with { TlsEnabled = true, TlsCiphers = "A" }).Files().Lvs);
    }

    [Fact]
    public void U21_comments_name_the_ids_that_statistics_are_told_under()
    {
        var document = Documents.Udp().Member(m => m with { AdminStateUp = false });
        var pool = Assert.Single(document.LoadBalancer.Pools);
        string[] expected =
        [
            $"# Configuration for Loadbalancer {document.LoadBalancer.Id}",
            $"# Configuration for Listener {Documents.ListenerId}",
            $"# Configuration for Pool {pool.Id}",
            .. pool.Members.Where(member => member.AdminStateUp).Select(member => $"# Configuration for Member {member.Id}"),
            .. pool.Members.Where(member => !member.AdminStateUp).Select(member => $"# Member {member.Id} is disabled"),
        ];

        Assert.Equal(expected, Comments(document));
        Assert.Equal($"# Listener {Documents.ListenerId} is disabled", Comments(Documents.Udp().Listener(l => l with { AdminStateUp = false }))[1]);
    }

    private static string[] Comments(DesiredStateDocument document) =>
        [.. Assert.Single(document.Files().Lvs).Text.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith('#'))];

    private static KeepalivedText Check(DesiredStateDocument document, string kind) => document.VirtualServer().Block(FirstServer).Block(kind);

    private static DesiredStateDocument Persistent(int? timeout, string? granularity) => Documents.Udp().Pool(p => p with
    {
        SessionPersistence = new SessionPersistence
        {
            Type = SessionPersistenceType.SourceIp,
            PersistenceTimeout = timeout,
            PersistenceGranularity = granularity is null ? null : IPAddress.Parse(granularity),
        },
    });
}
