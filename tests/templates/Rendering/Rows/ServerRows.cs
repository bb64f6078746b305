// config-rendering.md §8: one server per member.
using System.Net;
using Amphora.Contract;
using Amphora.Contract.DesiredState;

namespace Amphora.Templates.Tests.Rendering.Rows;

public sealed class ServerRows
{
    private const string Certificates = "/var/lib/octavia/certs/4f064981-033d-5ce2-8147-bef15afffe4d";

    [Fact]
    public void S1_a_member_is_a_server_in_document_order()
    {
        var servers = Documents.Http().Haproxy().Backend.Lines.Where(line => line.StartsWith("server ", StringComparison.Ordinal));

        Assert.Equal([$"server {Documents.FirstMemberId} 10.0.0.11:80 weight 1", $"server {Documents.SecondMemberId} 10.0.0.12:80 weight 1"], servers);
    }

    [Fact]
    public void S1_an_IPv6_member_is_in_brackets_and_canonical() =>
        Assert.StartsWith("[2001:db8::12]:80 ", Documents.Http().Member(m => m with { Address = IPAddress.Parse("2001:0DB8:0:0::12") }).Server(), StringComparison.Ordinal);

    [Fact]
    public void S1_a_member_that_is_being_deleted_is_left_out() =>
        Assert.Null(Documents.Http().Member(m => m with { ProvisioningStatus = ProvisioningStatus.PendingDelete }).Server());

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public void S2_the_weight_is_always_there(int weight) =>
        Assert.EndsWith($" weight {weight}", Documents.Http().Member(m => m with { Weight = weight }).Server(), StringComparison.Ordinal);

    [Fact]
    public void S3_a_monitor_sets_the_pace()
    {
        var document = Documents.Http().Monitor(HealthMonitorType.Tcp, m => m with { Delay = 7, MaxRetries = 4, MaxRetriesDown = 9 });

        Assert.EndsWith(" check inter 7s fall 9 rise 4", document.Server(), StringComparison.Ordinal);
        Assert.EndsWith(" fall 3 rise 2", Documents.Http().Monitor(HealthMonitorType.Tcp).Server(), StringComparison.Ordinal);
    }

    [Fact]
    public void S4_an_HTTPS_check_speaks_TLS_without_verifying() =>
        Assert.EndsWith(" check-ssl verify none", Documents.Http().Monitor(HealthMonitorType.Https).Server(), StringComparison.Ordinal);

    [Fact]
    public void S5_checks_offer_the_pools_protocols()
    {
        var document = Tls(p => p with { AlpnProtocols = [AlpnProtocol.H2, AlpnProtocol.Http1_1] }).Monitor(HealthMonitorType.Http);

        Assert.Contains(" check-alpn h2,http/1.1 ", document.Server(), StringComparison.Ordinal);
        Assert.DoesNotContain("check-alpn", document.Server("1.9.0"), StringComparison.Ordinal);
        Assert.DoesNotContain("check-alpn", document.Pool(p => p with { TlsEnabled = false }).Server(), StringComparison.Ordinal);
        Assert.DoesNotContain("check-alpn", document.Pool(p => p with { HealthMonitor = null }).Server(), StringComparison.Ordinal);
    }

    [Fact]
    public void S6_a_monitor_address_is_checked_instead()
    {
        var document = Documents.Http().Member(m => m with { MonitorAddress = IPAddress.Parse("10.9.9.9") });

        Assert.EndsWith(" addr 10.9.9.9", document.Monitor(HealthMonitorType.Tcp).Server(), StringComparison.Ordinal);
        Assert.DoesNotContain("addr", document.Server(), StringComparison.Ordinal);
    }

    [Fact]
    public void S7_a_monitor_port_is_checked_instead()
    {
        var document = Documents.Http().Member(m => m with { MonitorPort = 8080 });

        Assert.EndsWith(" port 8080", document.Monitor(HealthMonitorType.Tcp).Server(), StringComparison.Ordinal);
        Assert.DoesNotContain("port", document.Server(), StringComparison.Ordinal);
    }

    [Fact]
    public void S8_the_cookie_names_the_member()
    {
        var document = Documents.Http().Pool(p => p with { SessionPersistence = new SessionPersistence { Type = SessionPersistenceType.HttpCookie } });

        Assert.EndsWith($" cookie {Documents.FirstMemberId}", document.Server(), StringComparison.Ordinal);
    }

    [Fact]
    public void S9_PROXY_pools_send_version_1() =>
        Assert.EndsWith(" send-proxy", Documents.Http().Pool(p => p with { Protocol = PoolProtocol.Proxy }).Server(), StringComparison.Ordinal);

    [Theory]
    [InlineData(ListenerProtocol.Http, "send-proxy-v2")]
    [InlineData(ListenerProtocol.Tcp, "send-proxy-v2")]
    [InlineData(ListenerProtocol.TerminatedHttps, "send-proxy-v2-ssl-cn")]
    public void S10_PROXYV2_pools_send_version_2_and_what_TLS_knows(ListenerProtocol listener, string word) =>
        Assert.EndsWith($" {word}", Documents.Of(listener).Pool(p => p with { Protocol = PoolProtocol.ProxyV2 }).Server(), StringComparison.Ordinal);

    [Fact]
    public void S11_a_backup_is_one() => Assert.EndsWith(" backup", Documents.Http().Member(m => m with { Backup = true }).Server(), StringComparison.Ordinal);

    [Fact]
    public void S12_a_disabled_member_stays_in_the_file() =>
        Assert.EndsWith(" disabled", Documents.Http().Member(m => m with { AdminStateUp = false }).Server(), StringComparison.Ordinal);

    [Fact]
    public void S13_TLS_passes_the_name_the_client_asked_for()
    {
        Assert.EndsWith(" ssl sni ssl_fc_sni verify none", Tls(p => p).Server(), StringComparison.Ordinal);

        var off = Tls(p => p with
        {
            TlsEnabled = false,
            TlsContainerRef = "certificate",
            CaTlsContainerRef = "ca",
            CrlContainerRef = "crl",
            TlsCiphers = "A",
            TlsVersions = [TlsVersion.Tlsv1_3],
            AlpnProtocols = [AlpnProtocol.H2],
        });
        Assert.Equal("10.0.0.11:80 weight 1", off.Server());
    }

    [Fact]
    public void S14_members_may_see_our_certificate() =>
        Assert.Contains($" crt {Certificates}/{Documents.CertificateFile} ", Tls(p => p with { TlsContainerRef = "certificate" }).Server(), StringComparison.Ordinal);

    [Fact]
    public void S15_a_CA_is_required()
    {
        Assert.EndsWith($" ca-file {Certificates}/{Documents.CaFile} verify required", Tls(p => p with { CaTlsContainerRef = "ca" }).Server(), StringComparison.Ordinal);

        Assert.EndsWith(" verify none", Tls(p => p).Server(), StringComparison.Ordinal);
    }

    [Fact]
    public void S16_a_CRL_needs_a_CA()
    {
        var document = Tls(p => p with { CaTlsContainerRef = "ca", CrlContainerRef = "crl" });

        Assert.Contains($" crl-file {Certificates}/{Documents.CrlFile} ", document.Server(), StringComparison.Ordinal);
        Assert.DoesNotContain("crl-file", document.Pool(p => p with { CaTlsContainerRef = null }).Server(), StringComparison.Ordinal);
    }

    [Fact]
    public void S17_ciphers_of_TLS_1_3_are_ciphersuites() =>
        Assert.Contains(" ciphers A:B ciphersuites TLS_C verify", Tls(p => p with { TlsCiphers = "A:TLS_C:B" }).Server(), StringComparison.Ordinal);

    [Fact]
    public void S18_versions_are_a_lowest_and_a_highest()
    {
        Assert.Contains(" ssl-min-ver TLSv1.0 ssl-max-ver TLSv1.2 ", Tls(p => p with { TlsVersions = [TlsVersion.Tlsv1_2, TlsVersion.Tlsv1_1, TlsVersion.Tlsv1] }).Server(), StringComparison.Ordinal);

        Assert.DoesNotContain("-ver", Tls(p => p with { TlsVersions = Enum.GetValues<TlsVersion>().ToValueList() }).Server(), StringComparison.Ordinal);
    }

    [Fact]
    public void S19_ALPN_is_offered_to_members_since_1_9()
    {
        var document = Tls(p => p with { AlpnProtocols = [AlpnProtocol.Http1_1, AlpnProtocol.Http1_0] });

        Assert.Contains(" alpn http/1.1,http/1.0 ", document.Server(), StringComparison.Ordinal);
        Assert.DoesNotContain("alpn", document.Server("1.8.0"), StringComparison.Ordinal);
    }

    [Fact]
    public void S20_names_are_for_people()
    {
        var named = Documents.Http().LoadBalancer(b => b with { Name = "evil\n name" }).Listener(l => l with { Name = "evil" })
            .Pool(p => p with { Name = "evil" }).Member(m => m with { Name = "evil" });

        Assert.Equal(Documents.Http().Files().HaproxyConfig, named.Files().HaproxyConfig);
    }

    private static DesiredStateDocument Tls(Func<Pool, Pool> change) => Documents.Http().WithTlsFiles().Pool(p => change(p with { TlsEnabled = true }));
}
