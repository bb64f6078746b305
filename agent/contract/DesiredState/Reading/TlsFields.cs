// Ciphers, versions, ALPN and references to uploaded files: the same for listeners and pools.
using Amphora.Contract.Json;

namespace Amphora.Contract.DesiredState.Reading;

/// <summary>The TLS parameters of a listener or a pool, with the rules V14 and V15.</summary>
internal readonly record struct TlsFields(
    string? Ciphers, ValueList<TlsVersion>? Versions, ValueList<AlpnProtocol>? Alpn)
{
    /// <summary>Reads the three fields.</summary>
    /// <param name="json">The listener or pool.</param>
    /// <param name="without">Set when the protocol has no TLS: completes "it has to be absent …".</param>
    internal static TlsFields Read(JsonObject json, string? without)
    {
        JsonValue ciphers = json.Optional("tls_ciphers"), versions = json.Optional("tls_versions"), alpn = json.Optional("alpn_protocols");
        if (without is not null)
        {
            ciphers.MustBeAbsent(without);
            versions.MustBeAbsent(without);
            alpn.MustBeAbsent(without);
        }

        var fields = new TlsFields(
            ciphers.Text(DocumentText.TlsCiphers), Words(versions, WireNames.TlsVersions), Words(alpn, WireNames.AlpnProtocols));
        fields.CheckVersions(versions);
        fields.CheckCiphers(ciphers, versions);
        return fields;
    }

    /// <summary>Reads a reference and notes which kind of file it needs.</summary>
    internal static string? Reference(JsonValue value, TlsFileKind kind, DocumentFacts facts)
    {
        var reference = value.Text(DocumentText.ContainerRef);
        if (reference is not null)
        {
            facts.TlsReferences.Add(new TlsReference(reference, kind, value.Place));
        }

        return reference;
    }

    private static ValueList<T>? Words<T>(JsonValue value, WireTable<T> words)
        where T : struct, Enum
    {
        if (!value.IsPresent)
        {
            return null;
        }

        var found = new List<T>(words.Entries.Length);
        foreach (var item in value.Array(minItems: 1))
        {
            if (item.Word(words) is not { } word)
            {
                continue;
            }

            if (found.Contains(word))
            {
                item.Refuse("uniqueItems", "different from the elements before it");
            }
            else
            {
                found.Add(word);
            }
        }

        return found.ToValueList();
    }

    private void CheckVersions(JsonValue field)
    {
        if (Versions is { Count: > 1 } versions)
        {
            var (lowest, highest) = versions.Range();
            if (highest - lowest != versions.Count - 1)
            {
                field.Refuse("V14", $"without a gap between {lowest.ToWire()} and {highest.ToWire()}");
            }
        }
    }

    private void CheckCiphers(JsonValue field, JsonValue versions)
    {
        if (Ciphers is null || (versions.IsPresent && Versions is not { Count: > 0 }))
        {
            return;
        }

        var names = Ciphers.Split(':', StringSplitOptions.RemoveEmptyEntries);
        var onlyTls13 = names.Length > 0 && Array.TrueForAll(names, name => name.StartsWith("TLS_", StringComparison.Ordinal));
        if (onlyTls13 && Versions is not [TlsVersion.Tlsv1_3])
        {
            field.Refuse("V15", "a list with ciphers below TLS 1.3, unless tls_versions is [\"TLSv1.3\"]");
        }
    }
}
