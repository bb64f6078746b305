// Decides what is in a backend section: config-rendering §7, §8.
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Templates.Rendering.Haproxy;

/// <summary>Makes the model of one backend with its servers.</summary>
internal static class BackendViews
{
    public static BackendView Of(ViewContext context, Listener listener, PoolAt at)
    {
        var pool = at.Pool;
        var http = SpeaksHttp(pool, listener);
        var check = CheckViews.Of(context, at);
        return new BackendView
        {
            Pointer = at.Pointer,
            Name = FrontendViews.BackendName(pool, listener),
            Mode = http ? "http" : "tcp",
            HttpReuse = http && context.Version.IsAtLeast(1, 6),
            Balance = Balance(pool.LbAlgorithm),
            StickTable = StickTable(context, at),
            Cookie = pool.SessionPersistence?.Type == SessionPersistenceType.HttpCookie,
            Check = check,
            Forwardfor = pool.Protocol == PoolProtocol.Http && listener.InsertHeaders.HasFlag(InsertHeaders.XForwardedFor),
            Headers = InsertedHeaders.Of(listener, pool),
            Fullconn = FrontendViews.ConnectionLimit(context, listener),
            TimeoutConnect = FrontendViews.OrSetting(listener.TimeoutMemberConnect, context.Settings.TimeoutMemberConnect),
            TimeoutServer = FrontendViews.OrSetting(listener.TimeoutMemberData, context.Settings.TimeoutMemberData),
            SendProxy = SendProxy(pool, listener),
            Tls = pool.TlsEnabled ? Tls(context, at) : null,
            Verify = Verify(pool, check),
            Servers = Servers(at, check is not null),
        };
    }

    // B2: a PROXY pool carries what its listener carries.
    private static bool SpeaksHttp(Pool pool, Listener listener) => pool.Protocol switch
    {
        PoolProtocol.Http => true,
        PoolProtocol.Proxy or PoolProtocol.ProxyV2 => listener.IsHttp(),
        _ => false,
    };

    private static string Balance(LbAlgorithm algorithm) => algorithm switch
    {
        LbAlgorithm.RoundRobin => "roundrobin",
        LbAlgorithm.LeastConnections => "leastconn",
        LbAlgorithm.SourceIp => "source",
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, null),
    };

    // B5, B6, B8.
    private static StickTableView? StickTable(ViewContext context, PoolAt at)
    {
        if (at.Pool.SessionPersistence is not { } persistence || persistence.Type == SessionPersistenceType.HttpCookie)
        {
            return null;
        }

        return new StickTableView
        {
            Pointer = $"{at.Pointer}/session_persistence",
            CookieName = persistence.Type == SessionPersistenceType.AppCookie ? persistence.CookieName ?? "" : null,
            Size = context.Settings.HaproxyStickSize,
            Peers = context.PeersSection,
        };
    }

    // S9, S10.
    private static string? SendProxy(Pool pool, Listener listener) => pool.Protocol switch
    {
        PoolProtocol.Proxy => "send-proxy",
        PoolProtocol.ProxyV2 => listener.MayTerminateTls() ? "send-proxy-v2-ssl-cn" : "send-proxy-v2",
        _ => null,
    };

    // S15, S4: one word for traffic and checks, and with a CA it is always "required" (UD3).
    private static string? Verify(Pool pool, CheckView? check)
    {
        if (pool.TlsEnabled)
        {
            return pool.CaTlsContainerRef is null ? "none" : "required";
        }

        return check is { Ssl: true } ? "none" : null;
    }

    // S14–S19.
    private static ServerTlsView Tls(ViewContext context, PoolAt at)
    {
        var (pool, pointer) = (at.Pool, at.Pointer);
        var (ciphers, suites) = TlsWords.Split(pool.TlsCiphers);
        var (lowest, highest) = TlsWords.Range(pool.TlsVersions);
        return new ServerTlsView
        {
            Pointer = pointer,
            Crt = pool.TlsContainerRef is { } crt ? context.TlsPath(TlsFileKind.Certificate, crt, $"{pointer}/tls_container_ref") : null,
            CaFile = pool.CaTlsContainerRef is { } ca ? context.TlsPath(TlsFileKind.Ca, ca, $"{pointer}/ca_tls_container_ref") : null,
            CrlFile = pool is { CaTlsContainerRef: not null, CrlContainerRef: { } crl }
                ? context.TlsPath(TlsFileKind.Crl, crl, $"{pointer}/crl_container_ref") : null,
            Ciphers = ciphers,
            Ciphersuites = context.Version.IsAtLeast(1, 9) ? suites : null,
            MinVersion = lowest,
            MaxVersion = highest,
            Alpn = context.Version.IsAtLeast(1, 9) ? TlsWords.Alpn(pool.AlpnProtocols) : null,
        };
    }

    private static ValueList<ServerView> Servers(PoolAt at, bool isChecked) =>
        at.Pool.Members.Where(member => Shown.Stays(member.ProvisioningStatus)).Select(member => new ServerView
        {
            Id = member.Id.ToString("D"),
            Address = member.Address.Bracketed(),
            Port = member.ProtocolPort,
            Weight = member.Weight,
            MonitorAddress = isChecked ? member.MonitorAddress?.Bracketed() : null,
            MonitorPort = isChecked ? member.MonitorPort : null,
            Backup = member.Backup,
            Disabled = !member.AdminStateUp,
        }).ToValueList();
}
