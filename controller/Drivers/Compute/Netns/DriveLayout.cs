// Pure: the config drive of an amphora as a folder, and what its agent is told beside it.
using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Amphora.Controller.Drivers.AmphoraAgent;

namespace Amphora.Controller.Drivers.Compute.Netns;

/// <summary>Lays a drive out as a cloud does (appliance-layout §11).</summary>
internal static class DriveLayout
{
    /// <summary>The files of the drive, by path below its root.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Files(ComputeBuild build) =>
    [
        new("openstack/latest/meta_data.json", Metadata(build)),
        .. build.Files.Select((file, number) => KeyValuePair.Create("openstack/" + ContentPath(number), file.Value)),
    ];

    /// <summary>What is another thing here than in a machine of its own: read behind the drive's files, and never replaced by what a controller sends.</summary>
    /// <param name="root">Where the amphora's paths begin.</param>
    /// <param name="basePath">base_path, short.</param>
    /// <param name="address">The management address.</param>
    /// <param name="haproxyNamespace">The name for the namespace of HAProxy.</param>
    /// <param name="options">How much memory counts.</param>
    public static string Overrides(string root, string basePath, IPAddress address, string haproxyNamespace, NetnsComputeOptions options) => string.Create(CultureInfo.InvariantCulture, $"""
        [DEFAULT]
        use_syslog = False
        [haproxy_amphora]
        base_path = {basePath}
        base_cert_dir = {basePath}/certs
        bind_host = {address}
        bind_port = {AmphoraAddress.DefaultPort}
        memory_limit = {options.MemoryLimit}
        [amphora_agent]
        agent_server_ca = {root}/etc/octavia/certs/client_ca.pem
        agent_server_cert = {root}/etc/octavia/certs/server.pem
        agent_server_network_dir = {root}/etc/octavia/interfaces
        network_namespace = {haproxyNamespace}
        service_manager = child-processes
        unit_directory = {root}/units

        """);

    private static string ContentPath(int number) => $"content/{number.ToString("0000", CultureInfo.InvariantCulture)}";

    private static string Metadata(ComputeBuild build)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("uuid", build.AmphoraId.ToString("D", CultureInfo.InvariantCulture));
            writer.WriteString("name", build.Name);
            writer.WriteString("hostname", build.Name);
            writer.WriteStartArray("files");
            for (var number = 0; number < build.Files.Count; number++)
            {
                writer.WriteStartObject();
                writer.WriteString("path", build.Files[number].Key);
                writer.WriteString("content_path", "/" + ContentPath(number));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }
}
