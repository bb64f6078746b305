// The INI dialect of oslo.config and the options the agent takes from it (appliance-layout §2).
using Amphora.Agent.Hosting;
using Amphora.Contract.DesiredState;
using Xunit;

namespace Amphora.Agent.Tests.Hosting;

public sealed class AgentOptionsReaderTests
{
    private static AgentOptions Parse(string text) => AgentOptionsReader.Parse("agent.conf", text);

    [Fact]
    public void An_empty_file_has_octavias_defaults()
    {
        var options = Parse("");

        Assert.Equal(new AgentOptions(), options);
        Assert.Equal("/var/lib/octavia", options.BasePath);
        Assert.Equal(9443, options.BindPort);
    }

    [Theory]
    [InlineData("base_path = /srv/a", "/srv/a")]
    [InlineData("base_path: /srv/a", "/srv/a")]
    [InlineData("base_path=/srv/a", "/srv/a")]
    [InlineData("base_path = \"/srv/a\"", "/srv/a")]
    [InlineData("base_path = '/srv/a'", "/srv/a")]
    [InlineData("base_path = '/srv/a", "'/srv/a")]
    [InlineData("base_path = /srv/a # no comment", "/srv/a # no comment")]
    [InlineData("base_path = /srv/a:b=c", "/srv/a:b=c")]
    [InlineData("# base_path = /no\nbase_path = /srv/a", "/srv/a")]
    [InlineData("; base_path = /no\nbase_path = /srv/a", "/srv/a")]
    [InlineData("base_path = /first\nbase_path = /srv/a", "/srv/a")]
    [InlineData("base_path = /srv\n  a", "/srv\na")]
    [InlineData("base_path = /srv/$bind_port\nbind_port = 9000", "/srv/9000")]
    [InlineData("base_path = /srv/${haproxy_amphora.bind_port}\nbind_port = 9000", "/srv/9000")]
    [InlineData("base_path = /srv/$bind_port", "/srv/9443")]
    [InlineData("base_path = /srv/$$x", "/srv/$x")]
    public void A_value_is_read_as_oslo_config_reads_it(string lines, string expected)
    {
        var options = Parse("[haproxy_amphora]\n" + lines);

        Assert.Equal(expected, options.BasePath);
    }

    [Fact]
    public void A_stock_config_drive_is_understood()
    {
        var options = Parse("""
            [DEFAULT]
            debug = True
            use_syslog = True
            syslog_log_facility = LOG_LOCAL1

            [haproxy_amphora]
            base_cert_dir = /var/lib/octavia/certs
            base_path = /var/lib/octavia
            bind_host = ::
            bind_port = 9443
            haproxy_cmd = /usr/sbin/haproxy
            user_log_facility = 0
            administrative_log_facility = 1

            [health_manager]
            controller_ip_port_list = 192.0.2.1:5555, 192.0.2.2:5555
            heartbeat_interval = 10
            heartbeat_key = insecure

            [amphora_agent]
            agent_server_ca = /etc/octavia/certs/client_ca.pem
            agent_server_cert = /etc/octavia/certs/server.pem
            agent_request_read_timeout = 180
            amphora_id = 6e94168b-712c-5446-8fe4-f63b397502ed
            amphora_udp_driver = keepalived_lvs
            agent_tls_protocol = TLSv1.2

            [controller_worker]
            loadbalancer_topology = ACTIVE_STANDBY
            """);

        Assert.True(options.Debug);
        Assert.Equal("6e94168b-712c-5446-8fe4-f63b397502ed", options.AmphoraId);
        Assert.Equal(Topology.ActiveStandby, options.Topology);
        Assert.Equal(TimeSpan.FromSeconds(180), options.AgentRequestReadTimeout);
    }

    [Theory]
    [InlineData("[haproxy_amphora]\nbind_port = http", "agent.conf:2: [haproxy_amphora] bind_port is \"http\"")]
    [InlineData("[haproxy_amphora]\nbind_port = 70000", "a whole number from 0 to 65535")]
    [InlineData("[haproxy_amphora]\nbind_host = localhost", "an IP address")]
    [InlineData("[DEFAULT]\ndebug = maybe", "a boolean")]
    [InlineData("[amphora_agent]\nkeep_generations = 0", "a whole number from 1 to 50")]
    [InlineData("[amphora_agent]\nconfirm_window = 3601", "a whole number from 0 to 3600")]
    [InlineData("[amphora_agent]\njournal_size = 257", "a whole number from 0 to 256")]
    [InlineData("[amphora_agent]\nrollback_members_floor = 101", "a whole number from 0 to 100")]
    [InlineData("[amphora_agent]\nrollback_error_ratio = 0", "a number from 0.01 to 1")]
    [InlineData("[amphora_agent]\nrollback_error_ratio = 1,5", "a number from 0.01 to 1")]
    [InlineData("[controller_worker]\nloadbalancer_topology = BOTH", "one of SINGLE, ACTIVE_STANDBY")]
    [InlineData("\n\nbase_path = /srv", "agent.conf:3: an option before the first section")]
    [InlineData("[haproxy_amphora]\nnonsense", "agent.conf:2: neither an option")]
    [InlineData("[haproxy_amphora\nbase_path = /srv", "agent.conf:1: not a section")]
    [InlineData("[haproxy_amphora]\n  continued", "agent.conf:2: a line that starts with a blank")]
    [InlineData("[haproxy_amphora]\nbase_path = $nowhere", "$nowhere refers to an option that does not exist")]
    [InlineData("[haproxy_amphora]\nbase_path = $base_cert_dir\nbase_cert_dir = $base_path", "in a circle")]
    public void Malformed_configuration_names_file_line_and_rule(string text, string expected)
    {
        var error = Assert.Throws<IniException>(() => Parse(text));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 0, 10, "None")]
    [InlineData("controller_ip_port_list = 10.0.0.1:5555, [fd00::1]:5555 , ,\nheartbeat_interval = 3\nheartbeat_key = a.key", 2, 3, "a.key")]
    public void Heartbeats_have_their_options(string lines, int controllers, int seconds, string key)
    {
        var options = Parse("[health_manager]\n" + lines);

        Assert.Equal((string[])(controllers == 0 ? [] : ["10.0.0.1:5555", "[fd00::1]:5555"]), options.ControllerIpPortList);
        Assert.Equal((TimeSpan.FromSeconds(seconds), key), (options.HeartbeatInterval, options.HeartbeatKey));
    }

    [Fact]
    public void Unknown_sections_and_options_are_ignored()
    {
        var options = Parse("[nova]\nx = 1\n[haproxy_amphora]\nrespawn_count = 2\n");

        Assert.Equal(new AgentOptions(), options);
    }

    [Fact]
    public void Files_of_a_directory_override_the_files_in_name_order()
    {
        var directory = Directory.CreateTempSubdirectory("amphora-options-");
        try
        {
            var first = Path.Combine(directory.FullName, "first.ini");
            File.WriteAllText(first, "[haproxy_amphora]\nbase_path = /a\nbind_port = 1\n");
            File.WriteAllText(Path.Combine(directory.FullName, "20.conf"), "[haproxy_amphora]\nbase_path = /c\n");
            File.WriteAllText(Path.Combine(directory.FullName, "10.conf"), "[haproxy_amphora]\nbase_path = /b\n");

            var options = AgentOptionsReader.Read([first], [directory.FullName], File.ReadAllText);

            Assert.Equal("/c", options.BasePath);
            Assert.Equal(1, options.BindPort);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
