// INI files → AgentOptions.
using System.Globalization;
using System.Security.Authentication;
using Amphora.Agent.Apply;
using Amphora.Agent.Haproxy.Lint;
using Amphora.Agent.Services;
using Amphora.Contract.DesiredState;

namespace Amphora.Agent.Hosting;

/// <summary>Reads the agent's configuration.</summary>
internal static class AgentOptionsReader
{
    private const string Default = "DEFAULT";
    private const string Haproxy = "haproxy_amphora";
    private const string Agent = "amphora_agent";
    private const string Health = "health_manager";

    private static readonly AgentOptions Standard = new();

    /// <summary>Reads <paramref name="files"/> in order, then <c>*.conf</c> of the directories, sorted by name, as oslo.config does.</summary>
    /// <param name="files">Files.</param>
    /// <param name="directories">Directories.</param>
    /// <param name="textOf">Reads a file.</param>
    /// <exception cref="IniException">A file is malformed.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static AgentOptions Read(IEnumerable<string> files, IEnumerable<string> directories, Func<string, string> textOf)
    {
        var ini = new IniFile();
        var inDirectories = directories.SelectMany(static directory =>
            Directory.EnumerateFiles(directory, "*.conf").Order(StringComparer.Ordinal));
        foreach (var file in files.Concat(inDirectories))
        {
            ini.Read(file, textOf(file));
        }

        return Bind(new IniOptions(ini, DefaultOf));
    }

    /// <summary>Options from text; the file name only appears in messages.</summary>
    public static AgentOptions Parse(string fileName, string text)
    {
        var ini = new IniFile();
        ini.Read(fileName, text);
        return Bind(new IniOptions(ini, DefaultOf));
    }

    private static AgentOptions Bind(IniOptions ini) => BindHaproxy(ini, BindAgent(ini));

    private static AgentOptions BindAgent(IniOptions ini)
    {
        var administrative = ini.Number(Agent, "administrative_log_facility", Standard.AdministrativeLogFacility, 0, 7);
        return new AgentOptions
        {
            Debug = ini.Boolean(Default, "debug", Standard.Debug),
            LogFacility = ReadLogFacility(ini, SyslogFacility.Local0 + administrative),
            AgentServerCa = ini.Text(Agent, "agent_server_ca", Standard.AgentServerCa),
            AgentServerCert = ini.Text(Agent, "agent_server_cert", Standard.AgentServerCert),
            AgentServerNetworkDir = ini.Text(Agent, "agent_server_network_dir", Standard.AgentServerNetworkDir),
            AgentRequestReadTimeout = TimeSpan.FromSeconds(ini.Number(Agent, "agent_request_read_timeout", 180, 1, 86400)),
            AgentTlsProtocol = ini.Choice(Agent, "agent_tls_protocol", Standard.AgentTlsProtocol, ("TLSv1.2", SslProtocols.Tls12), ("TLSv1.3", SslProtocols.Tls13)),
            AmphoraId = ini.OptionalText(Agent, "amphora_id"),
            AdministrativeLogFacility = administrative,
            ControllerIpPortList = ini.List(Health, "controller_ip_port_list"),
            HeartbeatInterval = TimeSpan.FromSeconds(ini.Number(Health, "heartbeat_interval", 10, 1, 86400)),
            HeartbeatKey = ini.Text(Health, "heartbeat_key", Standard.HeartbeatKey),
            Topology = ini.Choice("controller_worker", "loadbalancer_topology", Standard.Topology, ("SINGLE", Topology.Single), ("ACTIVE_STANDBY", Topology.ActiveStandby)),
            NetworkNamespace = ini.Text(Agent, "network_namespace", Standard.NetworkNamespace),
            ServiceManager = ini.Choice(Agent, "service_manager", Standard.ServiceManager, ("auto", ServiceManagerKind.Auto), ("systemd", ServiceManagerKind.Systemd), ("child-processes", ServiceManagerKind.ChildProcesses)),
            UnitDirectory = ini.Text(Agent, "unit_directory", Standard.UnitDirectory),
            StopServicesOnExit = ini.Boolean(Agent, "stop_services_on_exit", Standard.StopServicesOnExit),
            PortWait = TimeSpan.FromSeconds(ini.Number(Agent, "port_wait", 30, 0, 600)),
            KeepGenerations = ini.Number(Agent, "keep_generations", Standard.KeepGenerations, 1, 50),
            ConfirmWindow = TimeSpan.FromSeconds(ini.Number(Agent, "confirm_window", (int)Standard.ConfirmWindow.TotalSeconds, 0, 3600)),
            RollbackMembersFloor = ini.Number(Agent, "rollback_members_floor", Standard.RollbackMembersFloor, 0, 100),
            RollbackErrorRatio = ini.Parsed(Agent, "rollback_error_ratio", Standard.RollbackErrorRatio, "a number from 0.01 to 1", ReadRatio),
            JournalSize = ini.Number(Agent, "journal_size", Standard.JournalSize, 0, 256),
            Templates = ini.OptionalText(Agent, "templates"),
        };
    }

    private static AgentOptions BindHaproxy(IniOptions ini, AgentOptions others) => others with
    {
        BasePath = ini.Text(Haproxy, "base_path", Standard.BasePath),
        BaseCertDir = ini.Text(Haproxy, "base_cert_dir", Standard.BaseCertDir),
        BindHost = ini.Address(Haproxy, "bind_host", Standard.BindHost),
        BindPort = ini.Number(Haproxy, "bind_port", Standard.BindPort, 0, 65535),
        HaproxyCommand = ini.Text(Haproxy, "haproxy_cmd", Standard.HaproxyCommand),
        MemoryLimit = ini.Number(Haproxy, "memory_limit", 0, 0, 1 << 30) is > 0 and var limit ? limit : null,
        ServerSlots = ini.Number(Haproxy, "server_slots", Standard.ServerSlots, 0, 64),
        DriftInterval = TimeSpan.FromSeconds(ini.Number(Haproxy, "drift_interval", 60, 0, 86400)),
        Drift = ini.Choice(Haproxy, "drift", Standard.Drift, ("repair", DriftAction.Repair), ("report", DriftAction.Report)),
        Lint = ini.Choice(Haproxy, "lint", Standard.Lint, ("refuse", LintMode.Refuse), ("warn", LintMode.Warn)),
    };

    private static int ReadLogFacility(IniOptions ini, int administrative) =>
        ini.Boolean(Default, "use_syslog", fallback: false)
            ? ini.Parsed(Default, "syslog_log_facility", administrative, "a syslog facility, as LOG_LOCAL1", SyslogFacility.Parse)
            : administrative;

    private static double? ReadRatio(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var ratio) && ratio is >= 0.01 and <= 1 ? ratio : null;

    // Defaults that another option may refer to with $name.
    private static string? DefaultOf(string section, string option) => (section, option) switch
    {
        (Haproxy, "base_path") => new AgentOptions().BasePath,
        (Haproxy, "base_cert_dir") => new AgentOptions().BaseCertDir,
        (Haproxy, "bind_port") => new AgentOptions().BindPort.ToString(CultureInfo.InvariantCulture),
        (Haproxy, "haproxy_cmd") => new AgentOptions().HaproxyCommand,
        _ => null,
    };
}
