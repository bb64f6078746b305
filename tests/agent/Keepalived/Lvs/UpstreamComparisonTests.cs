// The same configuration and the same kernel texts, read by upstream's own code and by ours.
using System.Text.Json.Nodes;
using Amphora.Agent.Keepalived.Lvs;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.Agent.Tests.Keepalived.Lvs;

public sealed class UpstreamComparisonTests
{
    private const string Listener = "11111111-0000-4000-8000-000000000002";

    // Upstream asks `ip netns exec … cat` and `… ipvsadm`: what they would print comes from files. The rest is its own code.
    private const string Upstream = """
        import json, os, subprocess, sys
        folder, listener = sys.argv[1:3]
        from octavia.amphorae.backends.agent.api_server import util
        from octavia.amphorae.backends.utils import keepalivedlvs_query as query
        util.keepalived_lvs_cfg_path = lambda _: folder + '/lvs.conf'
        util.keepalived_lvs_pids_path = lambda _: (folder + '/pid', folder + '/vrrp.pid', folder + '/check.pid')
        util.get_lvs_listeners = lambda: [listener]
        util.is_lvs_listener_running = lambda _: True
        def answer(command, **_):
            name = 'ip_vs' if 'cat' in command else 'stats' if '--stats' in command else 'list'
            return open(folder + '/' + name, 'rb').read()
        subprocess.check_output = answer
        stats = query.get_lvs_listeners_stats()[listener]
        print(json.dumps({'stats': stats['stats'], 'pool': query.get_lvs_listener_pool_status(listener)}))
        """;

    public static TheoryData<string, string> Cases => new()
    {
        { "all up", "0A00050B:0035 1 3,0A00050C:0035 1 2" },
        { "one drained", "0A00050B:0035 1 3,0A00050C:0035 0 2" },
        { "one down", "0A00050C:0035 1 2" },
        { "all down", "" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Upstreams_reader_says_the_same(string name, string servers)
    {
        using var folder = new TestFolder();
        foreach (var (isMonitored, isRestarting) in ((bool, bool)[])[(true, false), (true, true), (false, false)])
        {
            var (config, table, statistics) = Write(folder, servers, isMonitored, isRestarting);

            var output = await Command.OutputAsync(["/usr/bin/python3", "-c", Upstream, folder.Path, Listener], TestContext.Current.CancellationToken);
            var upstream = JsonNode.Parse(output)!;
            var ours = LvsListener.Of(Listener, LvsConfig.Parse(config), IpvsTable.Parse(table), isRestarting);
            var counters = IpvsStatistics.Parse(statistics).Of("UDP", LvsConfig.Parse(config).Vips[0]);

            var expected = upstream["pool"]!["lvs"]!;
            Assert.Equal(((string)expected["uuid"]!, (string)expected["status"]!, name), (ours.Pool!.Id, ours.Pool.Status, name));
            Assert.Equal(
                expected["members"]!.AsObject().OrderBy(member => member.Key).Select(member => (member.Key, (string)member.Value!)),
                ours.Pool.Members.OrderBy(member => member.Id).Select(member => (member.Id, member.Status)));
            var stats = upstream["stats"]!;
            Assert.Equal(
                ((long)stats["scur"]!, (long)stats["stot"]!, (long)stats["bin"]!, (long)stats["bout"]!),
                (ours.ActiveConnections, counters.Connections, counters.BytesIn, counters.BytesOut));
        }
    }

    private static string Config(bool isMonitored)
    {
        var check = isMonitored ? "        MISC_CHECK {\n            misc_timeout 5\n        }\n" : "";
        return $$"""
            # Configuration for Loadbalancer 11111111-0000-4000-8000-000000000001
            # Configuration for Listener {{Listener}}
            net_namespace amphora-haproxy

            virtual_server_group ipv4-group {
                203.0.113.10 53
            }

            virtual_server group ipv4-group {
                protocol UDP
                # Configuration for Pool 11111111-0000-4000-8000-000000000003
                # Configuration for Member 11111111-0000-4000-8000-000000000005
                real_server 10.0.5.11 53 {
                    weight 1
            {{check}}    }
                # Configuration for Member 11111111-0000-4000-8000-000000000006
                real_server 10.0.5.12 53 {
                    weight 1
                }
                # Member 11111111-0000-4000-8000-000000000007 is disabled
            }

            """;
    }

    private static (string Config, string Table, string Statistics) Write(TestFolder folder, string servers, bool isMonitored, bool isRestarting)
    {
        var config = Config(isMonitored);
        string[][] parts = [.. servers.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(server => server.Split(' '))];
        var table = "IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\n"
            + "UDP  CB00710A:0035 wrr \n" + string.Concat(parts.Select(part => $"  -> {part[0]}      Masq    {part[1],-6} {part[2],-10} 0         \n"));
        var list = "IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n"
            + "UDP  203.0.113.10:53 wrr\n" + string.Concat(parts.Select(part => $"  -> 10.0.5.{Convert.ToInt32(part[0][6..8], 16)}:53                 Masq    {part[1],-6} {part[2],-10} 0         \n"));
        var statistics = "IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes\n  -> RemoteAddress:Port\n"
            + "UDP  203.0.113.10:53                    12       34       30     2048     4096\n"
            + string.Concat(parts.Select(part => $"  -> 10.0.5.{Convert.ToInt32(part[0][6..8], 16)}:53                        7       20       18     1024     2048\n"));
        folder.Write("lvs.conf", config);
        folder.Write("ip_vs", table);
        folder.Write("list", list);
        folder.Write("stats", statistics);
        folder.Write("check.pid", "1\n");
        File.SetLastWriteTimeUtc(folder["check.pid"], File.GetLastWriteTimeUtc(folder["lvs.conf"]).AddSeconds(isRestarting ? -5 : 5));
        return (config, table, statistics);
    }
}
