// The TLS side of a listener: certificates, client authentication, HSTS, and which protocols have them.
using System.Text.Json;
using Amphora.Contract.Json;

namespace Amphora.Contract.DesiredState.Reading;

/// <summary>What a listener says about TLS.</summary>
internal sealed record ListenerTls
{
    private string? Certificate { get; init; }

    private ValueList<string> SniCertificates { get; init; }

    private ClientAuthentication ClientAuthentication { get; init; }

    private string? ClientCa { get; init; }

    private string? ClientCrl { get; init; }

    private TlsFields Fields { get; init; }

    private (int? MaxAge, bool IncludeSubdomains, bool Preload) Hsts { get; init; }

    internal static ListenerTls Read(JsonObject json, ListenerProtocol? protocol, DocumentFacts facts)
    {
        // PROMETHEUS may have certificates, but no HSTS.
        var without = protocol is null or ListenerProtocol.TerminatedHttps or ListenerProtocol.Prometheus
            ? null : $"with protocol {protocol.Value.ToWire()}";
        JsonValue certificate = json.Optional("default_tls_container_ref"), sni = json.Optional("sni_container_refs");
        if (without is not null)
        {
            certificate.MustBeAbsent(without);
        }

        var sniArray = sni.Array();
        if (without is not null && !sniArray.IsEmpty)
        {
            sni.Refuse("maxItems", $"an empty array {without}");
        }

        if (protocol == ListenerProtocol.TerminatedHttps && certificate.Kind != JsonTokenType.String && sniArray.IsEmpty)
        {
            json.Faults.Add(certificate.Place, "anyOf",
                "default_tls_container_ref or sni_container_refs has to be given with protocol TERMINATED_HTTPS");
        }

        var client = ReadClient(json, without, facts);
        return new ListenerTls
        {
            Certificate = TlsFields.Reference(certificate, TlsFileKind.Certificate, facts),
            SniCertificates = ReadSni(sniArray, facts),
            ClientAuthentication = client.Authentication,
            ClientCa = client.Ca,
            ClientCrl = client.Crl,
            Fields = TlsFields.Read(json, without),
            Hsts = ReadHsts(json, protocol),
        };
    }

    internal Listener ApplyTo(Listener listener) => listener with
    {
        DefaultTlsContainerRef = Certificate,
        SniContainerRefs = SniCertificates,
        ClientAuthentication = ClientAuthentication,
        ClientCaTlsContainerRef = ClientCa,
        ClientCrlContainerRef = ClientCrl,
        TlsCiphers = Fields.Ciphers,
        TlsVersions = Fields.Versions,
        AlpnProtocols = Fields.Alpn,
        HstsMaxAge = Hsts.MaxAge,
        HstsIncludeSubdomains = Hsts.IncludeSubdomains,
        HstsPreload = Hsts.Preload,
    };

    private static ValueList<string> ReadSni(JsonArray array, DocumentFacts facts)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var references = new List<string>();
        foreach (var item in array)
        {
            if (TlsFields.Reference(item, TlsFileKind.Certificate, facts) is not { } reference)
            {
                continue;
            }

            if (!seen.Add(reference))
            {
                item.Refuse("uniqueItems", "different from the elements before it");
            }

            references.Add(reference);
        }

        return references.ToValueList();
    }

    private static (ClientAuthentication Authentication, string? Ca, string? Crl) ReadClient(
        JsonObject json, string? without, DocumentFacts facts)
    {
        JsonValue authentication = json.Optional("client_authentication"), ca = json.Optional("client_ca_tls_container_ref"),
            crl = json.Optional("client_crl_container_ref");
        var wanted = authentication.Word(WireNames.ClientAuthentications) ?? ClientAuthentication.None;
        if (without is not null)
        {
            ca.MustBeAbsent(without);
            crl.MustBeAbsent(without);
            if (wanted != ClientAuthentication.None)
            {
                authentication.Refuse("const", $"NONE {without}");
            }
        }

        if (wanted != ClientAuthentication.None)
        {
            ca.MustBePresent($"with client_authentication {wanted.ToWire()}");
        }
        else if (crl.Kind == JsonTokenType.String)
        {
            ca.MustBePresent("with client_crl_container_ref");
        }

        return (wanted, TlsFields.Reference(ca, TlsFileKind.Ca, facts), TlsFields.Reference(crl, TlsFileKind.Crl, facts));
    }

    private static (int? MaxAge, bool IncludeSubdomains, bool Preload) ReadHsts(JsonObject json, ListenerProtocol? protocol)
    {
        JsonValue maxAge = json.Optional("hsts_max_age"), subdomains = json.Optional("hsts_include_subdomains"),
            preload = json.Optional("hsts_preload");
        bool withSubdomains = subdomains.Boolean() ?? false, withPreload = preload.Boolean() ?? false;
        if (protocol is { } known and not ListenerProtocol.TerminatedHttps)
        {
            var because = $"with protocol {known.ToWire()}";
            maxAge.MustBeAbsent(because);
            RefuseWhen(withSubdomains, subdomains, because);
            RefuseWhen(withPreload, preload, because);
        }

        if (withSubdomains || withPreload)
        {
            maxAge.MustBePresent("with hsts_include_subdomains or hsts_preload");
        }

        return (maxAge.Int32(0, int.MaxValue), withSubdomains, withPreload);
    }

    private static void RefuseWhen(bool set, JsonValue flag, string because)
    {
        if (set)
        {
            flag.Refuse("const", $"false {because}");
        }
    }
}
