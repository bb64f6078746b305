// Fields of listeners (load-balancer-api.md §8).
using System.Text.Json.Nodes;
using Amphora.Contract;

namespace Amphora.Controller.LoadBalancers.Fields;

/// <summary>In the order they are shown.</summary>
internal static class ListenerFields
{
    private const long MostConnections = 9007199254740991;
    private const long MostMilliseconds = 2_073_600_000;
    private const int MostCipherCharacters = 2048;

    /// <summary>All of them.</summary>
    public static ValueList<ObjectField> All { get; } =
    [
        HeadFields.Name,
        HeadFields.Description,
        HeadFields.AdminStateUp,
        new("protocol", new WordShape(WireNames.ListenerProtocols.Names), "What clients speak.") { IsRequired = true, IsFixed = true },
        new("protocol_port", new NumberShape(1, ushort.MaxValue), "Where it listens.") { IsRequired = true, IsFixed = true },
        new("default_pool_id", new IdShape(), "Where requests go that no policy sends elsewhere: a pool's name or id.") { Option = "default-pool" },
        new("connection_limit", new NumberShape(-1, MostConnections), "Connections at most; -1: as many as an amphora takes.") { Default = "-1" },
        new("insert_headers", new HeadersShape(WireNames.InsertHeaders.Names), "Headers to add to requests, as X-Forwarded-For=true,X-Forwarded-Port=true.") { Default = "{}" },
        Milliseconds("timeout_client_data", "Silence of a client", 50_000),
        Milliseconds("timeout_member_connect", "Time for a member to accept a connection", 5_000),
        Milliseconds("timeout_member_data", "Silence of a member", 50_000),
        Milliseconds("timeout_tcp_inspect", "Time to wait for more of a TCP connection", 0),
        new("allowed_cidrs", new CidrsShape(), "A network clients may be in (default: any).") { Option = "allowed-cidr" },
        new("default_tls_container_ref", new TextShape(Least: 1), "The certificate."),
        new("sni_container_refs", new TextsShape(), "A further certificate.") { Default = "[]" },
        new("client_authentication", new WordShape(WireNames.ClientAuthentications.Names), "Whether clients show certificates.") { Default = "\"NONE\"" },
        new("client_ca_tls_container_ref", new TextShape(Least: 1), "Who signs certificates of clients."),
        new("client_crl_container_ref", new TextShape(Least: 1), "Which certificates of clients were taken back."),
        new("tls_ciphers", new TextShape(MostCipherCharacters, 1), "Ciphers, as OpenSSL lists them."),
        new("tls_versions", new WordsShape(WireNames.TlsVersions.Names), "A version of TLS.") { Option = "tls-version" },
        new("alpn_protocols", new WordsShape(WireNames.AlpnProtocols.Names), "A protocol to agree on within TLS.") { Option = "alpn-protocol" },
        new("hsts_max_age", new NumberShape(0, int.MaxValue), "Seconds browsers are to use TLS only."),
        new("hsts_include_subdomains", new TruthShape(), "Also for names below."),
        new("hsts_preload", new TruthShape(), "May be built into browsers."),
        HeadFields.Tags,
    ];

    /// <summary>What a new listener or pool with TLS gets when it says nothing: OWASP's suite B (load-balancer-api.md §8).</summary>
    public static JsonObject TlsDefaults => new()
    {
        ["tls_ciphers"] = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:"
            + "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:"
            + "ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-CHACHA20-POLY1305",
        ["tls_versions"] = new JsonArray("TLSv1.2", "TLSv1.3"),
        ["alpn_protocols"] = new JsonArray("h2", "http/1.1", "http/1.0"),
    };

    private static ObjectField Milliseconds(string name, string what, int value) =>
        new(name, new NumberShape(0, MostMilliseconds), $"{what} at most, milliseconds (default: {value}).") { Default = $"{value}" };
}
