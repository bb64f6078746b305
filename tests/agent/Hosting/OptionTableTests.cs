// Every option of appliance-layout §2: where its value arrives, and which have no effect, as upstream. What shows from outside: OptionEffectTests.
using System.Net;
using System.Security.Authentication;
using Amphora.Agent.Haproxy.Lint;
using Amphora.Agent.Hosting;
using Amphora.Contract.DesiredState;
using Xunit;

namespace Amphora.Agent.Tests.Hosting;

public sealed class OptionTableTests
{
    private static readonly (string Section, string Option, string Text, Func<AgentOptions, object?> Arrives, object Expected)[] s_effective =
    [
        ("DEFAULT", "debug", "True", options => options.Debug, true),
        ("DEFAULT", "use_syslog", "True\nsyslog_log_facility = LOG_LOCAL6", options => options.LogFacility, 22),
        ("DEFAULT", "syslog_log_facility", "local3\nuse_syslog = yes", options => options.LogFacility, 19),
        ("haproxy_amphora", "base_path", "/srv/b", options => SliceOptions.Haproxy(options).BasePath, "/srv/b"),
        ("haproxy_amphora", "base_path", "/srv/b", options => SliceOptions.Haproxy(options).UserGroupFile, "/srv/b/haproxy-default-user-group.conf"),
        ("haproxy_amphora", "base_path", "/srv/b", options => SliceOptions.Keepalived(options).BasePath, "/srv/b"),
        ("haproxy_amphora", "base_path", "/srv/b", options => SliceOptions.Heartbeat(options).BasePath, "/srv/b"),
        ("haproxy_amphora", "base_path", "/srv/b", options => SliceOptions.LoadBalancers(options).BasePath, "/srv/b"),
        ("haproxy_amphora", "base_path", "/srv/b", options => SliceOptions.OctaviaApi(Live(options)).BasePath, "/srv/b"),
        ("haproxy_amphora", "base_path", "/srv/b", options => SliceOptions.Network(Live(options)).PluggedInterfacesFile, "/srv/b/plugged_interfaces"),
        ("haproxy_amphora", "base_cert_dir", "/srv/c", options => SliceOptions.Haproxy(options).BaseCertDir, "/srv/c"),
        ("haproxy_amphora", "base_cert_dir", "/srv/c", options => SliceOptions.LoadBalancers(options).BaseCertDir, "/srv/c"),
        ("haproxy_amphora", "bind_host", "192.0.2.7", options => options.BindHost, IPAddress.Parse("192.0.2.7")),
        ("haproxy_amphora", "bind_port", "9444", options => options.BindPort, 9444),
        ("haproxy_amphora", "haproxy_cmd", "/opt/haproxy", options => SliceOptions.Haproxy(options).HaproxyCommand, "/opt/haproxy"),
        ("haproxy_amphora", "haproxy_cmd", "/opt/haproxy", options => SliceOptions.LoadBalancers(options).HaproxyCommand, "/opt/haproxy"),
        ("haproxy_amphora", "haproxy_cmd", "/opt/haproxy", options => SliceOptions.OctaviaApi(Live(options)).HaproxyCommand, "/opt/haproxy"),
        ("haproxy_amphora", "lint", "warn", options => SliceOptions.Haproxy(options).Lint, LintMode.Warn),
        ("health_manager", "controller_ip_port_list", "192.0.2.1:5555, [fd00::1]:5555", options => string.Join(' ', SliceOptions.Heartbeat(options).Controllers), "192.0.2.1:5555 [fd00::1]:5555"),
        ("health_manager", "heartbeat_interval", "3", options => SliceOptions.Heartbeat(options).Interval, TimeSpan.FromSeconds(3)),
        ("health_manager", "heartbeat_key", "a.key", options => SliceOptions.Heartbeat(options).Key, "a.key"),
        ("amphora_agent", "agent_server_ca", "/srv/ca.pem", options => options.AgentServerCa, "/srv/ca.pem"),
        ("amphora_agent", "agent_server_cert", "/srv/server.pem", options => options.AgentServerCert, "/srv/server.pem"),
        ("amphora_agent", "agent_server_network_dir", "/srv/if", options => SliceOptions.Network(Live(options)).InterfaceDirectory, "/srv/if"),
        ("amphora_agent", "agent_request_read_timeout", "7", options => SliceOptions.LoadBalancers(options).ReadTimeout, TimeSpan.FromSeconds(7)),
        ("amphora_agent", "agent_request_read_timeout", "7", options => SliceOptions.OctaviaApi(Live(options)).ReadTimeout, TimeSpan.FromSeconds(7)),
        ("amphora_agent", "agent_tls_protocol", "TLSv1.2", options => options.AgentTlsProtocol, SslProtocols.Tls12),
        ("amphora_agent", "amphora_id", "one", options => SliceOptions.Heartbeat(options).AmphoraId, "one"),
        ("amphora_agent", "amphora_id", "one", options => SliceOptions.LoadBalancers(options).AmphoraId, "one"),
        ("amphora_agent", "amphora_id", "one", options => SliceOptions.OctaviaApi(Live(options)).AmphoraId, "one"),
        ("amphora_agent", "administrative_log_facility", "4", options => SliceOptions.Keepalived(options).LogFacility, 4),
        ("amphora_agent", "administrative_log_facility", "4", options => options.LogFacility, 20),
        ("amphora_agent", "keep_generations", "7", options => SliceOptions.Apply(options).KeepGenerations, 7),
        ("amphora_agent", "confirm_window", "0", options => SliceOptions.Apply(options).ConfirmWindow, TimeSpan.Zero),
        ("amphora_agent", "journal_size", "1", options => SliceOptions.Journal(options).MostBytes, 1024L * 1024),
        ("amphora_agent", "rollback_members_floor", "25", options => SliceOptions.Apply(options).Rules.MembersFloor, 0.25),
        ("amphora_agent", "rollback_error_ratio", "0.05", options => SliceOptions.Apply(options).Rules.ErrorRatio, 0.05),
        ("controller_worker", "loadbalancer_topology", "ACTIVE_STANDBY", options => SliceOptions.Network(Live(options)).Topology(), Topology.ActiveStandby),
        ("controller_worker", "loadbalancer_topology", "ACTIVE_STANDBY", options => SliceOptions.OctaviaApi(Live(options)).Topology(), Topology.ActiveStandby),
    ];

    // Upstream's agent does not read them either. Trap (a): the two facilities stand in a section they are not read from.
    private static readonly (string Section, string Option, string Text)[] s_inert =
    [
        ("amphora_agent", "amphora_udp_driver", "other"),
        ("haproxy_amphora", "user_log_facility", "5"),
        ("haproxy_amphora", "administrative_log_facility", "5"),
        ("haproxy_amphora", "respawn_count", "5"),
        ("haproxy_amphora", "respawn_interval", "5"),
        ("haproxy_amphora", "use_upstart", "True"),
    ];

    public static TheoryData<int> Effective => [.. Enumerable.Range(0, s_effective.Length)];

    public static TheoryData<int> Inert => [.. Enumerable.Range(0, s_inert.Length)];

    [Theory]
    [MemberData(nameof(Effective))]
    public void A_value_arrives_where_it_is_used(int row)
    {
        var (section, option, text, arrives, expected) = s_effective[row];

        var set = AgentOptionsReader.Parse("agent.conf", $"[{section}]\n{option} = {text}\n");

        Assert.Equal((section, option, expected), (section, option, arrives(set)));
        Assert.NotEqual(expected, arrives(new AgentOptions()));
    }

    [Theory]
    [MemberData(nameof(Inert))]
    public void What_upstream_does_not_read_has_no_effect(int row)
    {
        var (section, option, text) = s_inert[row];

        Assert.Equal(new AgentOptions(), AgentOptionsReader.Parse("agent.conf", $"[{section}]\n{option} = {text}\n"));
    }

    [Theory]
    [InlineData("[amphora_agent]\nagent_tls_protocol = TLSv1.1", "agent.conf:2: [amphora_agent] agent_tls_protocol is \"TLSv1.1\", has to be one of TLSv1.2, TLSv1.3")]
    [InlineData("[DEFAULT]\nuse_syslog = on\nsyslog_log_facility = LOCAL9", "agent.conf:3: [DEFAULT] syslog_log_facility is \"LOCAL9\", has to be a syslog facility")]
    [InlineData("[amphora_agent]\nadministrative_log_facility = 8", "administrative_log_facility is \"8\", has to be a whole number from 0 to 7")]
    [InlineData("[amphora_agent]\nagent_request_read_timeout = 0", "agent_request_read_timeout is \"0\", has to be a whole number from 1")]
    [InlineData("[health_manager]\nheartbeat_interval = often", "heartbeat_interval is \"often\", has to be a whole number from 1")]
    [InlineData("[haproxy_amphora]\nlint = off", "agent.conf:2: [haproxy_amphora] lint is \"off\", has to be one of refuse, warn")]
    [InlineData("[health_manager]\nheartbeat_key = a$b", "$b refers to an option that does not exist")]
    public void A_value_that_cannot_be_is_refused_by_name(string text, string expected)
    {
        var error = Assert.Throws<IniException>(() => AgentOptionsReader.Parse("agent.conf", text));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    // Trap (b): the controller's template writes HTML's entities; the key is what is written, as upstream's agent has it.
    [Fact]
    public void An_entity_in_a_value_stays_as_it_is_written() =>
        Assert.Equal("a&amp;b", AgentOptionsReader.Parse("agent.conf", "[health_manager]\nheartbeat_key = a&amp;b\n").HeartbeatKey);

    [Fact]
    public void Only_live_options_change_while_the_agent_runs()
    {
        var everything = string.Concat(s_effective.DistinctBy(row => (row.Section, row.Option)).Select(row => $"[{row.Section}]\n{row.Option} = {row.Text}\n"));
        var live = new LiveOptions(new AgentOptions(), () => AgentOptionsReader.Parse("agent.conf", everything));
        var fresh = AgentOptionsReader.Parse("agent.conf", everything);

        live.Reload();

        Assert.Equal(
            new AgentOptions
            {
                Debug = true,
                Topology = Topology.ActiveStandby,
                ControllerIpPortList = fresh.ControllerIpPortList,
                HeartbeatInterval = TimeSpan.FromSeconds(3),
                HeartbeatKey = "a.key",
            },
            live.Current);
    }

    private static LiveOptions Live(AgentOptions options) => new(options, () => options);
}
