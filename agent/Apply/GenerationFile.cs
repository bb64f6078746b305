// generation.json: the document in force and the texts that were made from it.
using System.Buffers;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Keepalived;
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Agent.Apply;

/// <summary>The texts are kept beside the document because rendering also looks at the host, which changes (G8).</summary>
internal static class GenerationFile
{
    /// <summary>The file's content.</summary>
    public static ReadOnlySpan<byte> Write(Wanted wanted)
    {
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteString("haproxy_config"u8, wanted.Haproxy.Config);
        json.WriteString("local_peer"u8, wanted.Haproxy.LocalPeer);
        WriteTexts(json, "crt_lists", wanted.Haproxy.CrtLists.Select(static list => (list.ListenerId, list.Text)));
        json.WriteString("vrrp_config"u8, wanted.Keepalived.VrrpConfig);
        WriteTexts(json, "lvs", wanted.Keepalived.Lvs.Select(static lvs => (lvs.ListenerId, lvs.Text)));
        json.WriteStartArray("announce"u8);
        foreach (var address in wanted.Announce)
        {
            json.WriteStringValue(address.ToString());
        }

        json.WriteEndArray();
        json.WritePropertyName("document"u8);
        json.WriteRawValue(DesiredStateWriter.Write(wanted.Document), skipInputValidation: true);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan;
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="InvalidDataException">It is JSON, but not such a file.</exception>
    public static Wanted Read(ReadOnlyMemory<byte> content)
    {
        using var json = JsonDocument.Parse(content);
        var root = json.RootElement;
        var (document, faults) = DesiredStateReader.Read(JsonMarshal.GetRawUtf8Value(Property(root, "document")));
        if (document is null)
        {
            throw new InvalidDataException($"its document has {faults.Count} faults, the first at {faults[0].Path}: {faults[0].Message}");
        }

        var id = document.LoadBalancer.Id.ToString("D");
        return new Wanted
        {
            LoadBalancerId = id,
            Document = document,
            Haproxy = new HaproxyWanted
            {
                LoadBalancerId = id,
                Config = Property(root, "haproxy_config").GetString(),
                LocalPeer = Property(root, "local_peer").GetString() ?? throw new InvalidDataException("local_peer is null"),
                CrtLists = ReadTexts(root, "crt_lists").Select(static pair => new CrtListFile(pair.ListenerId, pair.Text)).ToValueList(),
            },
            Keepalived = new KeepalivedWanted
            {
                LoadBalancerId = id,
                VrrpConfig = Property(root, "vrrp_config").GetString(),
                Lvs = ReadTexts(root, "lvs").Select(static pair => new LvsConfig(pair.ListenerId, pair.Text)).ToValueList(),
            },
            Announce = Property(root, "announce").EnumerateArray().Select(static address => IPAddress.Parse(address.GetString()!)).ToValueList(),
        };
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<(string ListenerId, string Text)> texts)
    {
        json.WriteStartObject(name);
        foreach (var (listenerId, text) in texts)
        {
            json.WriteString(listenerId, text);
        }

        json.WriteEndObject();
    }

    private static IEnumerable<(string ListenerId, string Text)> ReadTexts(JsonElement root, string name) =>
        Property(root, name).EnumerateObject().Select(static property => (property.Name, property.Value.GetString() ?? ""));

    private static JsonElement Property(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value : throw new InvalidDataException($"it has no {name}");
}
