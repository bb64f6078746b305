// Small documents for tests, changed with `with`.
using System.Net;
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Templates.Tests.Rendering;

/// <summary>Documents with one listener, one pool and two members, and ways to change one thing of them.</summary>
internal static class Documents
{
    public static readonly Guid LoadBalancerId = new("4f064981-033d-5ce2-8147-bef15afffe4d");
    public static readonly Guid ListenerId = new("8c84a306-1a87-55b3-bd57-1c9d90c785f2");
    public static readonly Guid PoolId = new("5b77b111-746b-52d7-ab56-343a8a77a140");
    public static readonly Guid OtherPoolId = new("5b77b111-746b-52d7-ab56-343a8a77a141");
    public static readonly Guid FirstMemberId = new("143f25f3-ab11-5225-b1a5-dbf88521318f");
    public static readonly Guid SecondMemberId = new("8eb50dab-ad57-53ce-9f8f-ec80755cbdce");
    public static readonly Guid PolicyId = new("0cda2986-b801-52b7-a8ce-c9a3e0431c90");
    public static readonly Guid RuleId = new("304f6ff3-8e0f-57de-b8d7-728097c8836e");
    public static readonly Guid OtherRuleId = new("304f6ff3-8e0f-57de-b8d7-728097c8836f");
    public static readonly Guid OwnAmphoraId = new("1429b6d3-69a2-5c84-914e-9a2494ec78c9");
    public static readonly Guid OtherAmphoraId = new("2e5aa45d-7260-5c19-a70d-d69209ac0337");
    public static readonly Guid SubnetId = new("a1c623f8-5127-5cf5-8eab-471336df74c0");
    public static readonly Guid SubnetV6Id = new("5bb16e0b-4a12-57ec-b58f-dd4ee67d57d6");

    public const string CertificateFile = "0e98a41ceb9116991e48012d50c9e0b8bb4ac749.pem";
    public const string SniFile = "7b744fee7514e07ec4bbc2731ed53babb8d664d9.pem";
    public const string CaFile = "8524d445ae2d57fa841530bf7eee073d29fd5845.pem";
    public const string CrlFile = "9524d445ae2d57fa841530bf7eee073d29fd5845.pem";

    public static DesiredStateDocument Http() => new()
    {
        Generation = 1,
        AmphoraId = OwnAmphoraId,
        Topology = Topology.Single,
        LoadBalancer = new LoadBalancer
        {
            Id = LoadBalancerId,
            ProjectId = "b3c1f0d2a4e94d8f9c7e6a5b4c3d2e1f",
            VipAddress = IPAddress.Parse("203.0.113.10"),
            VipSubnetId = SubnetId,
            Listeners = [new Listener { Id = ListenerId, Protocol = ListenerProtocol.Http, ProtocolPort = 80, DefaultPoolId = PoolId }],
            Pools =
            [
                new Pool
                {
                    Id = PoolId,
                    Protocol = PoolProtocol.Http,
                    LbAlgorithm = LbAlgorithm.RoundRobin,
                    Members = [Member(FirstMemberId, "10.0.0.11"), Member(SecondMemberId, "10.0.0.12")],
                },
            ],
        },
        Amphorae =
        [
            new AmphoraEntry
            {
                Id = OwnAmphoraId,
                Role = AmphoraRole.Standalone,
                VrrpIp = IPAddress.Parse("203.0.113.11"),
                VrrpInterface = "eth1",
                VrrpPriority = 100,
            },
        ],
        Subnets = [new Subnet { Id = SubnetId, Cidr = Net("203.0.113.0/24"), GatewayIp = IPAddress.Parse("203.0.113.1") }],
    };

    /// <summary>The document of a listener protocol with a pool that fits.</summary>
    public static DesiredStateDocument Of(ListenerProtocol protocol) => protocol switch
    {
        ListenerProtocol.TerminatedHttps => Terminated(),
        ListenerProtocol.Prometheus => Http().Listener(listener => listener with { Protocol = protocol, DefaultPoolId = null }),
        _ => Http().Listener(listener => listener with { Protocol = protocol }).Pool(pool => pool with
        {
            Protocol = protocol switch
            {
                ListenerProtocol.Tcp => PoolProtocol.Tcp,
                ListenerProtocol.Https => PoolProtocol.Https,
                ListenerProtocol.Udp => PoolProtocol.Udp,
                ListenerProtocol.Sctp => PoolProtocol.Sctp,
                _ => PoolProtocol.Http,
            },
        }),
    };

    public static DesiredStateDocument Terminated() => Http()
        .Listener(listener => listener with { Protocol = ListenerProtocol.TerminatedHttps, ProtocolPort = 443, DefaultTlsContainerRef = "certificate" })
        .WithTlsFiles();

    public static DesiredStateDocument Udp() => Of(ListenerProtocol.Udp);

    public static DesiredStateDocument ActiveStandby(this DesiredStateDocument document) => document with
    {
        Topology = Topology.ActiveStandby,
        VrrpGroup = new VrrpGroup { VrrpGroupName = "4f064981033d5ce28147bef15afffe4d", VrrpAuthPass = "1bc01ba" },
        Amphorae =
        [
            document.Amphorae[0] with { Role = AmphoraRole.Master },
            new AmphoraEntry
            {
                Id = OtherAmphoraId,
                Role = AmphoraRole.Backup,
                VrrpIp = IPAddress.Parse("203.0.113.12"),
                VrrpInterface = "eth1",
                VrrpPriority = 90,
            },
        ],
    };

    /// <summary>Adds an IPv6 VIP in its own subnet.</summary>
    public static DesiredStateDocument DualStack(this DesiredStateDocument document) =>
        document.LoadBalancer(balancer => balancer with
        {
            AdditionalVips = [new AdditionalVip { IpAddress = IPAddress.Parse("2001:db8:10::10"), SubnetId = SubnetV6Id }],
        }) with
        {
            Subnets = [.. document.Subnets, new Subnet { Id = SubnetV6Id, Cidr = Net("2001:db8:10::/64"), GatewayIp = IPAddress.Parse("2001:db8:10::1") }],
        };

    public static DesiredStateDocument WithTlsFiles(this DesiredStateDocument document) => document with
    {
        TlsFiles =
        [
            File("certificate", TlsFileKind.Certificate, CertificateFile),
            File("sni", TlsFileKind.Certificate, SniFile),
            File("ca", TlsFileKind.Ca, CaFile),
            File("crl", TlsFileKind.Crl, CrlFile),
        ],
    };

    public static DesiredStateDocument LoadBalancer(this DesiredStateDocument document, Func<LoadBalancer, LoadBalancer> change) =>
        document with { LoadBalancer = change(document.LoadBalancer) };

    public static DesiredStateDocument Listener(this DesiredStateDocument document, Func<Listener, Listener> change) =>
        document.LoadBalancer(balancer => balancer with { Listeners = ChangeFirst(balancer.Listeners, change) });

    public static DesiredStateDocument Pool(this DesiredStateDocument document, Func<Pool, Pool> change) =>
        document.LoadBalancer(balancer => balancer with { Pools = ChangeFirst(balancer.Pools, change) });

    public static DesiredStateDocument Member(this DesiredStateDocument document, Func<Member, Member> change) =>
        document.Pool(pool => pool with { Members = ChangeFirst(pool.Members, change) });

    public static DesiredStateDocument OwnAmphora(this DesiredStateDocument document, Func<AmphoraEntry, AmphoraEntry> change) =>
        document with { Amphorae = ChangeFirst(document.Amphorae, change) };

    public static DesiredStateDocument Settings(this DesiredStateDocument document, Func<Settings, Settings> change) =>
        document with { Settings = change(document.Settings) };

    public static DesiredStateDocument Monitor(
        this DesiredStateDocument document, HealthMonitorType type, Func<HealthMonitor, HealthMonitor>? change = null)
    {
        var monitor = new HealthMonitor { Id = new Guid("a4dd6f38-9fb3-5323-9f46-2dcaabb6db92"), Type = type, Delay = 5, Timeout = 3, MaxRetries = 2 };
        return document.Pool(pool => pool with { HealthMonitor = change is null ? monitor : change(monitor) });
    }

    /// <summary>Adds a policy with one rule.</summary>
    public static DesiredStateDocument Policy(
        this DesiredStateDocument document, Func<L7Policy, L7Policy> change, Func<L7Rule, L7Rule>? changeRule = null)
    {
        var rule = Rule();
        var policy = new L7Policy { Id = PolicyId, Position = 1, Action = L7PolicyAction.Reject, Rules = [changeRule is null ? rule : changeRule(rule)] };
        return document.Listener(listener => listener with { L7Policies = [.. listener.L7Policies, change(policy)] });
    }

    public static L7Rule Rule() =>
        new() { Id = RuleId, Type = L7RuleType.Path, CompareType = L7RuleCompareType.StartsWith, Value = "/x" };

    /// <summary>Adds a second HTTP pool.</summary>
    public static DesiredStateDocument OtherPool(this DesiredStateDocument document, Func<Pool, Pool>? change = null)
    {
        var pool = new Pool
        {
            Id = OtherPoolId,
            Protocol = PoolProtocol.Http,
            LbAlgorithm = LbAlgorithm.RoundRobin,
            Members = [Member(new Guid("18736fbb-e87a-5a8a-be4e-312dc6c367d8"), "10.0.0.21")],
        };
        return document.LoadBalancer(balancer => balancer with { Pools = [.. balancer.Pools, change is null ? pool : change(pool)] });
    }

    public static DesiredStateDocument AddListener(this DesiredStateDocument document, Listener listener) =>
        document.LoadBalancer(balancer => balancer with { Listeners = [.. balancer.Listeners, listener] });

    public static Member Member(Guid id, string address) => new() { Id = id, Address = IPAddress.Parse(address), ProtocolPort = 80 };

    public static Cidr Net(string text) => Cidr.TryParse(text, out var cidr) ? cidr.Value : throw new ArgumentException(text, nameof(text));

    private static TlsFile File(string reference, TlsFileKind kind, string file) =>
        new() { Ref = reference, Kind = kind, File = file, Sha256 = new string('0', 64) };

    private static ValueList<T> ChangeFirst<T>(ValueList<T> list, Func<T, T> change) => [change(list[0]), .. list.Skip(1)];
}
