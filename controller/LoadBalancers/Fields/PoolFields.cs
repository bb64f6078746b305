// Fields of pools and their members (load-balancer-api.md §§9, 10).
using Amphora.Contract;

namespace Amphora.Controller.LoadBalancers.Fields;

/// <summary>In the order they are shown.</summary>
internal static class PoolFields
{
    private const int MostSeconds = 2_678_400;
    private const int MostCipherCharacters = 2048;
    private const int MostWeight = 256;

    /// <summary>Of a pool.</summary>
    public static ValueList<ObjectField> Pool { get; } =
    [
        HeadFields.Name,
        HeadFields.Description,
        HeadFields.AdminStateUp,
        new("protocol", new WordShape(WireNames.PoolProtocols.Names), "What members speak.") { IsRequired = true, IsFixed = true },
        new("lb_algorithm", new WordShape(WireNames.LbAlgorithms.Names), "Who gets the next request.") { IsRequired = true, Unsupported = ["SOURCE_IP_PORT"] },
        new("session_persistence", new ObjectShape(
        [
            new("type", new WordShape(WireNames.SessionPersistenceTypes.Names), "What a client is known by."),
            new("cookie_name", new TextShape(Least: 1), "The application's cookie."),
            new("persistence_timeout", new NumberShape(1, MostSeconds), "Seconds."),
            new("persistence_granularity", new AddressShape(), "Mask of the clients' addresses."),
        ]), "Who comes again gets the same member: type=TYPE, cookie_name=NAME, persistence_timeout=SECONDS, persistence_granularity=MASK, with commas between."),
        new("tls_enabled", new TruthShape(), "TLS to members.") { Default = "false", Option = "enable-tls", Negation = "disable-tls" },
        new("tls_container_ref", new TextShape(Least: 1), "The certificate that is shown to members."),
        new("ca_tls_container_ref", new TextShape(Least: 1), "Who signs certificates of members."),
        new("crl_container_ref", new TextShape(Least: 1), "Which certificates of members were taken back."),
        new("tls_ciphers", new TextShape(MostCipherCharacters, 1), "Ciphers, as OpenSSL lists them."),
        new("tls_versions", new WordsShape(WireNames.TlsVersions.Names), "A version of TLS.") { Option = "tls-version" },
        new("alpn_protocols", new WordsShape(WireNames.AlpnProtocols.Names), "A protocol to agree on within TLS.") { Option = "alpn-protocol" },
        HeadFields.Tags,
    ];

    /// <summary>Of a member.</summary>
    public static ValueList<ObjectField> Member { get; } =
    [
        HeadFields.Name,
        HeadFields.AdminStateUp,
        new("address", new AddressShape(), "Where it is.") { IsRequired = true, IsFixed = true },
        new("protocol_port", new NumberShape(1, ushort.MaxValue), "Where it listens.") { IsRequired = true, IsFixed = true },
        new("weight", new NumberShape(0, MostWeight), "Its part of the requests; 0: no new ones (default: 1).") { Default = "1" },
        new("backup", new TruthShape(), "Gets requests when all others are down.") { Default = "false", Option = "enable-backup", Negation = "disable-backup" },
        new("subnet_id", new IdShape(), "The subnet it is reached in: a name or id.") { IsFixed = true, IsKept = true },
        new("monitor_address", new AddressShape(), "Where its health is asked for (default: its address)."),
        new("monitor_port", new NumberShape(1, ushort.MaxValue), "Where its health is asked for (default: its port)."),
        HeadFields.Tags,
    ];
}
