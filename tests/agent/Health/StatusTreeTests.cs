// The status tree, rule by rule.
using System.Net;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Haproxy.Slots;
using Amphora.Agent.Health;
using Amphora.Agent.Keepalived.Lvs;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Contract.Rest;
using Xunit;

namespace Amphora.Agent.Tests.Health;

public sealed class StatusTreeTests
{
    private static readonly Guid s_listener = Id(1), s_pool = Id(2), s_redirectPool = Id(3), s_member = Id(4), s_member2 = Id(5);

    [Theory]
    [InlineData("UP", "1", "ONLINE")]
    [InlineData("UP 1/3", "1", "ONLINE")]
    [InlineData("UP", "0", "DRAINING")]
    [InlineData("DRAIN", "1", "DRAINING")]
    [InlineData("DOWN", "1", "ERROR")]
    [InlineData("DOWN 1/2", "1", "ERROR")]
    [InlineData("MAINT", "1", "OFFLINE")]
    [InlineData("MAINT (via p/m)", "1", "OFFLINE")]
    [InlineData("no check", "1", "NO_MONITOR")]
    [InlineData("no check", "0", "NO_MONITOR")]
    public void A_member_is_what_HAProxy_says_in_Octavias_word(string status, string weight, string expected)
    {
        var tree = StatusTree.Build(Document(), Statistics(Frontend("OPEN"), Backend("UP"), Server(s_member, status, weight)), NoLvs(), before: null);

        var member = tree.Listeners[0].Pools[0].Members[0];
        Assert.Equal((expected, int.Parse(weight)), (member.OperatingStatus, member.Weight));
    }

    [Theory]
    [InlineData("OPEN", "UP", "UP", "ONLINE", "ONLINE", "ONLINE")]
    [InlineData("FULL", "UP", "UP", "DEGRADED", "ONLINE", "DEGRADED")]
    [InlineData("OPEN", "UP", "DOWN", "ONLINE", "DEGRADED", "DEGRADED")]
    [InlineData("OPEN", "DOWN", "DOWN", "ONLINE", "ERROR", "ERROR")]
    [InlineData("OPEN", "UP", "MAINT", "ONLINE", "ONLINE", "ONLINE")]
    public void The_load_balancer_is_the_worst_of_listeners_and_pools(
        string frontend, string backend, string server, string listener, string pool, string loadBalancer)
    {
        var statistics = Statistics(Frontend(frontend), Backend(backend), Server(s_member, "UP"), Server(s_member2, server));

        var tree = StatusTree.Build(Document(), statistics, NoLvs(), before: null);

        Assert.Equal(
            (listener, pool, loadBalancer),
            (tree.Listeners[0].OperatingStatus, tree.Listeners[0].Pools[0].OperatingStatus, tree.OperatingStatus));
    }

    [Fact]
    public void Without_an_answer_enabled_listeners_are_in_error_and_the_rest_is_offline()
    {
        var tree = StatusTree.Build(Document(), statistics: null, NoLvs(), before: null);

        Assert.False(tree.HaproxyRunning);
        Assert.Equal(("ERROR", "ERROR"), (tree.OperatingStatus, tree.Listeners[0].OperatingStatus));
        Assert.Equal("OFFLINE", tree.Listeners[0].Pools[0].OperatingStatus);
        Assert.All(tree.Listeners[0].Pools[0].Members, member => Assert.Equal("OFFLINE", member.OperatingStatus));
        Assert.Equal(TrafficStatistics.Zero, tree.Listeners[0].Statistics);
    }

    [Fact]
    public void What_is_switched_off_is_offline_and_does_not_count()
    {
        var document = Document();
        var off = document with
        {
            LoadBalancer = document.LoadBalancer with { Listeners = [document.LoadBalancer.Listeners[0] with { AdminStateUp = false }] },
        };
        var allOff = document with { LoadBalancer = document.LoadBalancer with { AdminStateUp = false } };

        var tree = StatusTree.Build(off, Statistics(), NoLvs(), before: null);
        var offTree = StatusTree.Build(allOff, Statistics(), NoLvs(), before: null);

        Assert.Equal(("ONLINE", "OFFLINE"), (tree.OperatingStatus, tree.Listeners[0].OperatingStatus));
        Assert.Equal(("OFFLINE", "OFFLINE"), (offTree.OperatingStatus, offTree.Listeners[0].OperatingStatus));
    }

    [Fact]
    public void Pools_behind_policies_are_there_in_order_of_position_each_once()
    {
        var document = Document();
        var listener = document.LoadBalancer.Listeners[0] with
        {
            L7Policies = [Policy(2, s_pool), Policy(1, s_redirectPool), Policy(3, s_redirectPool), Policy(4, Id(9)) with { Rules = [] }],
        };

        var tree = StatusTree.Build(
            document with { LoadBalancer = document.LoadBalancer with { Listeners = [listener] } }, Statistics(), NoLvs(), before: null);

        Assert.Equal([$"{s_pool}", $"{s_redirectPool}"], tree.Listeners[0].Pools.Select(pool => pool.Id));
    }

    [Fact]
    public void Objects_that_are_being_deleted_are_left_out()
    {
        var document = Document();
        var pool = document.LoadBalancer.Pools[0];
        var members = pool.Members.Select(member => member with { ProvisioningStatus = ProvisioningStatus.PendingDelete });

        var tree = StatusTree.Build(
            document with { LoadBalancer = document.LoadBalancer with { Pools = [pool with { Members = members.ToValueList() }] } },
            Statistics(Frontend("OPEN"), Backend("UP")),
            NoLvs(),
            before: null);

        Assert.Empty(tree.Listeners[0].Pools[0].Members);
    }

    [Fact]
    public void Counters_are_HAProxys_own()
    {
        var tree = StatusTree.Build(Document(), Statistics($"{s_listener},FRONTEND,3,7,100,200,4,OPEN,,,,"), NoLvs(), before: null);

        Assert.Equal(new TrafficStatistics(3, 7, 100, 200, 4), tree.Listeners[0].Statistics);
    }

    [Theory]
    [InlineData("L4CON,,Connection refused", "L4CON: Connection refused")]
    [InlineData("* L4CON,,Connection refused", "L4CON: Connection refused")]
    [InlineData("L7STS,503,Service Unavailable", "L7STS/503: Service Unavailable")]
    [InlineData("L4OK,,", "L4OK")]
    [InlineData(",,", null)]
    public void The_last_check_is_told_in_HAProxys_words(string columns, string? expected)
    {
        var tree = StatusTree.Build(Document(), Statistics($"{s_pool}:{s_listener},{s_member},0,0,0,0,,DOWN,1,{columns}"), NoLvs(), before: null);

        Assert.Equal(expected, tree.Listeners[0].Pools[0].Members[0].LastCheck);
    }

    [Theory]
    [InlineData(true, true, "ONLINE")]
    [InlineData(true, false, "ERROR")]
    [InlineData(false, false, "OFFLINE")]
    public void An_LVS_listener_is_what_its_keepalived_is(bool enabled, bool running, string expected)
    {
        var document = Document();
        var udp = document.LoadBalancer.Listeners[0] with { Protocol = ListenerProtocol.Udp, AdminStateUp = enabled };

        var lvs = new LvsListener($"{s_listener}", 2, new LvsCounters(5, 10, 20), new LvsPool($"{s_pool}", "UP", [new LvsMember($"{s_member}", "UP"), new LvsMember($"{s_member2}", "DOWN")]));

        var tree = StatusTree.Build(
            document with { LoadBalancer = document.LoadBalancer with { Listeners = [udp] } },
            statistics: null,
            running ? new Dictionary<string, LvsListener> { [lvs.Id] = lvs } : NoLvs(),
            before: null);

        Assert.Equal(expected, tree.Listeners[0].OperatingStatus);
        Assert.Equal(running ? new TrafficStatistics(2, 5, 10, 20, 0) : TrafficStatistics.Zero, tree.Listeners[0].Statistics);
        Assert.Equal(running ? "DEGRADED" : "OFFLINE", tree.Listeners[0].Pools[0].OperatingStatus);
        Assert.Equal(running ? ["ONLINE", "ERROR"] : ["OFFLINE", "OFFLINE"], tree.Listeners[0].Pools[0].Members.Select(member => member.OperatingStatus));
    }

    [Theory]
    [InlineData(false, "NO_MONITOR", "ONLINE")]
    [InlineData(true, "OFFLINE", "ONLINE")]
    public void A_member_of_an_LVS_listener_that_restarts_is_what_it_was(bool monitored, string unknown, string known)
    {
        var document = Document();
        var udp = document.LoadBalancer.Listeners[0] with { Protocol = ListenerProtocol.Udp };
        var monitor = new HealthMonitor { Id = Id(6), Type = HealthMonitorType.UdpConnect, Delay = 5, Timeout = 3, MaxRetries = 3 };
        var pool = document.LoadBalancer.Pools[0] with { HealthMonitor = monitored ? monitor : null };
        document = document with { LoadBalancer = document.LoadBalancer with { Listeners = [udp], Pools = [pool] } };

        var first = Tree("RESTARTING", before: null);
        var running = Tree("UP", first);
        var again = Tree("RESTARTING", running);
        var down = Tree("DOWN", again);

        Assert.Equal(
            [unknown, known, known, "ERROR"],
            new[] { first, running, again, down }.Select(tree => tree.Listeners[0].Pools[0].Members[0].OperatingStatus));

        LoadBalancerStatus Tree(string member, LoadBalancerStatus? before)
        {
            LvsListener lvs = new($"{s_listener}", 0, Counters: null, new LvsPool($"{s_pool}", "UP", [new LvsMember($"{s_member}", member)]));
            return StatusTree.Build(document, statistics: null, new Dictionary<string, LvsListener> { [lvs.Id] = lvs }, before);
        }
    }

    private static Dictionary<string, LvsListener> NoLvs() => [];

    private static Guid Id(int number) => new($"33333333-2222-4333-8444-{number:d12}");

    private static string Frontend(string status) => $"{s_listener},FRONTEND,0,0,0,0,0,{status},,,,";

    private static string Backend(string status) => $"{s_pool}:{s_listener},BACKEND,0,0,0,0,,{status},1,,,";

    private static string Server(Guid member, string status, string weight = "1") =>
        $"{s_pool}:{s_listener},{member},0,0,0,0,,{status},{weight},,,";

    private static HaproxyStatistics Statistics(params string[] rows) => HaproxyStatistics.Parse(
        "# pxname,svname,scur,stot,bin,bout,ereq,status,weight,check_status,check_code,last_chk\n"
        + string.Concat(rows.Select(row => row + "\n")), SlotNames.None).Value;

    private static L7Policy Policy(int position, Guid pool) => new()
    {
        Id = Id(100 + position),
        Position = position,
        Action = L7PolicyAction.RedirectToPool,
        RedirectPoolId = pool,
        Rules = [new L7Rule { Id = Id(200 + position), Type = L7RuleType.Path, CompareType = L7RuleCompareType.EqualTo, Value = "/" }],
    };

    private static Pool Pool(Guid id, params Guid[] members) => new()
    {
        Id = id,
        Protocol = PoolProtocol.Http,
        LbAlgorithm = LbAlgorithm.RoundRobin,
        Members = members.Select(member => new Member { Id = member, Address = IPAddress.Loopback, ProtocolPort = 80 }).ToValueList(),
    };

    private static DesiredStateDocument Document() => new()
    {
        Generation = 1,
        AmphoraId = Id(99),
        Topology = Topology.Single,
        Amphorae = [],
        LoadBalancer = new LoadBalancer
        {
            Id = Id(98),
            ProjectId = "project",
            VipAddress = IPAddress.Loopback,
            VipSubnetId = Id(97),
            Listeners =
            [
                new Listener { Id = s_listener, Protocol = ListenerProtocol.Http, ProtocolPort = 80, DefaultPoolId = s_pool },
            ],
            Pools = [Pool(s_pool, s_member, s_member2), Pool(s_redirectPool)],
        },
    };
}
