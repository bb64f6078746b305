// AgentOptions → the options of each slice; the paths are appliance-layout §1.
using Amphora.Agent.Apply;
using Amphora.Agent.Apply.Commit;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Health.Heartbeats;
using Amphora.Agent.Journal;
using Amphora.Agent.Keepalived;
using Amphora.Agent.LoadBalancers;
using Amphora.Agent.Network;
using Amphora.Agent.OctaviaApi;
using Amphora.Agent.Services;
using Amphora.Agent.Upgrade;

namespace Amphora.Agent.Hosting;

/// <summary>What each slice needs to know of the configuration.</summary>
internal static class SliceOptions
{
    /// <summary>For Services.</summary>
    public static ServicesOptions Services(AgentOptions options) => new()
    {
        Manager = options.ServiceManager,
        StateDirectory = Path.Combine(options.BasePath, "services"),
        UnitDirectory = options.UnitDirectory,
        TemplateDirectory = options.Templates,
    };

    /// <summary>For Network.</summary>
    public static NetworkOptions Network(LiveOptions live) => new()
    {
        Namespace = live.Current.NetworkNamespace,
        InterfaceDirectory = live.Current.AgentServerNetworkDir,
        PluggedInterfacesFile = Path.Combine(live.Current.BasePath, "plugged_interfaces"),
        FirewallFile = Path.Combine(live.Current.BasePath, "nftables-vip.rules"),
        PortDirectory = Path.Combine(live.Current.BasePath, "ports"),
        Topology = () => live.Current.Topology,
        Timeouts = new NetworkTimeouts { LinkAppears = live.Current.PortWait },
    };

    /// <summary>For Haproxy.</summary>
    public static HaproxyOptions Haproxy(AgentOptions options) => new()
    {
        HaproxyCommand = options.HaproxyCommand,
        BasePath = options.BasePath,
        BaseCertDir = options.BaseCertDir,
        UserGroupFile = Path.Combine(options.BasePath, "haproxy-default-user-group.conf"),
        NetworkNamespace = options.NetworkNamespace,
        ServerSlots = options.ServerSlots,
        MemoryMiB = Math.Min(new HaproxyOptions().MemoryMiB, options.MemoryLimit ?? int.MaxValue),
        Lint = options.Lint,
        // Said by the agent's unit, not by its configuration: it is that unit's sandbox that makes it necessary.
        CheckUnit = Environment.GetEnvironmentVariable("AMPHORA_HAPROXY_CHECK_UNIT"),
    };

    /// <summary>For Keepalived.</summary>
    public static KeepalivedOptions Keepalived(AgentOptions options) => new()
    {
        BasePath = options.BasePath,
        NetworkNamespace = options.NetworkNamespace,
        LogFacility = options.AdministrativeLogFacility,
    };

    /// <summary>For Journal.</summary>
    public static JournalOptions Journal(AgentOptions options) => new()
    {
        BasePath = options.BasePath,
        MostBytes = options.JournalSize * 1024L * 1024,
        Version = DiscoveryEndpoints.AgentVersion,
    };

    /// <summary>For Apply.</summary>
    public static ApplyOptions Apply(AgentOptions options) => new()
    {
        BasePath = options.BasePath,
        DriftInterval = options.DriftInterval,
        Drift = options.Drift,
        KeepGenerations = options.KeepGenerations,
        ConfirmWindow = options.ConfirmWindow,
        Rules = new CommitRules { MembersFloor = options.RollbackMembersFloor / 100.0, ErrorRatio = options.RollbackErrorRatio },
    };

    /// <summary>For OctaviaApi.</summary>
    public static OctaviaApiOptions OctaviaApi(LiveOptions live) => new()
    {
        BasePath = live.Current.BasePath,
        HaproxyCommand = live.Current.HaproxyCommand,
        NetworkNamespace = live.Current.NetworkNamespace,
        AmphoraId = live.Current.AmphoraId,
        Topology = () => live.Current.Topology,
        ReadTimeout = live.Current.AgentRequestReadTimeout,
    };

    /// <summary>For heartbeats.</summary>
    public static HeartbeatOptions Heartbeat(AgentOptions options) => new()
    {
        AmphoraId = options.AmphoraId,
        Key = options.HeartbeatKey,
        Interval = options.HeartbeatInterval,
        Controllers = options.ControllerIpPortList,
        BasePath = options.BasePath,
    };

    /// <summary>For LoadBalancers.</summary>
    public static LoadBalancersOptions LoadBalancers(AgentOptions options) => new()
    {
        AmphoraId = options.AmphoraId,
        BasePath = options.BasePath,
        BaseCertDir = options.BaseCertDir,
        HaproxyCommand = options.HaproxyCommand,
        MemoryLimit = options.MemoryLimit,
        ReadTimeout = options.AgentRequestReadTimeout,
    };

    /// <summary>For Upgrade.</summary>
    public static UpgradeOptions Upgrade(ConfigurationFiles configuration, AgentOptions options) => new()
    {
        Version = DiscoveryEndpoints.AgentVersion,
        Arguments =
        [
            .. configuration.Files.SelectMany(static file => (string[])["--config-file", file]),
            .. configuration.Directories.SelectMany(static directory => (string[])["--config-dir", directory]),
            .. options.Templates is null ? (string[])[] : ["--templates", options.Templates],
        ],
        ReadTimeout = options.AgentRequestReadTimeout,
    };
}
