// Spelling of every enumeration on the wire: reader, writer, REST types and renderers take it from here.
using Amphora.Contract.DesiredState;
using Amphora.Contract.Rest;

namespace Amphora.Contract;

/// <summary>The words of Octavia's API for our enumerations.</summary>
public static class WireNames
{
    /// <summary>Spellings of <see cref="DesiredState.Topology"/>.</summary>
    public static WireTable<Topology> Topologies { get; } =
        new((Topology.Single, "SINGLE"), (Topology.ActiveStandby, "ACTIVE_STANDBY"));

    /// <summary>Spellings of <see cref="Rest.UpgradeState"/>.</summary>
    public static WireTable<UpgradeState> UpgradeStates { get; } = new(
        (UpgradeState.Trying, "trying"), (UpgradeState.Confirmed, "confirmed"), (UpgradeState.RolledBack, "rolled_back"));

    /// <summary>Spellings of <see cref="ProvisioningStatus"/>.</summary>
    public static WireTable<ProvisioningStatus> ProvisioningStatuses { get; } = new(
        (ProvisioningStatus.Active, "ACTIVE"), (ProvisioningStatus.PendingCreate, "PENDING_CREATE"),
        (ProvisioningStatus.PendingUpdate, "PENDING_UPDATE"), (ProvisioningStatus.PendingDelete, "PENDING_DELETE"),
        (ProvisioningStatus.Error, "ERROR"));

    /// <summary>Spellings of <see cref="VipVnicType"/>.</summary>
    public static WireTable<VipVnicType> VipVnicTypes { get; } =
        new((VipVnicType.Normal, "normal"), (VipVnicType.Direct, "direct"));

    /// <summary>Spellings of <see cref="ListenerProtocol"/>.</summary>
    public static WireTable<ListenerProtocol> ListenerProtocols { get; } = new(
        (ListenerProtocol.Tcp, "TCP"), (ListenerProtocol.Http, "HTTP"), (ListenerProtocol.Https, "HTTPS"),
        (ListenerProtocol.TerminatedHttps, "TERMINATED_HTTPS"), (ListenerProtocol.Udp, "UDP"),
        (ListenerProtocol.Sctp, "SCTP"), (ListenerProtocol.Prometheus, "PROMETHEUS"));

    /// <summary>Spellings of <see cref="ClientAuthentication"/>.</summary>
    public static WireTable<ClientAuthentication> ClientAuthentications { get; } = new(
        (ClientAuthentication.None, "NONE"), (ClientAuthentication.Optional, "OPTIONAL"),
        (ClientAuthentication.Mandatory, "MANDATORY"));

    /// <summary>Spellings of <see cref="TlsVersion"/>.</summary>
    public static WireTable<TlsVersion> TlsVersions { get; } = new(
        (TlsVersion.Sslv3, "SSLv3"), (TlsVersion.Tlsv1, "TLSv1"), (TlsVersion.Tlsv1_1, "TLSv1.1"),
        (TlsVersion.Tlsv1_2, "TLSv1.2"), (TlsVersion.Tlsv1_3, "TLSv1.3"));

    /// <summary>Spellings of <see cref="AlpnProtocol"/>.</summary>
    public static WireTable<AlpnProtocol> AlpnProtocols { get; } = new(
        (AlpnProtocol.H2, "h2"), (AlpnProtocol.Http1_1, "http/1.1"), (AlpnProtocol.Http1_0, "http/1.0"));

    /// <summary>The closed list of headers a listener can insert (config-rendering I14).</summary>
    public static WireTable<InsertHeaders> InsertHeaders { get; } = new(
        (DesiredState.InsertHeaders.XForwardedFor, "X-Forwarded-For"),
        (DesiredState.InsertHeaders.XForwardedPort, "X-Forwarded-Port"),
        (DesiredState.InsertHeaders.XForwardedProto, "X-Forwarded-Proto"),
        (DesiredState.InsertHeaders.XSslClientVerify, "X-SSL-Client-Verify"),
        (DesiredState.InsertHeaders.XSslClientHasCert, "X-SSL-Client-Has-Cert"),
        (DesiredState.InsertHeaders.XSslClientDn, "X-SSL-Client-DN"),
        (DesiredState.InsertHeaders.XSslClientCn, "X-SSL-Client-CN"),
        (DesiredState.InsertHeaders.XSslIssuer, "X-SSL-Issuer"),
        (DesiredState.InsertHeaders.XSslClientSha1, "X-SSL-Client-SHA1"),
        (DesiredState.InsertHeaders.XSslClientNotBefore, "X-SSL-Client-Not-Before"),
        (DesiredState.InsertHeaders.XSslClientNotAfter, "X-SSL-Client-Not-After"));

    /// <summary>Spellings of <see cref="L7PolicyAction"/>.</summary>
    public static WireTable<L7PolicyAction> L7PolicyActions { get; } = new(
        (L7PolicyAction.Reject, "REJECT"), (L7PolicyAction.RedirectToUrl, "REDIRECT_TO_URL"),
        (L7PolicyAction.RedirectToPool, "REDIRECT_TO_POOL"), (L7PolicyAction.RedirectPrefix, "REDIRECT_PREFIX"));

    /// <summary>Spellings of <see cref="L7RuleType"/>.</summary>
    public static WireTable<L7RuleType> L7RuleTypes { get; } = new(
        (L7RuleType.HostName, "HOST_NAME"), (L7RuleType.Path, "PATH"), (L7RuleType.FileType, "FILE_TYPE"),
        (L7RuleType.Header, "HEADER"), (L7RuleType.Cookie, "COOKIE"), (L7RuleType.SslConnHasCert, "SSL_CONN_HAS_CERT"),
        (L7RuleType.SslVerifyResult, "SSL_VERIFY_RESULT"), (L7RuleType.SslDnField, "SSL_DN_FIELD"));

    /// <summary>Spellings of <see cref="L7RuleCompareType"/>.</summary>
    public static WireTable<L7RuleCompareType> L7RuleCompareTypes { get; } = new(
        (L7RuleCompareType.Regex, "REGEX"), (L7RuleCompareType.StartsWith, "STARTS_WITH"),
        (L7RuleCompareType.EndsWith, "ENDS_WITH"), (L7RuleCompareType.Contains, "CONTAINS"),
        (L7RuleCompareType.EqualTo, "EQUAL_TO"));

    /// <summary>Spellings of <see cref="PoolProtocol"/>.</summary>
    public static WireTable<PoolProtocol> PoolProtocols { get; } = new(
        (PoolProtocol.Tcp, "TCP"), (PoolProtocol.Http, "HTTP"), (PoolProtocol.Https, "HTTPS"), (PoolProtocol.Proxy, "PROXY"),
        (PoolProtocol.ProxyV2, "PROXYV2"), (PoolProtocol.Udp, "UDP"), (PoolProtocol.Sctp, "SCTP"));

    /// <summary>Spellings of <see cref="LbAlgorithm"/>.</summary>
    public static WireTable<LbAlgorithm> LbAlgorithms { get; } = new(
        (LbAlgorithm.RoundRobin, "ROUND_ROBIN"), (LbAlgorithm.LeastConnections, "LEAST_CONNECTIONS"),
        (LbAlgorithm.SourceIp, "SOURCE_IP"));

    /// <summary>Spellings of <see cref="SessionPersistenceType"/>.</summary>
    public static WireTable<SessionPersistenceType> SessionPersistenceTypes { get; } = new(
        (SessionPersistenceType.SourceIp, "SOURCE_IP"), (SessionPersistenceType.HttpCookie, "HTTP_COOKIE"),
        (SessionPersistenceType.AppCookie, "APP_COOKIE"));

    /// <summary>Spellings of <see cref="HealthMonitorType"/>.</summary>
    public static WireTable<HealthMonitorType> HealthMonitorTypes { get; } = new(
        (HealthMonitorType.Http, "HTTP"), (HealthMonitorType.Https, "HTTPS"), (HealthMonitorType.Ping, "PING"),
        (HealthMonitorType.Tcp, "TCP"), (HealthMonitorType.TlsHello, "TLS-HELLO"),
        (HealthMonitorType.UdpConnect, "UDP-CONNECT"), (HealthMonitorType.Sctp, "SCTP"));

    /// <summary>Spellings of <see cref="HttpMethodName"/>.</summary>
    public static WireTable<HttpMethodName> HttpMethods { get; } = new(
        (HttpMethodName.Get, "GET"), (HttpMethodName.Head, "HEAD"), (HttpMethodName.Post, "POST"),
        (HttpMethodName.Put, "PUT"), (HttpMethodName.Delete, "DELETE"), (HttpMethodName.Trace, "TRACE"),
        (HttpMethodName.Options, "OPTIONS"), (HttpMethodName.Patch, "PATCH"), (HttpMethodName.Connect, "CONNECT"));

    /// <summary>Spellings of <see cref="HttpVersionName"/>; in the document they are numbers.</summary>
    public static WireTable<HttpVersionName> HttpVersions { get; } =
        new((HttpVersionName.Http1_0, "1.0"), (HttpVersionName.Http1_1, "1.1"));

    /// <summary>Spellings of <see cref="AmphoraStatus"/>.</summary>
    public static WireTable<AmphoraStatus> AmphoraStatuses { get; } = new(
        (AmphoraStatus.Allocated, "ALLOCATED"), (AmphoraStatus.Booting, "BOOTING"), (AmphoraStatus.Ready, "READY"),
        (AmphoraStatus.PendingCreate, "PENDING_CREATE"), (AmphoraStatus.PendingDelete, "PENDING_DELETE"),
        (AmphoraStatus.Deleted, "DELETED"), (AmphoraStatus.Error, "ERROR"),
        (AmphoraStatus.FailoverStopped, "FAILOVER_STOPPED"));

    /// <summary>Spellings of <see cref="AmphoraRole"/>.</summary>
    public static WireTable<AmphoraRole> AmphoraRoles { get; } = new(
        (AmphoraRole.Standalone, "STANDALONE"), (AmphoraRole.Master, "MASTER"), (AmphoraRole.Backup, "BACKUP"));

    /// <summary>Spellings of <see cref="VrrpAuthType"/>.</summary>
    public static WireTable<VrrpAuthType> VrrpAuthTypes { get; } = new((VrrpAuthType.Pass, "PASS"), (VrrpAuthType.Ah, "AH"));

    /// <summary>Spellings of <see cref="TlsFileKind"/>.</summary>
    public static WireTable<TlsFileKind> TlsFileKinds { get; } =
        new((TlsFileKind.Certificate, "certificate"), (TlsFileKind.Ca, "ca"), (TlsFileKind.Crl, "crl"));

    /// <summary>Spellings of <see cref="PortType"/>.</summary>
    public static WireTable<PortType> PortTypes { get; } = new((PortType.Vip, "vip"), (PortType.Member, "member"));

    /// <summary>The word on the wire.</summary>
    public static string ToWire(this Topology value) => Topologies.Spell(value);

    /// <summary>The word on the wire.</summary>
    public static string ToWire(this ProvisioningStatus value) => ProvisioningStatuses.Spell(value);

    /// <summary>The word on the wire.</summary>
    public static string ToWire(this VipVnicType value) => VipVnicTypes.Spell(value);

    /// <summary>The word on the wire.</summary>
    public static string ToWire(this ListenerProtocol value) => ListenerProtocols.Spell(value);

    /// <summary>The word on the wire.</summary>
    public static string ToWire(this ClientAuthentication value) => ClientAuthentications.Spell(value);

    /// <summary>The word on the wire.</summary>
    public static string ToWire(this TlsVersion value) => TlsVersions.Spell(value);

    /// <summary>The word on the wire.</summary>
    public static string ToWire(this AlpnProtocol value) => AlpnProtocols.Spell(value);

    /// <summary>The word on the wire.</summary>
    public static string ToWire(this L7PolicyAction value) => L7PolicyActions.Spell(value);

    /// <summary>The word on the wire.</summary>
    public static string ToWire(this L7RuleType value) => L7RuleTypes.Spell(value);

    /// <summary>The word on the wire.</summary>
    public static string ToWire(this L7RuleCompareType value) => L7RuleCompareTypes.Spell(value);

    /// <summary>The word on the wire.</summary>
    public static string ToWire(this PoolProtocol value) => PoolProtocols.Spell(value);

    /// <summary>The word on the wire.</summary>
    public static string ToWire(this LbAlgorithm value) => LbAlgorithms.Spell(value);

    /// <summary>The word on the wire.</summary>
    public static string ToWire(this SessionPersistenceType value) => SessionPersistenceTypes.Spell(value);

    /// <summary>The word on the wire.</summary>
    public static string ToWire(this HealthMonitorType value) => HealthMonitorTypes.Spell(value);

    /// <summary>The word on the wire.</summary>
    public static string ToWire(this HttpMethodName value) => HttpMethods.Spell(value);

    /// <summary>The word on the wire.</summary>
    public static string ToWire(this HttpVersionName value) => HttpVersions.Spell(value);

    /// <summary>The word on the wire.</summary>
    public static string ToWire(this AmphoraStatus value) => AmphoraStatuses.Spell(value);

    /// <summary>The word on the wire.</summary>
    public static string ToWire(this AmphoraRole value) => AmphoraRoles.Spell(value);

    /// <summary>The word on the wire.</summary>
    public static string ToWire(this VrrpAuthType value) => VrrpAuthTypes.Spell(value);

    /// <summary>The word on the wire.</summary>
    public static string ToWire(this TlsFileKind value) => TlsFileKinds.Spell(value);

    /// <summary>The word on the wire.</summary>
    public static string ToWire(this PortType value) => PortTypes.Spell(value);
}
