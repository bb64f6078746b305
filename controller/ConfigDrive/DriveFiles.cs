// Pure: every file of the drive, laid out as Nova does for files given with a server (appliance-layout §11).
using System.Globalization;
using System.Text;
using Amphora.Contract;

namespace Amphora.Controller.ConfigDrive;

/// <summary>The files by their paths on the drive.</summary>
internal static class DriveFiles
{
    /// <summary>Where the agent's certificate and key go.</summary>
    public const string ServerPem = "/etc/octavia/certs/server.pem";

    /// <summary>Where the CA goes that the agent trusts.</summary>
    public const string ClientCa = "/etc/octavia/certs/client_ca.pem";

    private const string AgentConfiguration = "/etc/octavia/amphora-agent.conf";
    private const string Rsyslog = "/etc/rsyslog.d/10-rsyslog.conf";

    // Nova's limits for files that are given with a server; a drive that keeps to them can be asked of Nova as well.
    private const int MostFiles = 5;
    private const int MostBytes = 10 * 1024;

    /// <summary>Path of the content of file <paramref name="number"/>, below <c>openstack</c>.</summary>
    public static string ContentPath(int number) => $"content/{number.ToString("0000", CultureInfo.InvariantCulture)}";

    /// <summary>What the amphora will have, by path.</summary>
    public static Outcome<IReadOnlyList<KeyValuePair<string, string>>> Installed(Guid amphoraId, AgentSettings agent, LogForwarding logs, string serverPem, string authorityPem)
    {
        KeyValuePair<string, string>[] files =
        [
            new(AgentConfiguration, AgentConfigurationRenderer.Render(amphoraId, agent)),
            new(Rsyslog, RsyslogRenderer.Render(logs)),
            new(ServerPem, serverPem),
            new(ClientCa, authorityPem),
        ];
        foreach (var (path, text) in files)
        {
            if (Encoding.UTF8.GetByteCount(text) is > MostBytes and var size)
            {
                return new Failure("make the config drive", $"cannot put {path} on the drive: it has {size} bytes, Nova takes at most {MostFiles} files of {MostBytes} bytes each");
            }
        }

        return files;
    }

    /// <summary>Host name of an amphora's instance.</summary>
    public static string HostName(Guid amphoraId) => "amphora-" + amphoraId.ToString("D", CultureInfo.InvariantCulture);

    /// <summary>The drive, by path below its root.</summary>
    /// <param name="amphoraId">Whose.</param>
    /// <param name="installed">What the amphora will have, by path.</param>
    /// <param name="management">The management port's fixed address; null: network_data.json says nothing.</param>
    /// <param name="timezone">Timezone of the amphora.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Layout(
        Guid amphoraId, IReadOnlyList<KeyValuePair<string, string>> installed, ManagementAddress? management = null, string timezone = "UTC")
    {
        List<KeyValuePair<string, string>> files =
        [
            new("openstack/latest/meta_data.json", MetadataRenderer.Instance(amphoraId, HostName(amphoraId), [.. installed.Select(file => file.Key)])),
            new("openstack/latest/user_data", $"#cloud-config\nruncmd:\n- systemctl restart rsyslog\ntimezone: {timezone}\n"),
            .. installed.Select((file, i) => KeyValuePair.Create($"openstack/{ContentPath(i)}", file.Value)),
        ];
        if (management is not null)
        {
            files.Add(new("openstack/latest/network_data.json", MetadataRenderer.Network(management)));
        }

        return files;
    }
}
