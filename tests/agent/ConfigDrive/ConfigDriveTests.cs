// amphora-agent config-drive: what lies on the drive lies in the guest, whole and with the right owner, or nothing does.
using Amphora.Agent.ConfigDrive;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Amphora.Linux.Files;
using Xunit;

namespace Amphora.Agent.Tests.ConfigDrive;

public sealed class ConfigDriveTests : IDisposable
{
    private const string Key = "-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n-----BEGIN RSA PRIVATE KEY-----\nB\n-----END RSA PRIVATE KEY-----\n";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly DriveImage _drive = new();

    public void Dispose() => _drive.Dispose();

    [Fact]
    public async Task Octavia_s_four_files_are_installed_and_the_second_time_nothing_is_touched()
    {
        _drive.With("/etc/octavia/certs/server.pem", Key).With("/etc/octavia/certs/client_ca.pem", "CA\n")
            .With("/etc/octavia/amphora-agent.conf", "[health_manager]\nheartbeat_key = secret\n").With("/etc/rsyslog.d/10-rsyslog.conf", "");

        var first = await _drive.InstallAsync(Cancellation);
        var written = File.GetLastWriteTimeUtc(_drive.InRoot("/etc/octavia/certs/server.pem"));
        var second = await _drive.InstallAsync(Cancellation);

        Assert.Equal((0, ""), (first.ExitCode, first.Errors));
        Assert.Equal(4, first.Output.Split(" installed").Length - 1);
        Assert.Contains("instance 00000000-0000-4000-8000-000000000001, host name amphora-1", first.Output, StringComparison.Ordinal);
        Assert.Equal(4, second.Output.Split(" unchanged").Length - 1);
        Assert.Equal(Key, _drive.Installed("/etc/octavia/certs/server.pem"));
        Assert.Equal("", _drive.Installed("/etc/rsyslog.d/10-rsyslog.conf"));
        Assert.Equal(written, File.GetLastWriteTimeUtc(_drive.InRoot("/etc/octavia/certs/server.pem")));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_drive.InRoot("/etc/octavia/certs/server.pem")));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_drive.InRoot("/etc/octavia/amphora-agent.conf")));
        Assert.Equal(OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(_drive.InRoot("/etc/rsyslog.d/10-rsyslog.conf")));
        Assert.Equal(FileOwner.Root, FileOwner.Of(_drive.InRoot("/etc/octavia/certs/server.pem")));
    }

    [Fact]
    public async Task Files_of_the_user_data_are_installed_with_owner_and_permissions()
    {
        _drive.With("/etc/octavia/a", "personality").WithFile("openstack/latest/user_data", """
            #cloud-config
            write_files:
            - path: /etc/octavia/a
              content: user data
            - path: /var/lib/octavia/b
              owner: octavia:adm
              permissions: '0640'
              content: b
            - path: /var/lib/octavia/key
              permissions: '0644'
              content: |
                -----BEGIN EC PRIVATE KEY-----
            runcmd:
            - echo
            """);
        Directory.CreateDirectory(_drive.InRoot("/etc"));
        await File.WriteAllTextAsync(_drive.InRoot("/etc/passwd"), "octavia:x:4001:4002::/:/bin/false\n", Cancellation);
        await File.WriteAllTextAsync(_drive.InRoot("/etc/group"), "adm:x:4003:\n", Cancellation);

        var result = await _drive.InstallAsync(Cancellation);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Contains("runcmd of user_data: passed over", result.Output, StringComparison.Ordinal);
        Assert.Equal("user data", _drive.Installed("/etc/octavia/a"));
        Assert.Equal(new FileOwner(4001, 4003), FileOwner.Of(_drive.InRoot("/var/lib/octavia/b")));
        Assert.Equal(OwnerOnly | UnixFileMode.GroupRead, File.GetUnixFileMode(_drive.InRoot("/var/lib/octavia/b")));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_drive.InRoot("/var/lib/octavia/key")));
        // Somebody else's file of this content is taken back.
        await Command.OutputAsync(["chown", "1:1", _drive.InRoot("/var/lib/octavia/b")], Cancellation);
        Assert.Contains("/var/lib/octavia/b installed", (await _drive.InstallAsync(Cancellation)).Output, StringComparison.Ordinal);
        Assert.Equal(new FileOwner(4001, 4003), FileOwner.Of(_drive.InRoot("/var/lib/octavia/b")));
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("/etc/octavia")]
    [InlineData("/etc/octavia/../passwd")]
    [InlineData("/etc/octavia/./a")]
    [InlineData("/etc/octavia//a")]
    [InlineData("/etc/octavia/a/")]
    [InlineData("/etc/octaviaX/a")]
    [InlineData("etc/octavia/a")]
    [InlineData("/etc/octavia/a\nb")]
    [InlineData("")]
    public async Task A_path_elsewhere_is_refused_and_nothing_is_installed(string path)
    {
        _drive.With("/etc/octavia/first", "1").With(path, "2");

        var result = await _drive.InstallAsync(Cancellation);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("meta_data.json: cannot install ", result.Errors, StringComparison.Ordinal);
        Assert.False(_drive.IsInstalled("/etc/octavia/first"));
    }

    [Fact]
    public async Task The_machine_gets_the_drives_name_when_it_is_wanted()
    {
        _drive.With("/etc/octavia/a", "1");

        await _drive.InstallAsync(Cancellation);
        Assert.False(_drive.IsInstalled("/etc/hostname"));
        // A UTS namespace of its own: this machine keeps its name.
        var named = await Command.OutputAsync(
            ["unshare", "--uts", "sh", "-c", "\"$@\" >&2 && hostname", "sh", .. Checkout.AgentCommand, "config-drive", "--directory", _drive.Tree, "--root", _drive.Root, "--set-hostname"],
            Cancellation);

        Assert.Equal("amphora-1\n", named);
        Assert.Equal("amphora-1\n", _drive.Installed("/etc/hostname"));
    }

    [Fact]
    public async Task A_name_that_is_none_installs_nothing()
    {
        _drive.With("/etc/octavia/a", "1").WithFile("openstack/latest/meta_data.json", """{"hostname": "a b", "files": [{"path": "/etc/octavia/a", "content_path": "/content/0000"}]}""");

        var result = await _drive.InstallAsync(Cancellation, "--set-hostname");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("hostname is \"a b\"", result.Errors, StringComparison.Ordinal);
        Assert.False(_drive.IsInstalled("/etc/octavia/a"));
    }

    [Fact]
    public async Task A_further_directory_may_be_allowed()
    {
        _drive.With("/etc/motd.d/a", "1");

        Assert.Equal(0, (await _drive.InstallAsync(Cancellation, "--allow", "/etc/motd.d")).ExitCode);
        Assert.Equal("1", _drive.Installed("/etc/motd.d/a"));
    }

    [Theory]
    [InlineData("""{"files": [{"path": "/etc/octavia/a", "content_path": "/../../../etc/passwd"}]}""", "has to be a path without")]
    [InlineData("""{"files": [{"path": "/etc/octavia/a", "content_path": "/content/9999"}]}""", "not on the drive")]
    [InlineData("""{"files": [{"path": "/etc/octavia/a", "content_path": "/content/link"}]}""", "symbolic link")]
    [InlineData("""{"files": [{"path": "/etc/octavia/a", "content_path": "/content/large"}]}""", "larger than")]
    [InlineData("""{"files": [{"content_path": "/content/0000"}]}""", "files[0] has no path")]
    [InlineData("""{"files": {}}""", "files is not a list")]
    [InlineData("[]", "not an object")]
    [InlineData("{", "not JSON")]
    public async Task A_drive_that_is_wrong_is_refused_with_the_reason(string metaData, string words)
    {
        _drive.With("/etc/octavia/a", "1").WithFile("openstack/latest/meta_data.json", metaData)
            .WithFile("openstack/content/large", new string('x', DriveTree.MaxFile + 1));
        File.CreateSymbolicLink(Path.Combine(_drive.Tree, "openstack/content/link"), "/etc/passwd");

        var result = await _drive.InstallAsync(Cancellation);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(words, result.Errors, StringComparison.Ordinal);
        Assert.False(_drive.IsInstalled("/etc/octavia/a"));
    }

    [Theory]
    [InlineData("owner: nobody-here", "owner is \"nobody-here\"")]
    [InlineData("owner: a:b:c", "owner is \"a:b:c\"")]
    [InlineData("permissions: rw", "permissions is \"rw\"")]
    public async Task User_data_that_is_wrong_installs_nothing(string field, string words)
    {
        _drive.With("/etc/octavia/a", "1").WithFile("openstack/latest/user_data", $"#cloud-config\nwrite_files:\n- path: /etc/octavia/b\n  {field}\n");

        var result = await _drive.InstallAsync(Cancellation);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("user_data line 3: ", result.Errors, StringComparison.Ordinal);
        Assert.Contains(words, result.Errors, StringComparison.Ordinal);
        Assert.False(_drive.IsInstalled("/etc/octavia/a"));
    }

    [Fact]
    public async Task User_data_that_is_no_cloud_config_is_passed_over()
    {
        _drive.With("/etc/octavia/a", "1").WithFile("openstack/latest/user_data", "#!/bin/sh\nrm -rf /\n");

        var result = await _drive.InstallAsync(Cancellation);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("user_data is not a #cloud-config: passed over", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_interfaces_of_boot_become_files_of_networkd()
    {
        _drive.With("/etc/octavia/a", "1").WithFile("openstack/latest/network_data.json", """
            {"links": [{"id": "tap1", "type": "ovs", "ethernet_mac_address": "FA:16:3E:00:00:0A", "mtu": 1450, "vif_id": "v"},
                       {"id": "tap2", "type": "bridge", "ethernet_mac_address": "fa:16:3e:00:00:0b"}],
             "networks": [
               {"id": "network0", "type": "ipv4", "link": "tap1", "ip_address": "172.31.0.10", "netmask": "255.255.255.0", "network_id": "n",
                "routes": [{"network": "0.0.0.0", "netmask": "0.0.0.0", "gateway": "172.31.0.1"}]},
               {"id": "network1", "type": "ipv6", "link": "tap1", "ip_address": "fd00::10", "netmask": "ffff:ffff:ffff:ffff::", "routes": []},
               {"id": "network2", "type": "ipv4_dhcp", "link": "tap2"}, {"id": "network3", "type": "ipv6_slaac", "link": "tap2"}],
             "services": []}
            """);

        var result = await _drive.InstallAsync(Cancellation, "--networkd", "/run/systemd/network");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal(
            """
            # From the config drive.
            [Match]
            MACAddress=fa:16:3e:00:00:0a

            [Link]
            MTUBytes=1450

            [Network]
            DHCP=no
            IPv6AcceptRA=no
            Address=172.31.0.10/24
            Address=fd00::10/64

            [Route]
            Destination=0.0.0.0/0
            Gateway=172.31.0.1

            """,
            _drive.Installed("/run/systemd/network/05-config-drive-fa163e00000a.network"));
        Assert.Contains("DHCP=ipv4\nIPv6AcceptRA=yes\n", _drive.Installed("/run/systemd/network/05-config-drive-fa163e00000b.network"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tree_that_is_no_config_drive_is_refused()
    {
        var result = await _drive.InstallAsync(Cancellation);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("this is not a config drive", result.Errors, StringComparison.Ordinal);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
