// The status tree of a load balancer: its document and HAProxy's statistics, side by side. Pure.
using Amphora.Agent.Haproxy;
using Amphora.Agent.Keepalived.Lvs;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Contract.Rest;

namespace Amphora.Agent.Health;

/// <summary>Builds the tree. The document says what has to be there, the statistics say what is.</summary>
internal sealed class StatusTree
{
    private readonly DesiredStateDocument _document;
    private readonly HaproxyStatistics? _statistics;
    private readonly IReadOnlyDictionary<string, LvsListener> _lvs;
    private readonly LoadBalancerStatus? _before;
    private readonly Dictionary<Guid, Pool> _pools;

    private StatusTree(
        DesiredStateDocument document, HaproxyStatistics? statistics, IReadOnlyDictionary<string, LvsListener> lvs, LoadBalancerStatus? before)
    {
        _document = document;
        _statistics = statistics;
        _lvs = lvs;
        _before = before;
        _pools = document.LoadBalancer.Pools.Where(pool => IsKept(pool.ProvisioningStatus)).ToDictionary(pool => pool.Id);
    }

    /// <summary>The tree.</summary>
    /// <param name="document">The document in force.</param>
    /// <param name="statistics">HAProxy's answer; null when it gave none.</param>
    /// <param name="lvs">UDP and SCTP listeners whose keepalived runs, by id.</param>
    /// <param name="before">The latest tree, for what nobody knows just now; null: none was built.</param>
    public static LoadBalancerStatus Build(
        DesiredStateDocument document, HaproxyStatistics? statistics, IReadOnlyDictionary<string, LvsListener> lvs, LoadBalancerStatus? before) =>
        new StatusTree(document, statistics, lvs, before).LoadBalancer();

    private LoadBalancerStatus LoadBalancer()
    {
        var loadBalancer = _document.LoadBalancer;
        var listeners = loadBalancer.Listeners
            .Where(listener => IsKept(listener.ProvisioningStatus))
            .Select(Listener).ToValueList();
        var below = listeners.SelectMany(listener => listener.Pools.Select(pool => pool.OperatingStatus).Prepend(listener.OperatingStatus));
        return new LoadBalancerStatus
        {
            Id = loadBalancer.Id.ToString(),
            Generation = _document.Generation,
            OperatingStatus = loadBalancer.AdminStateUp ? OperatingStatus.Worst(below) : OperatingStatus.Offline,
            HaproxyRunning = _statistics is not null,
            Listeners = listeners,
        };
    }

    private ListenerStatus Listener(Listener listener) => listener.Protocol is ListenerProtocol.Udp or ListenerProtocol.Sctp
        ? LvsListener(listener, _lvs.GetValueOrDefault(listener.Id.ToString()))
        : HaproxyListener(listener, _statistics?.Frontend(listener.Id.ToString()));

    private ListenerStatus HaproxyListener(Listener listener, StatRow? frontend) => new()
    {
        Id = listener.Id.ToString(),
        OperatingStatus = IsEnabled(listener) ? OperatingStatus.OfListener(frontend) : OperatingStatus.Offline,
        Statistics = Counters(frontend),
        Pools = PoolsOf(listener).Select(pool => Pool(pool, listener)).ToValueList(),
    };

    // The kernel balances and counts: it knows connections and bytes of the listener, and no errors of requests.
    private ListenerStatus LvsListener(Listener listener, LvsListener? running) => new()
    {
        Id = listener.Id.ToString(),
        OperatingStatus = !IsEnabled(listener) ? OperatingStatus.Offline : running is null ? OperatingStatus.Error : OperatingStatus.Online,
        Statistics = running?.Counters is { } counters
            ? new TrafficStatistics(running.ActiveConnections, counters.Connections, counters.BytesIn, counters.BytesOut, 0)
            : TrafficStatistics.Zero,
        Pools = PoolsOf(listener).Select(pool => LvsPool(pool, listener, running?.Pool is { } found && found.Id == pool.Id.ToString() ? found : null)).ToValueList(),
    };

    private bool IsEnabled(Listener listener) => _document.LoadBalancer.AdminStateUp && listener.AdminStateUp;

    // config-rendering §7: the default pool, then the redirect pools of enabled policies that own a rule; each once.
    private List<Pool> PoolsOf(Listener listener)
    {
        var pools = new List<Pool>();
        Add(listener.DefaultPoolId);
        foreach (var policy in listener.L7Policies.OrderBy(policy => policy.Position))
        {
            if (policy.AdminStateUp && IsKept(policy.ProvisioningStatus) && policy.Rules.Count > 0)
            {
                Add(policy.RedirectPoolId);
            }
        }

        return pools;

        void Add(Guid? id)
        {
            if (id is { } key && _pools.TryGetValue(key, out var pool) && !pools.Contains(pool))
            {
                pools.Add(pool);
            }
        }
    }

    private PoolStatus Pool(Pool pool, Listener listener)
    {
        var backend = $"{pool.Id}:{listener.Id}";
        var members = pool.Members
            .Where(member => IsKept(member.ProvisioningStatus))
            .Select(member => Member(member, _statistics?.Server(backend, member.Id.ToString())))
            .ToValueList();
        var row = _statistics?.Backend(backend);
        return new PoolStatus
        {
            Id = pool.Id.ToString(),
            OperatingStatus = OperatingStatus.OfPool(row?.Status, members.Select(member => member.OperatingStatus)),
            Statistics = Counters(row),
            Members = members,
        };
    }

    private PoolStatus LvsPool(Pool pool, Listener listener, LvsPool? running)
    {
        var before = _before?.Listeners.FirstOrDefault(found => found.Id == listener.Id.ToString())?.Pools.FirstOrDefault(found => found.Id == pool.Id.ToString());
        var members = pool.Members
            .Where(member => IsKept(member.ProvisioningStatus))
            .Select(member => new MemberStatus
            {
                Id = member.Id.ToString(),
                OperatingStatus = running?.StatusOf(member.Id.ToString()) is { } status
                    ? OperatingStatus.OfLvsMember(
                        status, before?.Members.FirstOrDefault(found => found.Id == member.Id.ToString())?.OperatingStatus, pool.HealthMonitor is not null)
                    : OperatingStatus.Offline,
                Weight = member.Weight,
                Statistics = TrafficStatistics.Zero,
            })
            .ToValueList();
        return new PoolStatus
        {
            Id = pool.Id.ToString(),
            OperatingStatus = OperatingStatus.OfPool(running?.Status, members.Select(member => member.OperatingStatus)),
            Statistics = TrafficStatistics.Zero,
            Members = members,
        };
    }

    private static MemberStatus Member(Member member, StatRow? server) => new()
    {
        Id = member.Id.ToString(),
        OperatingStatus = OperatingStatus.OfMember(server),
        Weight = server?.Weight ?? member.Weight,
        LastCheck = server is null ? null : CheckWords(server),
        Statistics = Counters(server),
    };

    // As "L7STS/503: Service Unavailable"; "* " in front means that the next check runs.
    private static string? CheckWords(StatRow server)
    {
        var status = server.CheckStatus.StartsWith("* ", StringComparison.Ordinal) ? server.CheckStatus[2..] : server.CheckStatus;
        if (status.Length == 0)
        {
            return null;
        }

        var code = server.CheckCode.Length > 0 ? $"/{server.CheckCode}" : "";
        var words = server.LastCheck.Length > 0 ? $": {server.LastCheck}" : "";
        return status + code + words;
    }

    private static TrafficStatistics Counters(StatRow? row) => row is null
        ? TrafficStatistics.Zero
        : new TrafficStatistics(row.CurrentSessions, row.TotalSessions, row.BytesIn, row.BytesOut, row.RequestErrors);

    private static bool IsKept(ProvisioningStatus status) => status != ProvisioningStatus.PendingDelete;
}
