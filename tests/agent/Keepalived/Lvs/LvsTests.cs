// UDP and SCTP listeners: what the texts say, and what is made of them.
using System.Net;
using Amphora.Agent.Keepalived.Lvs;
using Amphora.Contract;
using Xunit;

namespace Amphora.Agent.Tests.Keepalived.Lvs;

public sealed class LvsTests
{
    // The formats of ip_vs_info_seq_show in the kernel's net/netfilter/ipvs/ip_vs_ctl.c.
    private const string Table = """
        IP Virtual Server version 1.2.1 (size=4096)
        Prot LocalAddress:Port Scheduler Flags
          -> RemoteAddress:Port Forward Weight ActiveConn InActConn
        UDP  CB00710A:0035 wrr persistent 33 FFFF0000
          -> 0A00050B:0035      Masq    1      3          7         
          -> 0A00050C:0035      Masq    0      2          0         
        FWM  00000001 wrr 
          -> 0A000509:0035      Masq    1      9          0         
        SCTP CB00710A:0F1C lc 
          -> 0A000515:0F1C      Masq    1      5          0         
        UDP  [2001:0db8:0010:0000:0000:0000:0000:0010]:0035 wrr 
          -> [fd00:0000:0000:0000:0000:0000:0000:000b]:0035      Masq    1      4          0         
        """;

    // The formats of print_service_entry in ipvsadm.c with --stats --exact -n.
    private const string Statistics = """
        IP Virtual Server version 1.2.1 (size=4096)
        Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes
          -> RemoteAddress:Port
        UDP  203.0.113.10:53                    12       34       30     2048     4096
          -> 10.0.5.11:53                        7       20       18     1024     2048
          -> 10.0.5.12:53                        5       14       12     1024     2048
        UDP  [2001:db8:10::10]:53                1        2        2 12345678901      100
          -> [fd00::b]:53                        1        2        2 12345678901      100
        """;

    private const string Config = """
        # Configuration for Loadbalancer 11111111-0000-4000-8000-000000000001
        # Configuration for Listener 11111111-0000-4000-8000-000000000002

        net_namespace amphora-haproxy

        virtual_server_group ipv4-group {
            203.0.113.10 53
            203.0.113.11 53
        }

        virtual_server group ipv4-group {
            lb_algo wrr
            lb_kind NAT
            protocol UDP

            # Configuration for Pool 11111111-0000-4000-8000-000000000003
            # Configuration for HealthMonitor 11111111-0000-4000-8000-000000000004
            # Configuration for Member 11111111-0000-4000-8000-000000000005
            real_server 10.0.5.11 53 {
                weight 1
                MISC_CHECK {
                    misc_path "/var/lib/octavia/lvs/check/udp_check.sh 10.0.5.11 53"
                    misc_timeout 5
                }
            }

            # Configuration for Member 11111111-0000-4000-8000-000000000006
            real_server 10.0.5.12 53 {
                weight 1
            }
            # Configuration for Member 11111111-0000-4000-8000-000000000007
            real_server 10.0.5.13 53 {
                weight 1
            }
            # Member 11111111-0000-4000-8000-000000000008 is disabled
            # Member 11111111-0000-4000-8000-000000000009 is disabled
        }
        """;

    [Fact]
    public void A_configuration_names_its_VIPs_its_pool_and_its_members()
    {
        var config = LvsConfig.Parse(Config);

        Assert.Equal([IPEndPoint.Parse("203.0.113.10:53"), IPEndPoint.Parse("203.0.113.11:53")], config.Vips);
        Assert.Equal(("UDP", Id(3), true, false), (config.Protocol, config.PoolId, config.IsMonitored, config.IsDisabled));
        Assert.Equal(
            [(Id(5), "10.0.5.11:53"), (Id(6), "10.0.5.12:53"), (Id(7), "10.0.5.13:53"), (Id(8), null), (Id(9), null)],
            config.Members.Select(member => (member.Id, member.Server?.ToString())));
        Assert.True(LvsConfig.Parse("# Listener 11111111-0000-4000-8000-000000000002 is disabled\nnet_namespace amphora-haproxy\n").IsDisabled);
    }

    [Fact]
    public void The_kernels_table_is_read()
    {
        var table = IpvsTable.Parse(Table);

        Assert.Equal(
            [new IpvsServer(IPEndPoint.Parse("10.0.5.11:53"), 1, 3), new IpvsServer(IPEndPoint.Parse("10.0.5.12:53"), 0, 2)],
            table.ServersOf("UDP", IPEndPoint.Parse("203.0.113.10:53")));
        Assert.Equal([new IpvsServer(IPEndPoint.Parse("10.0.5.21:3868"), 1, 5)], table.ServersOf("SCTP", IPEndPoint.Parse("203.0.113.10:3868")));
        Assert.Equal([new IpvsServer(IPEndPoint.Parse("[fd00::b]:53"), 1, 4)], table.ServersOf("UDP", IPEndPoint.Parse("[2001:db8:10::10]:53")));
        Assert.Empty(table.ServersOf("UDP", IPEndPoint.Parse("203.0.113.11:53")));
        Assert.Empty(IpvsTable.Parse("").ServersOf("UDP", IPEndPoint.Parse("203.0.113.10:53")));
    }

    [Fact]
    public void Counters_are_those_of_the_virtual_service()
    {
        var statistics = IpvsStatistics.Parse(Statistics);

        Assert.Equal(new LvsCounters(12, 2048, 4096), statistics.Of("UDP", IPEndPoint.Parse("203.0.113.10:53")));
        Assert.Equal(new LvsCounters(1, 12345678901, 100), statistics.Of("UDP", IPEndPoint.Parse("[2001:db8:10::10]:53")));
        Assert.Equal(LvsCounters.Zero, statistics.Of("SCTP", IPEndPoint.Parse("203.0.113.10:53")));
    }

    [Fact]
    public void Members_are_what_the_kernel_makes_of_them()
    {
        var listener = LvsListener.Of(Id(2), LvsConfig.Parse(Config), IpvsTable.Parse(Table), isRestarting: false);

        Assert.Equal(5, listener.ActiveConnections);
        Assert.Equal((Id(3), "UP"), (listener.Pool!.Id, listener.Pool.Status));
        Assert.Equal(["UP", "DRAIN", "DOWN", "MAINT", "MAINT"], listener.Pool.Members.Select(member => member.Status));
    }

    [Theory]
    [InlineData(true, true, "DOWN", "RESTARTING")]
    [InlineData(true, false, "DOWN", "DOWN")]
    [InlineData(false, false, "UP", "no check")]
    [InlineData(false, true, "UP", "no check")]
    public void Without_any_real_server_the_pool_is_down_when_members_are_checked(bool monitored, bool restarting, string pool, string member)
    {
        var config = LvsConfig.Parse(monitored ? Config : Config.Replace("MISC_CHECK", "other", StringComparison.Ordinal));

        var listener = LvsListener.Of(Id(2), config, IpvsTable.Empty, restarting);

        Assert.Equal(pool, listener.Pool!.Status);
        Assert.Equal([member, member, member, "MAINT", "MAINT"], listener.Pool.Members.Select(found => found.Status));
    }

    [Fact]
    public void While_keepalived_begins_absent_members_are_on_their_way()
    {
        var listener = LvsListener.Of(Id(2), LvsConfig.Parse(Config), IpvsTable.Parse(Table), isRestarting: true);

        Assert.Equal(["UP", "DRAIN", "RESTARTING", "MAINT", "MAINT"], listener.Pool!.Members.Select(member => member.Status));
    }

    [Theory]
    [InlineData("# Configuration for Listener 11111111-0000-4000-8000-000000000002\nnet_namespace amphora-haproxy\n", false)]
    [InlineData("net_namespace a\nvirtual_server_group ipv4-group {\n    203.0.113.10 53\n}\n    # Configuration for Pool 11111111-0000-4000-8000-000000000003\n", true)]
    public void A_listener_without_members_has_its_pool_or_none(string text, bool hasPool)
    {
        var listener = LvsListener.Of(Id(2), LvsConfig.Parse(text), IpvsTable.Empty, isRestarting: false);

        Assert.Equal(hasPool ? new LvsPool(Id(3), "UP", []) : null, listener.Pool);
    }

    private static string Id(int number) => $"11111111-0000-4000-8000-{number:d12}";
}
