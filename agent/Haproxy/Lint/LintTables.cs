// All that a load balancer of Octavia's model can have in its haproxy.cfg: config-rendering §1–§8, and how upstream's templates write it.
using Amphora.Agent.Haproxy.Lint.Shapes;
using static Amphora.Agent.Haproxy.Lint.Shapes.DirectiveShape;

namespace Amphora.Agent.Haproxy.Lint;

/// <summary>The sections in the order in which they are tried. The language of the rows is that of <see cref="ShapeSyntax"/>. What stands in
/// none of them is refused, so a row is added when a template of ours or of Octavia's begins to write it.</summary>
internal static class LintTables
{
    private static readonly SectionShape Global = new(
        Once("global"),
        Once("daemon"),
        Once("user nobody"),
        Once("log /run/rsyslog/octavia/log local0|local1|local2|local3|local4|local5|local6|local7"),
        Once("log /run/rsyslog/octavia/log local0|local1|local2|local3|local4|local5|local6|local7 notice"),
        Once("stats socket <stats-socket> mode 0666 level user"),
        Once("server-state-file <server-state-file>"),
        Once("maxconn <positive>"),
        Once("tune.ssl.cachesize <positive>"),
        Once("nbthread <positive>"),
        Once("cpu-map <thread-group> <threads>"),
        Once("external-check"),
        Once("insecure-fork-wanted"));

    private static readonly SectionShape Defaults = new(
        Once("defaults"),
        Once("log global"),
        Once("no log"),
        Once("retries 3"),
        Once("option redispatch"),
        Once("option splice-request"),
        Once("option splice-response"),
        Once("option http-keep-alive"));

    private static readonly SectionShape Peers = new(
        Once("peers <peers>"),
        Many("peer <peer> <peer-address>"));

    private static readonly SectionShape MetricsFrontend = new(
        Once("frontend prometheus-exporter-internal-endpoint"),
        Once("bind 127.0.0.1:9101"),
        Once("mode http"),
        Once("no log"),
        Once("http-request use-service prometheus-exporter if { path /metrics }"),
        Once("http-request reject"),
        Once("timeout http-request 5s"),
        Once("timeout client 5s"));

    private static readonly SectionShape MetricsBackend = new(
        Once("backend prometheus-exporter-internal"),
        Once("mode http"),
        Once("no log"),
        Once("balance first"),
        Once("timeout connect 5s"),
        Once("timeout server 5s"),
        Once("server prometheus-internal 127.0.0.1:9102"));

    private static readonly string[] TlsOptions =
    [
        "ciphers <ciphers>", "ciphersuites <ciphers>", "ssl-min-ver SSLv3|TLSv1.0|TLSv1.1|TLSv1.2|TLSv1.3", "ssl-max-ver SSLv3|TLSv1.0|TLSv1.1|TLSv1.2|TLSv1.3",
        "no-sslv3", "no-tlsv10", "no-tlsv11", "no-tlsv12", "no-tlsv13", "alpn <alpn>",
    ];

    private static readonly SectionShape Frontend = new(
        Many("frontend <id>"),
        Once("maxconn <positive>"),
        Once("redirect scheme https if !{ ssl_fc }"),
        Once("http-response set-header Strict-Transport-Security <hsts>"),
        Many("bind <vip>", ["ssl crt-list <certificate>", "ca-file <certificate> verify none|optional|required", "crl-file <certificate>", .. TlsOptions]),
        Once("mode http|tcp"),
        Many("acl <id> <fetch> [ -i ] [ -m reg|beg|end|sub|str ] -- [ <pattern> ]"),
        // Upstream's, without the two dashes: a value -i is a flag (UD5), and a value that begins with # is a comment (UD2).
        Many("acl <id> <fetch> [ -i ] [ -m reg|beg|end|sub|str ] [ -i|-n ] [ <bare-pattern> ]"),
        Many("acl <id> ssl_c_used"),
        Many("acl <id> ssl_c_verify eq <verify-result>"),
        Many("http-request deny if <rule>+"),
        Many("redirect [ code 301|302|303|307|308 ] location|prefix <url> [ if <rule>+ ]"),
        Many("use_backend <backend> if <rule>+"),
        Once("default_backend <backend>"),
        Once("default_backend prometheus-exporter-internal"),
        Once("timeout client <milliseconds>"),
        Once("tcp-request inspect-delay <milliseconds>"),
        Once("log-format <log-format>"));

    private static readonly SectionShape Backend = new(
        Many("backend <backend>"),
        Once("mode http|tcp"),
        Once("http-reuse safe"),
        Once("balance roundrobin|leastconn|source"),
        Once("stick-table type ip|ipv6 size <size> [ peers <peers> ]"),
        Once("stick-table type string len 64 size <size> [ peers <peers> ]"),
        Once("stick on src"),
        Once("stick store-response <response-cookie>"),
        Once("stick match <request-cookie>"),
        Once("cookie SRV insert indirect nocache"),
        Once("load-server-state-from-file global"),
        Once("timeout check <seconds>"),
        Once("timeout connect <milliseconds>"),
        Once("timeout server <milliseconds>"),
        Once("option httpchk GET|HEAD|POST|PUT|DELETE|TRACE|OPTIONS|PATCH|CONNECT <path> [ <http-version> ]"),
        Once("http-check send hdr Host <host-name>"),
        Once("http-check expect rstatus <status-codes>"),
        Once("option ssl-hello-chk"),
        Once("option external-check"),
        Once("external-check command <ping-wrapper>"),
        Once("option forwardfor"),
        Once("http-request set-header X-Forwarded-Port %[dst_port]"),
        Once("http-request set-header X-Forwarded-Proto http|https"),
        Once("http-request set-header X-SSL-Client-Verify %[ssl_c_verify]"),
        Once("http-request set-header X-SSL-Client-Has-Cert %[ssl_c_used]"),
        Once("http-request set-header X-SSL-Client-DN %{+Q}[ssl_c_s_dn]"),
        Once("http-request set-header X-SSL-Client-CN %{+Q}[ssl_c_s_dn(cn)]"),
        Once("http-request set-header X-SSL-Issuer %{+Q}[ssl_c_i_dn]"),
        Once("http-request set-header X-SSL-Client-SHA1 %{+Q}[ssl_c_sha1,hex]"),
        Once("http-request set-header X-SSL-Client-Not-Before %{+Q}[ssl_c_notbefore]"),
        Once("http-request set-header X-SSL-Client-Not-After %{+Q}[ssl_c_notafter]"),
        Once("fullconn <positive>"),
        Once("option allbackups"),
        Many(
            "server <id> <member> weight <weight>",
            [
                "check", "inter <seconds>", "fall <retries>", "rise <retries>", "check-ssl [ verify none ]", "check-alpn <alpn>", "addr <address>", "port <port>",
                "cookie <id>", "send-proxy", "send-proxy-v2", "send-proxy-v2-ssl-cn", "backup", "disabled", "ssl", "sni ssl_fc_sni", "crt <certificate>",
                "ca-file <certificate>", "crl-file <certificate>", "verify none|required", .. TlsOptions,
            ]));

    /// <summary>The sections.</summary>
    public static IReadOnlyList<SectionShape> Sections { get; } = [Global, Defaults, Peers, MetricsFrontend, MetricsBackend, Frontend, Backend];
}
