// Decides what is in a frontend section: config-rendering §5.
using System.Text;
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Templates.Rendering.Haproxy;

/// <summary>Makes the model of one frontend.</summary>
internal static class FrontendViews
{
    /// <summary>Backend of the metrics endpoint (M2, F18).</summary>
    private const string PrometheusBackend = "prometheus-exporter-internal";

    public static FrontendView Of(ViewContext context, Listener listener, string pointer)
    {
        var settings = context.Settings;
        var inspectDelay = OrSetting(listener.TimeoutTcpInspect, settings.TimeoutTcpInspect);
        return new FrontendView
        {
            Pointer = pointer,
            Id = listener.Id.ToString("D"),
            Maxconn = ConnectionLimit(context, listener),
            RedirectToHttps = listener.Protocol == ListenerProtocol.TerminatedHttps,
            Hsts = Hsts(listener),
            Binds = context.Vips.Select(vip => new BindView { Address = vip.Bracketed(), Port = listener.ProtocolPort }).ToValueList(),
            Tls = Tls(context, listener, pointer),
            Mode = listener.IsHttp() ? "http" : "tcp",
            Policies = listener.Protocol is ListenerProtocol.Http or ListenerProtocol.TerminatedHttps
                ? PolicyViews.Of(context, listener, pointer) : [],
            DefaultBackend = DefaultBackend(context, listener),
            TimeoutClient = OrSetting(listener.TimeoutClientData, settings.TimeoutClientData),
            InspectDelay = inspectDelay > 0 ? inspectDelay : null,
            LogFormat = settings.ConnectionLogging ? Log(context, listener) : null,
            Backends = ListenerPools.Of(context, listener).Select(pool => BackendViews.Of(context, listener, pool)).ToValueList(),
        };
    }

    /// <summary>F2: absent, −1 and 0 mean the setting.</summary>
    public static long ConnectionLimit(ViewContext context, Listener listener) =>
        OrSetting(listener.ConnectionLimit, context.Settings.DefaultConnectionLimit);

    /// <summary>Absent, 0 and less mean the setting.</summary>
    public static long OrSetting(long? value, long setting) => value is > 0 and var given ? given : setting;

    /// <summary>Name of the backend of a pool under a listener (B1).</summary>
    public static string BackendName(Pool pool, Listener listener) => $"{pool.Id:D}:{listener.Id:D}";

    private static string? Hsts(Listener listener)
    {
        if (listener.Protocol != ListenerProtocol.TerminatedHttps || listener.HstsMaxAge is not { } maxAge)
        {
            return null;
        }

        var value = new StringBuilder("max-age=").Append(maxAge).Append(';');
        if (listener.HstsIncludeSubdomains)
        {
            value.Append(" includeSubDomains;");
        }

        if (listener.HstsPreload)
        {
            value.Append(" preload;");
        }

        return value.ToString();
    }

    // F7: any certificate makes it a TLS port, not only the default one (UD4).
    private static BindTlsView? Tls(ViewContext context, Listener listener, string pointer)
    {
        if (!HasCertificate(listener))
        {
            return null;
        }

        var (ciphers, suites) = TlsWords.Split(listener.TlsCiphers);
        var (lowest, highest) = TlsWords.Range(listener.TlsVersions);
        var ca = listener.ClientCaTlsContainerRef is { } caRef
            ? context.TlsPath(TlsFileKind.Ca, caRef, $"{pointer}/client_ca_tls_container_ref") : null;
        return new BindTlsView
        {
            Pointer = pointer,
            CrtList = $"{context.CertificateDirectory}/{listener.Id:D}.pem",
            CaFile = ca,
            Verify = ca is null ? null : Verify(listener.ClientAuthentication),
            CrlFile = ca is not null && listener.ClientCrlContainerRef is { } crlRef
                ? context.TlsPath(TlsFileKind.Crl, crlRef, $"{pointer}/client_crl_container_ref") : null,
            Ciphers = ciphers,
            Ciphersuites = suites,
            MinVersion = lowest,
            MaxVersion = highest,
            Alpn = TlsWords.Alpn(listener.AlpnProtocols),
        };
    }

    /// <summary>True when the listener has a crt-list (F7, T1).</summary>
    public static bool HasCertificate(Listener listener) =>
        listener.MayTerminateTls() && (listener.DefaultTlsContainerRef is not null || listener.SniContainerRefs.Count > 0);

    private static string Verify(ClientAuthentication authentication) => authentication switch
    {
        ClientAuthentication.None => "none",
        ClientAuthentication.Optional => "optional",
        ClientAuthentication.Mandatory => "required",
        _ => throw new ArgumentOutOfRangeException(nameof(authentication), authentication, null),
    };

    private static string? DefaultBackend(ViewContext context, Listener listener)
    {
        if (listener.Protocol == ListenerProtocol.Prometheus)
        {
            return context.Version.Major >= 2 ? PrometheusBackend : null;
        }

        return context.ShownPool(listener.DefaultPoolId) is { } pool ? BackendName(pool.Pool, listener) : null;
    }

    private static string Log(ViewContext context, Listener listener)
    {
        var format = LogFormat.Of(context);
        return listener.Protocol is ListenerProtocol.Http or ListenerProtocol.TerminatedHttps ? format : LogFormat.WithoutHttp(format);
    }
}
