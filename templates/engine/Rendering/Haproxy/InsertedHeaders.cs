// Headers a listener adds to requests: B17–B19. X-Forwarded-For is an option of its own (B16).
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Templates.Rendering.Haproxy;

/// <summary>The closed list of headers (I14) with what HAProxy fills in.</summary>
internal static class InsertedHeaders
{
    private static readonly (InsertHeaders Flag, HeaderView Header)[] ClientCertificate =
    [
        (InsertHeaders.XSslClientVerify, Header("X-SSL-Client-Verify", "%[ssl_c_verify]")),
        (InsertHeaders.XSslClientHasCert, Header("X-SSL-Client-Has-Cert", "%[ssl_c_used]")),
        (InsertHeaders.XSslClientDn, Header("X-SSL-Client-DN", "%{+Q}[ssl_c_s_dn]")),
        (InsertHeaders.XSslClientCn, Header("X-SSL-Client-CN", "%{+Q}[ssl_c_s_dn(cn)]")),
        (InsertHeaders.XSslIssuer, Header("X-SSL-Issuer", "%{+Q}[ssl_c_i_dn]")),
        (InsertHeaders.XSslClientSha1, Header("X-SSL-Client-SHA1", "%{+Q}[ssl_c_sha1,hex]")),
        (InsertHeaders.XSslClientNotBefore, Header("X-SSL-Client-Not-Before", "%{+Q}[ssl_c_notbefore]")),
        (InsertHeaders.XSslClientNotAfter, Header("X-SSL-Client-Not-After", "%{+Q}[ssl_c_notafter]")),
    ];

    public static ValueList<HeaderView> Of(Listener listener, Pool pool)
    {
        if (listener.InsertHeaders == InsertHeaders.Nothing)
        {
            return [];
        }

        var headers = new List<HeaderView>();
        if (pool.Protocol == PoolProtocol.Http && listener.InsertHeaders.HasFlag(InsertHeaders.XForwardedPort))
        {
            headers.Add(Header("X-Forwarded-Port", "%[dst_port]"));
        }

        if (listener.Protocol is ListenerProtocol.Http or ListenerProtocol.TerminatedHttps
            && listener.InsertHeaders.HasFlag(InsertHeaders.XForwardedProto))
        {
            headers.Add(Header("X-Forwarded-Proto", listener.Protocol == ListenerProtocol.Http ? "http" : "https"));
        }

        if (listener.Protocol == ListenerProtocol.TerminatedHttps)
        {
            foreach (var (flag, header) in ClientCertificate)
            {
                if (listener.InsertHeaders.HasFlag(flag))
                {
                    headers.Add(header);
                }
            }
        }

        return headers.ToValueList();
    }

    private static HeaderView Header(string name, string value) => new() { Name = name, Value = value };
}
