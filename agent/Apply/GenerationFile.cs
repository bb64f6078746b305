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
    public static byte[] Write(Wanted wanted)
    {
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteString("haproxy_config"u8, wanted.Haproxy.Config);
        json.WriteString("local_peer"u8, wanted.Haproxy.LocalPeer);
        json.WriteStartObject("crt_lists"u8);
        foreach (var list in wanted.Haproxy.CrtLists)
        {
            json.WriteString(list.ListenerId, list.Text);
        }

        json.WriteEndObject();
        json.WriteString("vrrp_config"u8, wanted.Keepalived.VrrpConfig);
        json.WriteStartObject("lvs"u8);
        foreach (var lvs in wanted.Keepalived.Lvs)
        {
            json.WriteString(lvs.ListenerId, lvs.Text);
        }

        json.WriteEndObject();
        json.WriteString("firewall_rules"u8, wanted.FirewallRules);
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
        return buffer.WrittenSpan.ToArray();
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
                CrtLists = ReadTexts(root, "crt_lists", static (listener, text) => new CrtListFile(listener, text)),
            },
            Keepalived = new KeepalivedWanted
            {
                LoadBalancerId = id,
                VrrpConfig = Property(root, "vrrp_config").GetString(),
                Lvs = ReadTexts(root, "lvs", static (listener, text) => new LvsConfig(listener, text)),
            },
            // Absent in files of agents that did not load it.
            FirewallRules = root.TryGetProperty("firewall_rules", out var rules) ? rules.GetString() : null,
            Announce = ReadAddresses(root, "announce"),
        };
    }

    private static ValueList<T> ReadTexts<T>(JsonElement root, string name, Func<string, string, T> make)
    {
        var texts = new List<T>();
        foreach (var property in Property(root, name).EnumerateObject())
        {
            texts.Add(make(property.Name, property.Value.GetString() ?? ""));
        }

        return texts.ToValueList();
    }

    private static ValueList<IPAddress> ReadAddresses(JsonElement root, string name)
    {
        var addresses = new List<IPAddress>();
        foreach (var address in Property(root, name).EnumerateArray())
        {
            addresses.Add(IPAddress.Parse(address.GetString()!));
        }

        return addresses.ToValueList();
    }

    private static JsonElement Property(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value : throw new InvalidDataException($"it has no {name}");
}
