// Pure: meta_data.json and network_data.json in the format of OpenStack's metadata.
using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Amphora.Controller.ConfigDrive;

/// <summary>Renders both.</summary>
internal static class MetadataRenderer
{
    private const string Link = "management";

    /// <summary>meta_data.json: who the instance is, and which content goes where.</summary>
    public static string Instance(Guid amphoraId, string hostName, IReadOnlyList<string> paths) => Write(writer =>
    {
        writer.WriteString("uuid", amphoraId.ToString("D", CultureInfo.InvariantCulture));
        writer.WriteString("name", hostName);
        writer.WriteString("hostname", hostName);
        writer.WriteNumber("launch_index", 0);
        writer.WriteStartArray("files");
        for (var i = 0; i < paths.Count; i++)
        {
            writer.WriteStartObject();
            writer.WriteString("path", paths[i]);
            writer.WriteString("content_path", "/" + DriveFiles.ContentPath(i));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    /// <summary>network_data.json: one port with one fixed address.</summary>
    public static string Network(ManagementAddress management) => Write(writer =>
    {
        writer.WriteStartArray("links");
        writer.WriteStartObject();
        writer.WriteString("id", Link);
        writer.WriteString("type", "phy");
        writer.WriteString("ethernet_mac_address", management.Mac);
        if (management.Mtu is { } mtu)
        {
            writer.WriteNumber("mtu", mtu);
        }

        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteStartArray("networks");
        Address(writer, management);
        writer.WriteEndArray();
        writer.WriteStartArray("services");
        writer.WriteEndArray();
    });

    private static void Address(Utf8JsonWriter writer, ManagementAddress management)
    {
        var (address, length) = (management.Address.Address, management.Address.PrefixLength);
        var any = address.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
        writer.WriteStartObject();
        writer.WriteString("id", "network0");
        writer.WriteString("type", address.AddressFamily == AddressFamily.InterNetwork ? "ipv4" : "ipv6");
        writer.WriteString("link", Link);
        writer.WriteString("ip_address", address.ToString());
        writer.WriteString("netmask", Mask(any, length).ToString());
        writer.WriteStartArray("routes");
        if (management.Gateway is { } gateway)
        {
            writer.WriteStartObject();
            writer.WriteString("network", any.ToString());
            writer.WriteString("netmask", any.ToString());
            writer.WriteString("gateway", gateway.ToString());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static IPAddress Mask(IPAddress any, int length)
    {
        var mask = any.GetAddressBytes();
        for (var bit = 0; bit < length; bit++)
        {
            mask[bit / 8] |= (byte)(0x80 >> (bit % 8));
        }

        return new IPAddress(mask);
    }

    private static string Write(Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            fields(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }
}
