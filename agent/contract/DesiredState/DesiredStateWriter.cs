// From a document to bytes that DesiredStateReader reads back as the same document.
using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Amphora.Contract.DesiredState.Writing;

namespace Amphora.Contract.DesiredState;

/// <summary>Writes desired state documents; fields that have their default are left out.</summary>
public static class DesiredStateWriter
{
    /// <summary>Writes one document as UTF-8 JSON without blanks; the same document always gives the same bytes.</summary>
    public static byte[] Write(DesiredStateDocument document)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        // Relaxed: the text is JSON for programs, never part of an HTML page.
        var options = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            WriteDocument(json, document);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteDocument(Utf8JsonWriter json, DesiredStateDocument document)
    {
        json.WriteStartObject();
        json.WriteNumber("schema_version", document.SchemaVersion);
        json.WriteNumber("generation", document.Generation);
        json.WriteString("amphora_id", document.AmphoraId);
        json.WriteString("topology", document.Topology.ToWire());
        json.WritePropertyName("loadbalancer");
        LoadBalancerWriter.Write(json, document.LoadBalancer);
        json.Array("amphorae", document.Amphorae, AmphoraWriter.WriteAmphora);
        if (document.VrrpGroup is { } group)
        {
            json.WritePropertyName("vrrp_group");
            AmphoraWriter.WriteGroup(json, group);
        }

        json.Array("subnets", document.Subnets, AmphoraWriter.WriteSubnet);
        json.Array("tls_files", document.TlsFiles, AmphoraWriter.WriteTlsFile);
        SettingsWriter.Write(json, document.Settings);
        SettingsWriter.Write(json, document.HostFacts);
        json.WriteEndObject();
    }
}
