// Pools, members and health monitors.
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Amphora.Contract.DesiredState;

/// <summary>A group of members that share the work.</summary>
public sealed record Pool
{
    /// <summary>Octavia's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>For people only.</summary>
    public string? Name { get; init; }

    /// <summary>False: not written.</summary>
    public bool AdminStateUp { get; init; } = true;

    /// <summary>Provisioning status.</summary>
    public ProvisioningStatus ProvisioningStatus { get; init; } = ProvisioningStatus.Active;

    /// <summary>What is spoken with the members.</summary>
    public required PoolProtocol Protocol { get; init; }

    /// <summary>How a member is chosen.</summary>
    public required LbAlgorithm LbAlgorithm { get; init; }

    /// <summary>How a client stays with a member.</summary>
    public SessionPersistence? SessionPersistence { get; init; }

    /// <summary>TLS towards the members.</summary>
    public bool TlsEnabled { get; init; }

    /// <summary>Our certificate towards the members.</summary>
    public string? TlsContainerRef { get; init; }

    /// <summary>CA of the members' certificates.</summary>
    public string? CaTlsContainerRef { get; init; }

    /// <summary>Revocation list of that CA.</summary>
    public string? CrlContainerRef { get; init; }

    /// <summary>OpenSSL cipher names, separated by colons.</summary>
    public string? TlsCiphers { get; init; }

    /// <summary>Protocol versions; null means HAProxy's defaults.</summary>
    public ValueList<TlsVersion>? TlsVersions { get; init; }

    /// <summary>ALPN names in order of preference; null means none.</summary>
    public ValueList<AlpnProtocol>? AlpnProtocols { get; init; }

    /// <summary>Members, in document order.</summary>
    public ValueList<Member> Members { get; init; }

    /// <summary>How members are checked.</summary>
    [SuppressMessage("Naming", "CA1702", Justification = "Octavia's spelling is healthmonitor")]
    public HealthMonitor? HealthMonitor { get; init; }
}

/// <summary>Protocol of a pool.</summary>
public enum PoolProtocol
{
    /// <summary>TCP.</summary>
    Tcp,

    /// <summary>HTTP.</summary>
    Http,

    /// <summary>HTTPS.</summary>
    Https,

    /// <summary>PROXY: PROXY protocol version 1.</summary>
    Proxy,

    /// <summary>PROXYV2: PROXY protocol version 2.</summary>
    ProxyV2,

    /// <summary>UDP.</summary>
    Udp,

    /// <summary>SCTP.</summary>
    Sctp,
}

/// <summary>How a member is chosen.</summary>
public enum LbAlgorithm
{
    /// <summary>ROUND_ROBIN.</summary>
    RoundRobin,

    /// <summary>LEAST_CONNECTIONS.</summary>
    LeastConnections,

    /// <summary>SOURCE_IP.</summary>
    SourceIp,
}

/// <summary>How a client stays with a member.</summary>
public sealed record SessionPersistence
{
    /// <summary>By what the client is recognised.</summary>
    public required SessionPersistenceType Type { get; init; }

    /// <summary>Name of the application's cookie; APP_COOKIE only.</summary>
    public string? CookieName { get; init; }

    /// <summary>Seconds, 1–2678400; UDP and SCTP only.</summary>
    public int? PersistenceTimeout { get; init; }

    /// <summary>Mask (IPv4) or an IPv6 mask; UDP and SCTP only.</summary>
    public IPAddress? PersistenceGranularity { get; init; }
}

/// <summary>By what a client is recognised.</summary>
public enum SessionPersistenceType
{
    /// <summary>SOURCE_IP.</summary>
    SourceIp,

    /// <summary>HTTP_COOKIE: a cookie the load balancer sets.</summary>
    HttpCookie,

    /// <summary>APP_COOKIE: a cookie the application sets.</summary>
    AppCookie,
}

/// <summary>One server of a pool.</summary>
public sealed record Member
{
    /// <summary>Octavia's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>For people only.</summary>
    public string? Name { get; init; }

    /// <summary>False: kept in the configuration, gets no traffic.</summary>
    public bool AdminStateUp { get; init; } = true;

    /// <summary>Provisioning status.</summary>
    public ProvisioningStatus ProvisioningStatus { get; init; } = ProvisioningStatus.Active;

    /// <summary>Where it listens.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>1–65535.</summary>
    public required int ProtocolPort { get; init; }

    /// <summary>0–256; 0 drains.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Used only when all others are down.</summary>
    public bool Backup { get; init; }

    /// <summary>Where it is checked; null means <see cref="Address"/>.</summary>
    public IPAddress? MonitorAddress { get; init; }

    /// <summary>1–65535; null means <see cref="ProtocolPort"/>.</summary>
    public int? MonitorPort { get; init; }
}

/// <summary>How members are checked.</summary>
public sealed record HealthMonitor
{
    /// <summary>Octavia's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>For people only.</summary>
    public string? Name { get; init; }

    /// <summary>False: members are not checked.</summary>
    public bool AdminStateUp { get; init; } = true;

    /// <summary>Provisioning status.</summary>
    public ProvisioningStatus ProvisioningStatus { get; init; } = ProvisioningStatus.Active;

    /// <summary>What a check does.</summary>
    public required HealthMonitorType Type { get; init; }

    /// <summary>Seconds between checks, 1–2073600.</summary>
    public required int Delay { get; init; }

    /// <summary>Seconds a check may take, 1–2073600.</summary>
    public required int Timeout { get; init; }

    /// <summary>Successes to become ONLINE, 1–10.</summary>
    public required int MaxRetries { get; init; }

    /// <summary>Failures to become ERROR, 1–10.</summary>
    public int MaxRetriesDown { get; init; } = 3;

    /// <summary>Method of HTTP checks; null means GET.</summary>
    public HttpMethodName? HttpMethod { get; init; }

    /// <summary>Path of HTTP checks; null means <c>/</c>.</summary>
    public string? UrlPath { get; init; }

    /// <summary>Status codes that mean healthy; null means 200.</summary>
    public ExpectedCodes? ExpectedCodes { get; init; }

    /// <summary>Version of HTTP checks; null means not written.</summary>
    public HttpVersionName? HttpVersion { get; init; }

    /// <summary>Host header of HTTP/1.1 checks.</summary>
    public string? DomainName { get; init; }
}

/// <summary>What a check does.</summary>
public enum HealthMonitorType
{
    /// <summary>HTTP.</summary>
    Http,

    /// <summary>HTTPS.</summary>
    Https,

    /// <summary>PING.</summary>
    Ping,

    /// <summary>TCP.</summary>
    Tcp,

    /// <summary>TLS-HELLO.</summary>
    TlsHello,

    /// <summary>UDP-CONNECT.</summary>
    UdpConnect,

    /// <summary>SCTP.</summary>
    Sctp,
}

/// <summary>Methods a check may use.</summary>
public enum HttpMethodName
{
    /// <summary>GET.</summary>
    Get,

    /// <summary>HEAD.</summary>
    Head,

    /// <summary>POST.</summary>
    Post,

    /// <summary>PUT.</summary>
    Put,

    /// <summary>DELETE.</summary>
    Delete,

    /// <summary>TRACE.</summary>
    Trace,

    /// <summary>OPTIONS.</summary>
    Options,

    /// <summary>PATCH.</summary>
    Patch,

    /// <summary>CONNECT.</summary>
    Connect,
}

/// <summary>HTTP versions a check may speak.</summary>
[SuppressMessage("Naming", "CA1707", Justification = "the versions' own names")]
public enum HttpVersionName
{
    /// <summary>1.0.</summary>
    Http1_0,

    /// <summary>1.1.</summary>
    Http1_1,
}

/// <summary>The status codes that mean healthy: a list, or one range.</summary>
/// <param name="Codes">Single codes in document order; empty when it is a range.</param>
/// <param name="First">First code of the range.</param>
/// <param name="Last">Last code of the range, not below <paramref name="First"/> (V8).</param>
public sealed record ExpectedCodes(ValueList<int> Codes, int? First, int? Last);
