// Config drives: what is on them, who may read them, whole or not there.
using System.Text.Json.Nodes;
using Amphora.Controller.Cli;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.Controller.Tests.ConfigDrive;

public sealed class Drives : IDisposable
{
    private const string Id = "30bb5d2a-0883-50b6-84a0-a030aff9ff66";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // The options of Octavia's release in Debian that later ones have dropped (appliance-layout §2).
    private static readonly string[] Dropped = ["respawn_count", "respawn_interval", "use_upstart"];

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_agents_configuration_is_what_a_stock_controller_writes()
    {
        await BuildAsync("--folder", _folder["drive"], "--controller", "10.0.0.1:5555", "--controller", "[fd00::1]:5555", "--heartbeat-key-file", _folder.Write("key", "insecure\n"));

        var stock = await Command.OutputAsync(["/usr/bin/python3", "-W", "ignore", "-c", StockTemplate, Id], Token);
        var expected = string.Join('\n', stock.Trim().Split('\n').Where(line => !Dropped.Any(option => line.StartsWith(option, StringComparison.Ordinal))));
        Assert.Equal(expected, Content("/etc/octavia/amphora-agent.conf").TrimEnd());
    }

    [Fact]
    public async Task Certificate_and_ca_are_what_the_agent_needs()
    {
        await BuildAsync("--folder", _folder["drive"], "--ip", "10.1.2.3");

        var (server, authority) = (_folder.Write("server.pem", Content("/etc/octavia/certs/server.pem")), _folder.Write("client_ca.pem", Content("/etc/octavia/certs/client_ca.pem")));
        Assert.Equal(File.ReadAllText(_folder["ca/ca.pem"]), File.ReadAllText(authority));
        await Command.OutputAsync(["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", Id, "-CAfile", authority, server], Token);
        await Command.OutputAsync(["openssl", "verify", "-verify_ip", "10.1.2.3", "-CAfile", authority, server], Token);
        await Command.OutputAsync(["openssl", "rsa", "-in", server, "-check", "-noout"], Token);
    }

    [Fact]
    public async Task Metadata_names_the_instance_and_its_files()
    {
        await BuildAsync("--folder", _folder["drive"]);

        var metadata = Json("meta_data.json");
        Assert.Equal((Id, $"amphora-{Id}", $"amphora-{Id}"), ((string?)metadata["uuid"], (string?)metadata["name"], (string?)metadata["hostname"]));
        Assert.Equal(
            ["/etc/octavia/amphora-agent.conf", "/etc/rsyslog.d/10-rsyslog.conf", "/etc/octavia/certs/server.pem", "/etc/octavia/certs/client_ca.pem"],
            metadata["files"]!.AsArray().Select(file => (string?)file!["path"]));
        Assert.Equal("", Content("/etc/rsyslog.d/10-rsyslog.conf"));
        Assert.StartsWith("#cloud-config\n", File.ReadAllText(_folder["drive/openstack/latest/user_data"]), StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["drive/openstack/latest/network_data.json"]));
    }

    [Fact]
    public async Task A_fixed_address_is_in_network_data()
    {
        await BuildAsync("--folder", _folder["drive"], "--address", "10.1.2.3/23", "--mac", "FA:16:3E:00:00:01", "--gateway", "10.1.2.1", "--mtu", "1450");

        Assert.Equal(
            """{"links":[{"id":"management","type":"phy","ethernet_mac_address":"fa:16:3e:00:00:01","mtu":1450}],"networks":[{"id":"network0","type":"ipv4","link":"management","ip_address":"10.1.2.3","netmask":"255.255.254.0","routes":[{"network":"0.0.0.0","netmask":"0.0.0.0","gateway":"10.1.2.1"}]}],"services":[]}""",
            Json("network_data.json").ToJsonString());
    }

    [Fact]
    public async Task Each_amphora_may_have_a_heartbeat_key_of_its_own()
    {
        await BuildAsync("--folder", _folder["drive"], "--heartbeat-key-file", _folder.Write("key", "any <key> at all\n"), "--derive-keys");

        var derived = await Command.OutputAsync(["openssl", "dgst", "-sha256", "-hmac", "any <key> at all", "-r"], Token, Id);
        Assert.Contains($"\nheartbeat_key = {derived[..64]}\n", Content("/etc/octavia/amphora-agent.conf"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rsyslog_takes_the_targets()
    {
        await BuildAsync(
            "--folder", _folder["drive"], "--tenant-log", "10.0.0.9:514", "--tenant-log", "fd00::9:10514", "--admin-log", "logs.example.com:514", "--forward-all-logs",
            "--log-protocol", "TCP", "--disable-local-log-storage");

        var rsyslog = Content("/etc/rsyslog.d/10-rsyslog.conf");
        Assert.Matches("""ruleset\(name="tenant_forwarding".*\{\n  action\(type="omfwd" target="10\.0\.0\.9" port="514" protocol="TCP"[^\n]*\)\n  action\(type="omfwd" target="fd00::9" port="10514"[^\n]*execOnlyWhenPreviousIsSuspended="on"\)\n\}\nlocal0\.=info call""", rsyslog);
        Assert.EndsWith("*.*;local0.none call admin_forwarding\n*.* stop\n", rsyslog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_iso_has_the_label_and_the_same_files_for_its_owner_only()
    {
        await BuildAsync("--out", _folder["drive.iso"]);

        Assert.Contains("Volume id: config-2", await Command.OutputAsync(["isoinfo", "-d", "-i", _folder["drive.iso"]], Token), StringComparison.Ordinal);
        var list = await Command.OutputAsync(["isoinfo", "-R", "-l", "-i", _folder["drive.iso"]], Token);
        Assert.Matches(@"-rw-------.*meta_data\.json", list);
        Assert.Matches(@"-rw-------.*0003", list);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_folder["drive.iso"]));
        Assert.Equal(["ca", "drive.iso"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_folder_is_for_its_owner_only()
    {
        await BuildAsync("--folder", _folder["drive"]);

        Assert.All(Directory.EnumerateFiles(_folder["drive"], "*", SearchOption.AllDirectories), file => Assert.Equal(OwnerOnly, File.GetUnixFileMode(file)));
        Assert.All(
            Directory.EnumerateDirectories(_folder["drive"], "*", SearchOption.AllDirectories).Append(_folder["drive"]),
            folder => Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(folder)));
    }

    [Theory]
    [InlineData("--out", "drive.iso")]
    [InlineData("--folder", "drive")]
    public async Task Nothing_is_replaced_without_force(string option, string name)
    {
        await BuildAsync(option, _folder[name]);
        var before = Fingerprint(_folder[name]);

        var (refused, errors) = await RunAsync(option, _folder[name]);

        Assert.Equal(2, refused);
        Assert.Contains("--force", errors, StringComparison.Ordinal);
        Assert.Equal(before, Fingerprint(_folder[name]));
        await BuildAsync(option, _folder[name], "--force");
        Assert.NotEqual(before, Fingerprint(_folder[name]));
    }

    [Fact]
    public async Task Force_replaces_no_folder_that_is_no_drive()
    {
        _folder.Write("precious/letter", "dear");

        var (exitCode, errors) = await RunAsync("--folder", _folder["precious"], "--force");

        Assert.Equal(2, exitCode);
        Assert.Contains("it is no config drive", errors, StringComparison.Ordinal);
        Assert.Equal("dear", File.ReadAllText(_folder["precious/letter"]));
    }

    [Fact]
    public async Task What_Nova_would_not_take_is_refused_and_leaves_nothing()
    {
        var logs = Enumerable.Range(1, 80).SelectMany(number => (string[])["--tenant-log", $"10.0.0.{number}:514"]);

        var (exitCode, errors) = await RunAsync([.. logs, "--out", _folder["drive.iso"]]);

        Assert.Equal(2, exitCode);
        Assert.Contains("/etc/rsyslog.d/10-rsyslog.conf", errors, StringComparison.Ordinal);
        Assert.Contains("10240 bytes", errors, StringComparison.Ordinal);
        Assert.Equal(["ca"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("insecure key")]
    [InlineData("a<b")]
    [InlineData("$a")]
    public async Task A_key_that_would_not_arrive_as_it_is_is_refused(string key)
    {
        var (exitCode, errors) = await RunAsync("--folder", _folder["drive"], "--heartbeat-key-file", _folder.Write("key", key));

        Assert.Equal(2, exitCode);
        Assert.DoesNotContain(key, errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["drive"]));
    }

    public void Dispose() => _folder.Dispose();

    private const string StockTemplate =
        """
        import sys
        from oslo_config import cfg
        from oslo_log import log
        from octavia.common import config
        from octavia.amphorae.backends.agent import agent_jinja_cfg
        log.register_options(cfg.CONF)
        cfg.CONF([], project='octavia', default_config_files=[])
        cfg.CONF.set_override('controller_ip_port_list', ['10.0.0.1:5555', '[fd00::1]:5555'], 'health_manager')
        cfg.CONF.set_override('heartbeat_key', 'insecure', 'health_manager')
        print(agent_jinja_cfg.AgentJinjaTemplater().build_agent_config(sys.argv[1], 'SINGLE'))
        """;

    private string Content(string path)
    {
        var file = Json("meta_data.json")["files"]!.AsArray().Single(file => (string?)file!["path"] == path)!;
        return File.ReadAllText(_folder["drive/openstack" + (string?)file["content_path"]]);
    }

    private JsonNode Json(string name) => JsonNode.Parse(File.ReadAllText(_folder["drive/openstack/latest/" + name]))!;

    private static string Fingerprint(string path) =>
        Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Directory.Exists(path) ? Path.Combine(path, "openstack/content/0002") : path)));

    private async Task BuildAsync(params string[] options)
    {
        var (exitCode, errors) = await RunAsync(options);
        Assert.True(exitCode == 0, errors);
    }

    // As the process runs it; a process for each would take minutes.
    private async Task<(int ExitCode, string Errors)> RunAsync(params string[] options)
    {
        using StringWriter output = new(), errors = new();
        Terminal terminal = new(output, errors, IsLive: false);
        if (!Directory.Exists(_folder["ca"]))
        {
            Assert.Equal(0, await CliSlice.RunAsync(["certs", "init", "--dir", _folder["ca"]], terminal));
        }

        return (await CliSlice.RunAsync(["config-drive", "build", "--dir", _folder["ca"], "--amphora-id", Id, .. options], terminal), errors.ToString());
    }
}
