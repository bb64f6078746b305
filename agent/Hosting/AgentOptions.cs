// The agent's configuration: option names and defaults are Octavia's (appliance-layout §2); ours are marked.
using System.Net;
using System.Security.Authentication;
using Amphora.Agent.Apply;
using Amphora.Agent.Haproxy.Lint;
using Amphora.Agent.Services;
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Agent.Hosting;

/// <summary>Everything the INI files say, parsed once.</summary>
internal sealed record AgentOptions
{
    /// <summary>[DEFAULT] debug.</summary>
    public bool Debug { get; init; }

    /// <summary>Number of the syslog facility of the agent's own lines (syslog(3)): [DEFAULT] syslog_log_facility when use_syslog is on, which is
    /// where a controller tells it; else localN of [amphora_agent] administrative_log_facility.</summary>
    public int LogFacility { get; init; } = SyslogFacility.Local0 + 1;

    /// <summary>[haproxy_amphora] base_path.</summary>
    public string BasePath { get; init; } = "/var/lib/octavia";

    /// <summary>[haproxy_amphora] base_cert_dir.</summary>
    public string BaseCertDir { get; init; } = "/var/lib/octavia/certs";

    /// <summary>[haproxy_amphora] bind_host.</summary>
    public IPAddress BindHost { get; init; } = IPAddress.IPv6Any;

    /// <summary>[haproxy_amphora] bind_port.</summary>
    public int BindPort { get; init; } = 9443;

    /// <summary>[haproxy_amphora] haproxy_cmd.</summary>
    public string HaproxyCommand { get; init; } = "/usr/sbin/haproxy";

    /// <summary>[amphora_agent] agent_server_ca: signed the controllers' client certificates.</summary>
    public string AgentServerCa { get; init; } = "/etc/octavia/certs/client_ca.pem";

    /// <summary>[amphora_agent] agent_server_cert: certificate, then key.</summary>
    public string AgentServerCert { get; init; } = "/etc/octavia/certs/server.pem";

    /// <summary>[amphora_agent] agent_server_network_dir.</summary>
    public string AgentServerNetworkDir { get; init; } = "/etc/octavia/interfaces";

    /// <summary>[amphora_agent] agent_request_read_timeout: how long a request may take to arrive.</summary>
    public TimeSpan AgentRequestReadTimeout { get; init; } = TimeSpan.FromSeconds(180);

    /// <summary>[amphora_agent] agent_tls_protocol: exactly this version. Not set: 1.2 and 1.3; upstream's default is 1.2 alone.</summary>
    public SslProtocols AgentTlsProtocol { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>[amphora_agent] amphora_id; null: a document for any amphora is accepted.</summary>
    public string? AmphoraId { get; init; }

    /// <summary>[amphora_agent] administrative_log_facility: syslog facility localN of keepalived, 0–7.</summary>
    public int AdministrativeLogFacility { get; init; } = 1;

    /// <summary>[health_manager] controller_ip_port_list: where heartbeats go, as <c>address:port</c>; empty: nowhere.</summary>
    public ValueList<string> ControllerIpPortList { get; init; }

    /// <summary>[health_manager] heartbeat_interval.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>[health_manager] heartbeat_key; the text <c>None</c> is what upstream signs with when it is not set.</summary>
    public string HeartbeatKey { get; init; } = "None";

    /// <summary>[controller_worker] loadbalancer_topology.</summary>
    public Topology Topology { get; init; } = Topology.Single;

    /// <summary>Ours: [amphora_agent] network_namespace.</summary>
    public string NetworkNamespace { get; init; } = "amphora-haproxy";

    /// <summary>Ours: [amphora_agent] service_manager, auto, systemd or child-processes.</summary>
    public ServiceManagerKind ServiceManager { get; init; } = ServiceManagerKind.Auto;

    /// <summary>Ours: [amphora_agent] unit_directory.</summary>
    public string UnitDirectory { get; init; } = "/usr/lib/systemd/system";

    /// <summary>Ours: [amphora_agent] stop_services_on_exit; child processes only. Whatever it says, a crash leaves them serving.</summary>
    public bool StopServicesOnExit { get; init; } = true;

    /// <summary>Ours: [amphora_agent] port_wait: how long a plug waits for the MAC to appear.</summary>
    public TimeSpan PortWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Ours: [amphora_agent] keep_generations: how many generations of a load balancer are remembered, the one in force included.</summary>
    public int KeepGenerations { get; init; } = 5;

    /// <summary>Ours: [amphora_agent] confirm_window: how long a generation is held against the time before it; zero: not at all.</summary>
    public TimeSpan ConfirmWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Ours: [amphora_agent] rollback_members_floor: percentage of a pool's members that were up that have to be.</summary>
    public int RollbackMembersFloor { get; init; } = 50;

    /// <summary>Ours: [amphora_agent] rollback_error_ratio: by how much the share of a listener's requests that fail may grow.</summary>
    public double RollbackErrorRatio { get; init; } = 0.2;

    /// <summary>Ours: [amphora_agent] journal_size, in MiB: what both files of the journal may have together; 0: no journal.</summary>
    public int JournalSize { get; init; } = 16;

    /// <summary>Ours: [haproxy_amphora] memory_limit, in MiB: what the host's memory counts as at most when HAProxy's TLS session
    /// cache is sized (config-rendering G8), for a host that is not one amphora's alone. Null: all of it.</summary>
    public int? MemoryLimit { get; init; }

    /// <summary>Ours: [haproxy_amphora] server_slots, 0–64: servers each backend has in reserve for members that join while HAProxy runs.</summary>
    public int ServerSlots { get; init; } = 8;

    /// <summary>Ours: [haproxy_amphora] drift_interval, in seconds: how often what HAProxy runs is held against what was put there; 0: never.</summary>
    public TimeSpan DriftInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Ours: [haproxy_amphora] drift, <c>repair</c> or <c>report</c>: what is done about a difference then.</summary>
    public DriftAction Drift { get; init; } = DriftAction.Repair;

    /// <summary>Ours: [haproxy_amphora] lint, refuse or warn: what becomes of a haproxy.cfg of API 1.0 that holds what no load balancer of
    /// Octavia's can have.</summary>
    public LintMode Lint { get; init; } = LintMode.Refuse;

    /// <summary>Ours: [amphora_agent] templates: directory with templates that override the built-in ones.</summary>
    public string? Templates { get; init; }
}
