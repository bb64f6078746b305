// config-rendering.md §5: one frontend per listener.
using System.Net;
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Templates.Tests.Rendering.Rows;

public sealed class FrontendRows
{
    private const string Certificates = "/var/lib/octavia/certs/4f064981-033d-5ce2-8147-bef15afffe4d";

    [Fact]
    public void F1_a_frontend_is_named_after_its_listener() =>
        Assert.NotNull(Documents.Http().Haproxy().Find("frontend 8c84a306-1a87-55b3-bd57-1c9d90c785f2"));

    [Fact]
    public void F1_nothing_is_written_for_what_is_not_shown()
    {
        HaproxyText[] down =
        [
            Documents.Http().LoadBalancer(b => b with { AdminStateUp = false }).Haproxy(),
            Documents.Http().Listener(l => l with { AdminStateUp = false }).Haproxy(),
        ];

        Assert.All(down, text => Assert.DoesNotContain(text.Sections, section => section.HeaderWords[0] is "frontend" or "backend"));
    }

    [Fact]
    public void F1_a_listener_in_ERROR_is_written() =>
        Assert.NotNull(Documents.Http().Listener(l => l with { ProvisioningStatus = ProvisioningStatus.Error }).Haproxy().Frontend);

    [Theory]
    [InlineData(null, "50000")]
    [InlineData(-1L, "50000")]
    [InlineData(0L, "50000")]
    [InlineData(7L, "7")]
    public void F2_maxconn_is_the_limit_or_the_setting(long? limit, string maxconn) =>
        Assert.Equal(maxconn, Documents.Http().Listener(l => l with { ConnectionLimit = limit }).Haproxy().Frontend.After("maxconn"));

    [Fact]
    public void F3_plain_HTTP_on_a_terminating_port_is_redirected()
    {
        Assert.True(Documents.Terminated().Haproxy().Frontend.Has("redirect scheme https if !{ ssl_fc }"));

        Assert.Null(Documents.Http().Haproxy().Frontend.After("redirect"));
    }

    [Theory]
    [InlineData(31_536_000, true, true, "max-age=31536000; includeSubDomains; preload;")]
    [InlineData(10, true, false, "max-age=10; includeSubDomains;")]
    [InlineData(10, false, true, "max-age=10; preload;")]
    [InlineData(0, false, false, "max-age=0;")]
    public void F4_HSTS_is_one_header(int maxAge, bool subdomains, bool preload, string value)
    {
        var document = Documents.Terminated()
            .Listener(l => l with { HstsMaxAge = maxAge, HstsIncludeSubdomains = subdomains, HstsPreload = preload });

        var line = document.Haproxy().Frontend.Words.Single(words => words[0] == "http-response");

        Assert.Equal(["http-response", "set-header", "Strict-Transport-Security", value], line);
    }

    [Fact]
    public void F4_without_a_max_age_there_is_no_HSTS() => Assert.Null(Documents.Terminated().Haproxy().Frontend.After("http-response"));

    [Fact]
    public void F5_a_frontend_binds_the_VIP() =>
        Assert.Equal("203.0.113.10:8080", Documents.Http().Listener(l => l with { ProtocolPort = 8080 }).Haproxy().Frontend.After("bind"));

    [Fact]
    public void F6_and_each_additional_VIP_with_the_same_options()
    {
        var document = Documents.Terminated().LoadBalancer(b => b with
        {
            AdditionalVips =
            [
                new AdditionalVip { IpAddress = IPAddress.Parse("2001:DB8:0:0::10"), SubnetId = Documents.SubnetV6Id },
                new AdditionalVip { IpAddress = IPAddress.Parse("198.51.100.10"), SubnetId = Documents.SubnetId },
            ],
        });

        var options = $" ssl crt-list {Certificates}/{Documents.ListenerId}.pem";

        Assert.Equal(
            [$"bind 203.0.113.10:443{options}", $"bind [2001:db8::10]:443{options}", $"bind 198.51.100.10:443{options}"],
            document.Haproxy().Frontend.Lines.Where(line => line.StartsWith("bind", StringComparison.Ordinal)));
    }

    [Fact]
    public void F7_a_listener_with_only_sni_certificates_binds_with_its_crt_list()
    {
        var document = Documents.Terminated().Listener(l => l with { DefaultTlsContainerRef = null, SniContainerRefs = ["sni"] });

        Assert.Equal($"203.0.113.10:443 ssl crt-list {Certificates}/{Documents.ListenerId}.pem", document.Haproxy().Frontend.After("bind"));
    }

    [Fact]
    public void F7_a_metrics_listener_may_have_certificates()
    {
        var document = Documents.Of(ListenerProtocol.Prometheus).WithTlsFiles();

        Assert.Contains(" ssl crt-list ", document.Listener(l => l with { SniContainerRefs = ["sni"] }).Haproxy().Frontend.After("bind"), StringComparison.Ordinal);
        Assert.Equal("203.0.113.10:80", document.Haproxy().Frontend.After("bind"));
    }

    [Theory]
    [InlineData(ClientAuthentication.None, "none")]
    [InlineData(ClientAuthentication.Optional, "optional")]
    [InlineData(ClientAuthentication.Mandatory, "required")]
    public void F8_client_certificates_are_verified_with_the_CA(ClientAuthentication authentication, string verify)
    {
        var document = Documents.Terminated().Listener(l => l with { ClientCaTlsContainerRef = "ca", ClientAuthentication = authentication });

        Assert.EndsWith($".pem ca-file {Certificates}/{Documents.CaFile} verify {verify}", document.Haproxy().Frontend.After("bind"), StringComparison.Ordinal);
    }

    [Fact]
    public void F9_a_CRL_needs_a_CA()
    {
        var crl = Documents.Terminated().Listener(l => l with { ClientCrlContainerRef = "crl" });

        Assert.DoesNotContain("crl-file", crl.Haproxy().Frontend.After("bind"), StringComparison.Ordinal);
        Assert.EndsWith(
            $" verify none crl-file {Certificates}/{Documents.CrlFile}",
            crl.Listener(l => l with { ClientCaTlsContainerRef = "ca" }).Haproxy().Frontend.After("bind"),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ECDHE-RSA-AES128-GCM-SHA256:!aNULL", " ciphers ECDHE-RSA-AES128-GCM-SHA256:!aNULL")]
    [InlineData("TLS_AES_128_GCM_SHA256:A:TLS_AES_256_GCM_SHA384:B", " ciphers A:B ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384")]
    [InlineData("TLS_AES_128_GCM_SHA256", " ciphersuites TLS_AES_128_GCM_SHA256")]
    [InlineData(null, "")]
    public void F10_ciphers_of_TLS_1_3_are_ciphersuites(string? ciphers, string options) =>
        Assert.EndsWith($".pem{options}", Documents.Terminated().Listener(l => l with { TlsCiphers = ciphers }).Haproxy().Frontend.After("bind"), StringComparison.Ordinal);

    [Theory]
    [InlineData(TlsVersion.Tlsv1_2, TlsVersion.Tlsv1_3, " ssl-min-ver TLSv1.2 ssl-max-ver TLSv1.3")]
    [InlineData(TlsVersion.Tlsv1_3, TlsVersion.Tlsv1_3, " ssl-min-ver TLSv1.3 ssl-max-ver TLSv1.3")]
    [InlineData(TlsVersion.Tlsv1, TlsVersion.Tlsv1_1, " ssl-min-ver TLSv1.0 ssl-max-ver TLSv1.1")]
    [InlineData(TlsVersion.Sslv3, TlsVersion.Tlsv1_2, " ssl-min-ver SSLv3 ssl-max-ver TLSv1.2")]
    [InlineData(TlsVersion.Sslv3, TlsVersion.Tlsv1_3, "")]
    public void F11_versions_are_a_lowest_and_a_highest(TlsVersion first, TlsVersion last, string options)
    {
        var versions = Enum.GetValues<TlsVersion>().Where(version => version >= first && version <= last).Reverse().ToValueList();

        Assert.EndsWith($".pem{options}", Documents.Terminated().Listener(l => l with { TlsVersions = versions }).Haproxy().Frontend.After("bind"), StringComparison.Ordinal);
    }

    [Fact]
    public void F12_ALPN_keeps_the_order()
    {
        var document = Documents.Terminated().Listener(l => l with { AlpnProtocols = [AlpnProtocol.Http1_1, AlpnProtocol.H2, AlpnProtocol.Http1_0] });

        Assert.EndsWith(" alpn http/1.1,h2,http/1.0", document.Haproxy("3.0").Frontend.After("bind"), StringComparison.Ordinal);
        Assert.DoesNotContain("alpn", Documents.Terminated().Haproxy("3.0").Frontend.After("bind"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ListenerProtocol.Http, "http")]
    [InlineData(ListenerProtocol.TerminatedHttps, "http")]
    [InlineData(ListenerProtocol.Prometheus, "http")]
    [InlineData(ListenerProtocol.Tcp, "tcp")]
    [InlineData(ListenerProtocol.Https, "tcp")]
    public void F13_the_mode_follows_the_protocol(ListenerProtocol protocol, string mode) =>
        Assert.Equal(mode, Documents.Of(protocol).Haproxy().Frontend.After("mode"));

    [Theory]
    [InlineData(ListenerProtocol.Http, 1)]
    [InlineData(ListenerProtocol.TerminatedHttps, 1)]
    [InlineData(ListenerProtocol.Tcp, 0)]
    public void F14_only_HTTP_listeners_have_policies(ListenerProtocol protocol, int lines) =>
        Assert.Equal(lines, Documents.Of(protocol).Policy(p => p).Haproxy().Frontend.Lines.Count(line => line.StartsWith("http-request deny", StringComparison.Ordinal)));

    [Fact]
    public void F15_the_default_pool_is_the_default_backend() =>
        Assert.Equal($"{Documents.PoolId}:{Documents.ListenerId}", Documents.Http().Haproxy().Frontend.After("default_backend"));

    [Fact]
    public void F15_a_pool_that_is_not_shown_is_no_default_backend()
    {
        DesiredStateDocument[] without =
        [
            Documents.Http().Pool(p => p with { AdminStateUp = false }),
            Documents.Http().Pool(p => p with { ProvisioningStatus = ProvisioningStatus.PendingDelete }),
            Documents.Http().Listener(l => l with { DefaultPoolId = null }),
        ];

        Assert.All(without, document => Assert.Null(document.Haproxy().Frontend.After("default_backend")));
    }

    [Theory]
    [InlineData(null, "50000")]
    [InlineData(0L, "50000")]
    [InlineData(1L, "1")]
    public void F16_the_clients_timeout_is_the_listeners_or_the_setting(long? timeout, string written)
    {
        var document = Documents.Http().Listener(l => l with { TimeoutClientData = timeout });

        Assert.Equal(written, document.Haproxy().Frontend.After("timeout client"));
        Assert.Equal(timeout is > 0 ? written : "9", document.Settings(s => s with { TimeoutClientData = 9 }).Haproxy().Frontend.After("timeout client"));
    }

    [Theory]
    [InlineData(null, 0L, null)]
    [InlineData(0L, 5L, "5")]
    [InlineData(7L, 5L, "7")]
    [InlineData(7L, 0L, "7")]
    public void F17_inspection_is_delayed_only_when_asked_for(long? timeout, long setting, string? written)
    {
        var document = Documents.Of(ListenerProtocol.Tcp)
            .Listener(l => l with { TimeoutTcpInspect = timeout }).Settings(s => s with { TimeoutTcpInspect = setting });

        Assert.Equal(written, document.Haproxy().Frontend.After("tcp-request inspect-delay"));
    }

    [Fact]
    public void F18_a_metrics_listener_leads_to_the_exporter()
    {
        Assert.Equal("prometheus-exporter-internal", Documents.Of(ListenerProtocol.Prometheus).Haproxy().Frontend.After("default_backend"));

        Assert.Null(Documents.Of(ListenerProtocol.Prometheus).Haproxy("1.8.0").Frontend.After("default_backend"));
    }

    [Fact]
    public void F19_the_log_format_names_project_and_load_balancer() =>
        Assert.Equal(
            $"b3c1f0d2a4e94d8f9c7e6a5b4c3d2e1f {Documents.LoadBalancerId} %f %ci %cp %t %{{+Q}}r %ST %B %U %[ssl_c_verify] %{{+Q}}[ssl_c_s_dn] %b %s %Tt %tsc",
            Documents.Http().Haproxy().Frontend.After("log-format"));

    [Theory]
    [InlineData(ListenerProtocol.Tcp)]
    [InlineData(ListenerProtocol.Https)]
    [InlineData(ListenerProtocol.Prometheus)]
    public void F19_listeners_without_requests_log_a_hyphen_for_them(ListenerProtocol protocol)
    {
        var document = Documents.Of(protocol).Settings(s => s with { UserLogFormat = "%{+Q}r|%r|%{+Q}ST|%ST|%rt|%%r|%STX|%{+Q}[req.ver]" });

        Assert.Equal("-|-|-|-|%rt|%%r|%STX|%{+Q}[req.ver]", document.Haproxy().Frontend.After("log-format"));
    }

    [Fact]
    public void F19_without_logging_there_is_no_format() =>
        Assert.Null(Documents.Http().Settings(s => s with { ConnectionLogging = false }).Haproxy().Frontend.After("log-format"));

    [Fact]
    public void F20_allowed_cidrs_are_not_haproxys_business()
    {
        var open = Documents.Http();
        var closed = open.Listener(l => l with { AllowedCidrs = [Documents.Net("192.0.2.0/24")] });

        Assert.Equal(open.Files().HaproxyConfig, closed.Files().HaproxyConfig);
    }
}
