// A listener: what clients connect to.
using System.Diagnostics.CodeAnalysis;

namespace Amphora.Contract.DesiredState;

/// <summary>One listening port of the load balancer.</summary>
public sealed record Listener
{
    /// <summary>Octavia's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>For people only.</summary>
    public string? Name { get; init; }

    /// <summary>False: neither frontend nor backends are written.</summary>
    public bool AdminStateUp { get; init; } = true;

    /// <summary>Provisioning status.</summary>
    public ProvisioningStatus ProvisioningStatus { get; init; } = ProvisioningStatus.Active;

    /// <summary>What is spoken.</summary>
    public required ListenerProtocol Protocol { get; init; }

    /// <summary>1–65535.</summary>
    public required int ProtocolPort { get; init; }

    /// <summary>Concurrent connections; absent, −1 and 0 mean <see cref="Settings.DefaultConnectionLimit"/>.</summary>
    public long? ConnectionLimit { get; init; }

    /// <summary>Where requests go that no policy takes.</summary>
    public Guid? DefaultPoolId { get; init; }

    /// <summary>The certificate for clients whose SNI matches nothing.</summary>
    public string? DefaultTlsContainerRef { get; init; }

    /// <summary>Further certificates, chosen by SNI.</summary>
    public ValueList<string> SniContainerRefs { get; init; }

    /// <summary>Whether clients show a certificate.</summary>
    public ClientAuthentication ClientAuthentication { get; init; } = ClientAuthentication.None;

    /// <summary>CA of the clients' certificates.</summary>
    public string? ClientCaTlsContainerRef { get; init; }

    /// <summary>Revocation list of that CA.</summary>
    public string? ClientCrlContainerRef { get; init; }

    /// <summary>OpenSSL cipher names, separated by colons.</summary>
    public string? TlsCiphers { get; init; }

    /// <summary>Protocol versions; null means HAProxy's defaults.</summary>
    public ValueList<TlsVersion>? TlsVersions { get; init; }

    /// <summary>ALPN names in order of preference; null means HAProxy's default.</summary>
    public ValueList<AlpnProtocol>? AlpnProtocols { get; init; }

    /// <summary>Seconds of Strict-Transport-Security (RFC 6797); 0 counts as set.</summary>
    public int? HstsMaxAge { get; init; }

    /// <summary>includeSubDomains.</summary>
    public bool HstsIncludeSubdomains { get; init; }

    /// <summary>preload.</summary>
    public bool HstsPreload { get; init; }

    /// <summary>Headers added to requests for members.</summary>
    public InsertHeaders InsertHeaders { get; init; } = InsertHeaders.Nothing;

    /// <summary>Milliseconds; absent or 0 means the setting.</summary>
    public long? TimeoutClientData { get; init; }

    /// <summary>Milliseconds; absent or 0 means the setting.</summary>
    public long? TimeoutMemberConnect { get; init; }

    /// <summary>Milliseconds; absent or 0 means the setting.</summary>
    public long? TimeoutMemberData { get; init; }

    /// <summary>Milliseconds; absent or 0 means the setting.</summary>
    public long? TimeoutTcpInspect { get; init; }

    /// <summary>Who may connect; null or empty means everybody.</summary>
    public ValueList<Cidr> AllowedCidrs { get; init; }

    /// <summary>L7 policies, in document order; <see cref="L7Policy.Position"/> orders them.</summary>
    public ValueList<L7Policy> L7Policies { get; init; }
}

/// <summary>Protocol of a listener.</summary>
public enum ListenerProtocol
{
    /// <summary>TCP.</summary>
    Tcp,

    /// <summary>HTTP.</summary>
    Http,

    /// <summary>HTTPS passed through unread.</summary>
    Https,

    /// <summary>TERMINATED_HTTPS.</summary>
    TerminatedHttps,

    /// <summary>UDP, served by LVS.</summary>
    Udp,

    /// <summary>SCTP, served by LVS.</summary>
    Sctp,

    /// <summary>PROMETHEUS: metrics of this load balancer.</summary>
    Prometheus,
}

/// <summary>Whether a client has to show a certificate.</summary>
public enum ClientAuthentication
{
    /// <summary>NONE.</summary>
    None,

    /// <summary>OPTIONAL.</summary>
    Optional,

    /// <summary>MANDATORY.</summary>
    Mandatory,
}

/// <summary>TLS protocol versions, oldest first, so that neighbours differ by one.</summary>
[SuppressMessage("Naming", "CA1707", Justification = "the versions' own names")]
public enum TlsVersion
{
    /// <summary>SSLv3.</summary>
    Sslv3,

    /// <summary>TLSv1.</summary>
    Tlsv1,

    /// <summary>TLSv1.1.</summary>
    Tlsv1_1,

    /// <summary>TLSv1.2.</summary>
    Tlsv1_2,

    /// <summary>TLSv1.3.</summary>
    Tlsv1_3,
}

/// <summary>Protocols offered by ALPN (RFC 7301).</summary>
[SuppressMessage("Naming", "CA1707", Justification = "the protocols' own names")]
public enum AlpnProtocol
{
    /// <summary>h2.</summary>
    H2,

    /// <summary>http/1.1.</summary>
    Http1_1,

    /// <summary>http/1.0.</summary>
    Http1_0,
}

/// <summary>The closed list of headers a listener can insert (config-rendering I14).</summary>
[Flags]
public enum InsertHeaders
{
    /// <summary>No header.</summary>
    Nothing = 0,

    /// <summary>X-Forwarded-For.</summary>
    XForwardedFor = 1 << 0,

    /// <summary>X-Forwarded-Port.</summary>
    XForwardedPort = 1 << 1,

    /// <summary>X-Forwarded-Proto.</summary>
    XForwardedProto = 1 << 2,

    /// <summary>X-SSL-Client-Verify.</summary>
    XSslClientVerify = 1 << 3,

    /// <summary>X-SSL-Client-Has-Cert.</summary>
    XSslClientHasCert = 1 << 4,

    /// <summary>X-SSL-Client-DN.</summary>
    XSslClientDn = 1 << 5,

    /// <summary>X-SSL-Client-CN.</summary>
    XSslClientCn = 1 << 6,

    /// <summary>X-SSL-Issuer.</summary>
    XSslIssuer = 1 << 7,

    /// <summary>X-SSL-Client-SHA1.</summary>
    XSslClientSha1 = 1 << 8,

    /// <summary>X-SSL-Client-Not-Before.</summary>
    XSslClientNotBefore = 1 << 9,

    /// <summary>X-SSL-Client-Not-After.</summary>
    XSslClientNotAfter = 1 << 10,
}
