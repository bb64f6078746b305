// Pure: amphora-agent.conf with the options a stock controller writes, in its order (appliance-layout §2).
using System.Globalization;
using System.Text;
using Amphora.Contract.DesiredState;

namespace Amphora.Controller.ConfigDrive;

/// <summary>Renders it. Values are typed, or were checked for the characters an INI file of oslo.config takes as they are.</summary>
internal static class AgentConfigurationRenderer
{
    /// <summary>LOG_LOCALn of the amphora's own messages (appliance-layout §10).</summary>
    public const int AdministrativeFacility = 1;

    /// <summary>LOG_LOCALn of tenants' traffic.</summary>
    public const int UserFacility = 0;

    private const int RequestReadTimeout = 180;

    /// <summary>The file's text.</summary>
    public static string Render(Guid amphoraId, AgentSettings settings)
    {
        var text = new StringBuilder();
        Section(text, "DEFAULT",
            ("debug", "False"), ("use_syslog", "True"), ("syslog_log_facility", $"LOG_LOCAL{AdministrativeFacility}"));
        Section(text, "haproxy_amphora",
            ("base_cert_dir", "/var/lib/octavia/certs"), ("base_path", "/var/lib/octavia"),
            ("bind_host", settings.BindHost.ToString()), ("bind_port", Number(settings.BindPort)), ("haproxy_cmd", "/usr/sbin/haproxy"),
            ("user_log_facility", Number(UserFacility)), ("administrative_log_facility", Number(AdministrativeFacility)));
        (string, string)[] key = settings.HeartbeatKey is { } secret ? [("heartbeat_key", secret)] : [];
        Section(text, "health_manager",
            [("controller_ip_port_list", string.Join(", ", settings.Controllers)), ("heartbeat_interval", Number(settings.HeartbeatInterval)), .. key]);
        Section(text, "amphora_agent",
            ("agent_server_ca", DriveFiles.ClientCa), ("agent_server_cert", DriveFiles.ServerPem),
            ("agent_request_read_timeout", Number(RequestReadTimeout)), ("amphora_id", amphoraId.ToString("D", CultureInfo.InvariantCulture)),
            ("amphora_udp_driver", "keepalived_lvs"), ("agent_tls_protocol", "TLSv1.2"));
        Section(text, "controller_worker", ("loadbalancer_topology", settings.Topology == Topology.Single ? "SINGLE" : "ACTIVE_STANDBY"));
        return text.ToString();
    }

    private static void Section(StringBuilder text, string name, params IReadOnlyList<(string Option, string Value)> options)
    {
        text.Append(text.Length > 0 ? "\n" : "").Append('[').Append(name).Append("]\n");
        foreach (var (option, value) in options)
        {
            text.Append(option).Append(" = ").Append(value).Append('\n');
        }
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
