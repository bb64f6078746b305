// config-rendering.md §7: one backend per listener and pool.
using Amphora.Contract.DesiredState;

namespace Amphora.Templates.Tests.Rendering.Rows;

public sealed class BackendRows
{
    [Fact]
    public void B1_a_pool_of_two_listeners_has_two_backends()
    {
        var other = Guid.NewGuid();
        var document = Documents.Http()
            .AddListener(new Listener { Id = other, Protocol = ListenerProtocol.Http, ProtocolPort = 8080, DefaultPoolId = Documents.PoolId });

        var headers = document.Haproxy().Sections.Select(section => section.Header).Where(header => header.StartsWith("backend", StringComparison.Ordinal));

        Assert.Equal([$"backend {Documents.PoolId}:{Documents.ListenerId}", $"backend {Documents.PoolId}:{other}"], headers);
    }

    [Fact]
    public void B1_a_pool_is_written_once_although_default_pool_and_policies_name_it()
    {
        var document = Documents.Http().OtherPool()
            .Policy(p => p with { Action = L7PolicyAction.RedirectToPool, RedirectPoolId = Documents.PoolId })
            .Policy(p => p with { Id = Guid.NewGuid(), Position = 2, Action = L7PolicyAction.RedirectToPool, RedirectPoolId = Documents.OtherPoolId },
                r => r with { Id = Documents.OtherRuleId });

        Assert.Equal(2, document.Haproxy().Sections.Count(section => section.HeaderWords[0] == "backend"));
    }

    [Fact]
    public void B1_a_pool_whose_policy_has_only_disabled_rules_is_still_checked()
    {
        var document = Documents.Http().OtherPool().Policy(
            p => p with { Action = L7PolicyAction.RedirectToPool, RedirectPoolId = Documents.OtherPoolId }, r => r with { AdminStateUp = false });

        Assert.NotNull(document.Haproxy().Find($"backend {Documents.OtherPoolId}:{Documents.ListenerId}"));
    }

    [Fact]
    public void B1_pools_nothing_needs_are_not_written()
    {
        DesiredStateDocument[] without =
        [
            Documents.Http().OtherPool(),
            To(Documents.Http().OtherPool(), p => p with { AdminStateUp = false }),
            To(Documents.Http().OtherPool(), p => p with { Rules = [] }),
            To(Documents.Http().OtherPool(p => p with { AdminStateUp = false }), p => p),
            To(Documents.Http().OtherPool(p => p with { ProvisioningStatus = ProvisioningStatus.PendingDelete }), p => p),
        ];

        Assert.All(without, document => Assert.Single(document.Haproxy().Sections, section => section.HeaderWords[0] == "backend"));

        static DesiredStateDocument To(DesiredStateDocument document, Func<L7Policy, L7Policy> change) =>
            document.Policy(p => change(p with { Action = L7PolicyAction.RedirectToPool, RedirectPoolId = Documents.OtherPoolId }));
    }

    [Theory]
    [InlineData(ListenerProtocol.Http, PoolProtocol.Http, "http")]
    [InlineData(ListenerProtocol.Tcp, PoolProtocol.Http, "http")]
    [InlineData(ListenerProtocol.Tcp, PoolProtocol.Tcp, "tcp")]
    [InlineData(ListenerProtocol.Https, PoolProtocol.Https, "tcp")]
    [InlineData(ListenerProtocol.Http, PoolProtocol.Proxy, "http")]
    [InlineData(ListenerProtocol.TerminatedHttps, PoolProtocol.ProxyV2, "http")]
    [InlineData(ListenerProtocol.Tcp, PoolProtocol.Proxy, "tcp")]
    [InlineData(ListenerProtocol.Https, PoolProtocol.ProxyV2, "tcp")]
    public void B2_the_mode_follows_the_pool_and_with_PROXY_the_listener(ListenerProtocol listener, PoolProtocol pool, string mode) =>
        Assert.Equal(mode, Documents.Of(listener).Pool(p => p with { Protocol = pool }).Haproxy().Backend.After("mode"));

    [Theory]
    [InlineData(ListenerProtocol.Http, PoolProtocol.Http, true)]
    [InlineData(ListenerProtocol.Http, PoolProtocol.Proxy, true)]
    [InlineData(ListenerProtocol.Tcp, PoolProtocol.ProxyV2, false)]
    [InlineData(ListenerProtocol.Tcp, PoolProtocol.Tcp, false)]
    public void B3_connections_are_reused_where_requests_are_seen(ListenerProtocol listener, PoolProtocol pool, bool reuse)
    {
        var document = Documents.Of(listener).Pool(p => p with { Protocol = pool });

        Assert.Equal(reuse, document.Haproxy().Backend.Has("http-reuse safe"));
        Assert.False(document.Haproxy("1.5.0").Backend.Has("http-reuse safe"));
    }

    [Theory]
    [InlineData(LbAlgorithm.RoundRobin, "roundrobin")]
    [InlineData(LbAlgorithm.LeastConnections, "leastconn")]
    [InlineData(LbAlgorithm.SourceIp, "source")]
    public void B4_the_algorithm_has_haproxys_name(LbAlgorithm algorithm, string balance) =>
        Assert.Equal(balance, Documents.Http().Pool(p => p with { LbAlgorithm = algorithm }).Haproxy().Backend.After("balance"));

    [Fact]
    public void B5_SOURCE_IP_sticks_addresses_of_both_families()
    {
        var document = Persistent(SessionPersistenceType.SourceIp).Settings(s => s with { HaproxyStickSize = "20k" });

        var backend = document.Haproxy().Backend;

        Assert.Equal("type ipv6 size 20k", backend.After("stick-table"));
        Assert.Equal("src", backend.After("stick on"));
    }

    [Fact]
    public void B6_APP_COOKIE_sticks_the_applications_cookie()
    {
        var backend = Persistent(SessionPersistenceType.AppCookie, "JSESSIONID").Haproxy().Backend;

        Assert.Equal("type string len 64 size 10k", backend.After("stick-table"));
        Assert.Equal("res.cook(JSESSIONID)", backend.After("stick store-response"));
        Assert.Equal("req.cook(JSESSIONID)", backend.After("stick match"));
    }

    [Fact]
    public void B6_it_is_written_for_tcp_pools_too() =>
        Assert.NotNull(Persistent(SessionPersistenceType.AppCookie, "a").Listener(l => l with { Protocol = ListenerProtocol.Tcp })
            .Pool(p => p with { Protocol = PoolProtocol.Tcp }).Haproxy().Backend.After("stick-table"));

    [Fact]
    public void B7_HTTP_COOKIE_sets_a_cookie()
    {
        var backend = Persistent(SessionPersistenceType.HttpCookie).Haproxy().Backend;

        Assert.Equal("SRV insert indirect nocache", backend.After("cookie"));
        Assert.Null(backend.After("stick-table"));
    }

    [Theory]
    [InlineData(SessionPersistenceType.SourceIp)]
    [InlineData(SessionPersistenceType.AppCookie)]
    public void B8_a_pair_shares_its_stick_tables(SessionPersistenceType type) =>
        Assert.EndsWith(
            " size 10k peers 4f064981033d5ce28147bef15afffe4d_peers",
            Persistent(type, "a").ActiveStandby().Haproxy().Backend.After("stick-table"),
            StringComparison.Ordinal);

    [Fact]
    public void B9_a_checked_backend_loads_the_state_of_its_servers()
    {
        var document = Documents.Http().Monitor(HealthMonitorType.Tcp);

        Assert.True(document.Haproxy().Backend.Has("load-server-state-from-file global"));
        Assert.False(document.Haproxy("1.5.0").Backend.Has("load-server-state-from-file global"));
        Assert.False(Documents.Http().Haproxy().Backend.Has("load-server-state-from-file global"));
    }

    [Fact]
    public void B10_a_check_has_a_timeout_in_seconds()
    {
        Assert.Equal("3s", Documents.Http().Monitor(HealthMonitorType.Tcp).Haproxy().Backend.After("timeout check"));

        Assert.Null(Documents.Http().Monitor(HealthMonitorType.Tcp, m => m with { AdminStateUp = false }).Haproxy().Backend.After("timeout check"));
        Assert.Null(Documents.Http().Monitor(HealthMonitorType.Tcp, m => m with { ProvisioningStatus = ProvisioningStatus.PendingDelete })
            .Haproxy().Backend.After("timeout check"));
    }

    [Theory]
    [InlineData(null, null, null, "GET /")]
    [InlineData(HttpMethodName.Head, "/a?b=c&d", HttpVersionName.Http1_0, "HEAD /a?b=c&d HTTP/1.0")]
    [InlineData(HttpMethodName.Options, "/'$", HttpVersionName.Http1_1, "OPTIONS /'$ HTTP/1.1")]
    public void B11_an_HTTP_check_is_one_request(HttpMethodName? method, string? path, HttpVersionName? version, string words)
    {
        var monitor = new[] { HealthMonitorType.Http, HealthMonitorType.Https }
            .Select(type => Documents.Http().Monitor(type, m => m with { HttpMethod = method, UrlPath = path, HttpVersion = version }));

        Assert.All(monitor, document => Assert.Equal(words, document.Haproxy().Backend.After("option httpchk")));
        Assert.Null(Documents.Http().Monitor(HealthMonitorType.Tcp).Haproxy().Backend.After("option httpchk"));
    }

    [Fact]
    public void B12_an_HTTP_1_1_check_names_the_host_since_2_2()
    {
        var document = Documents.Http().Monitor(HealthMonitorType.Http, m => m with { HttpVersion = HttpVersionName.Http1_1, DomainName = "www.example.com" });

        Assert.Equal("www.example.com", document.Haproxy().Backend.After("http-check send hdr Host"));
        Assert.Null(document.Haproxy("2.1.0").Backend.After("http-check send"));
        Assert.Null(Documents.Http().Monitor(HealthMonitorType.Http, m => m with { DomainName = "www.example.com" }).Haproxy().Backend.After("http-check send"));
    }

    [Fact]
    public void B13_lists_and_ranges_of_codes_are_alternatives()
    {
        Assert.Equal("200", Codes(null));
        Assert.Equal("200|204|301", Codes(new ExpectedCodes([200, 204, 301], null, null)));
        Assert.Equal("200|201|202|203", Codes(new ExpectedCodes([], 200, 203)));

        static string? Codes(ExpectedCodes? codes) =>
            Documents.Http().Monitor(HealthMonitorType.Http, m => m with { ExpectedCodes = codes }).Haproxy().Backend.After("http-check expect rstatus");
    }

    [Fact]
    public void B14_PING_runs_the_wrapper()
    {
        var backend = Documents.Http().Monitor(HealthMonitorType.Ping).Settings(s => s with { BasePath = "/base" }).Haproxy().Backend;

        Assert.True(backend.Has("option external-check"));
        Assert.Equal("/base/ping-wrapper.sh", backend.After("external-check command"));
    }

    [Theory]
    [InlineData(HealthMonitorType.Tcp)]
    [InlineData(HealthMonitorType.TlsHello)]
    public void B15_other_monitors_add_nothing_to_the_backend(HealthMonitorType type)
    {
        var lines = Documents.Http().Monitor(type).Haproxy().Backend.Lines;

        Assert.DoesNotContain(lines, line => line.Contains("ssl-hello-chk", StringComparison.Ordinal) || line.Contains("httpchk", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(PoolProtocol.Http, true)]
    [InlineData(PoolProtocol.Proxy, false)]
    [InlineData(PoolProtocol.ProxyV2, false)]
    public void B16_X_Forwarded_For_is_an_option_of_HTTP_pools(PoolProtocol protocol, bool written) =>
        Assert.Equal(written, Inserting(InsertHeaders.XForwardedFor, protocol).Haproxy().Backend.Has("option forwardfor"));

    [Theory]
    [InlineData(PoolProtocol.Http, "%[dst_port]")]
    [InlineData(PoolProtocol.Proxy, null)]
    public void B17_X_Forwarded_Port_is_the_port_the_client_asked(PoolProtocol protocol, string? value) =>
        Assert.Equal(value, Inserting(InsertHeaders.XForwardedPort, protocol).Haproxy().Backend.After("http-request set-header X-Forwarded-Port"));

    [Theory]
    [InlineData(ListenerProtocol.Http, PoolProtocol.Http, "http")]
    [InlineData(ListenerProtocol.TerminatedHttps, PoolProtocol.Http, "https")]
    [InlineData(ListenerProtocol.TerminatedHttps, PoolProtocol.Proxy, "https")]
    [InlineData(ListenerProtocol.Tcp, PoolProtocol.Http, null)]
    public void B18_X_Forwarded_Proto_is_what_the_client_speaks(ListenerProtocol listener, PoolProtocol pool, string? value) =>
        Assert.Equal(
            value,
            Documents.Of(listener).Listener(l => l with { InsertHeaders = InsertHeaders.XForwardedProto }).Pool(p => p with { Protocol = pool })
                .Haproxy().Backend.After("http-request set-header X-Forwarded-Proto"));

    [Fact]
    public void B19_the_clients_certificate_is_told_in_eight_headers()
    {
        var all = Enum.GetValues<InsertHeaders>().Aggregate((a, b) => a | b);

        Assert.Equal(
            [
                "X-SSL-Client-Verify %[ssl_c_verify]", "X-SSL-Client-Has-Cert %[ssl_c_used]", "X-SSL-Client-DN %{+Q}[ssl_c_s_dn]",
                "X-SSL-Client-CN %{+Q}[ssl_c_s_dn(cn)]", "X-SSL-Issuer %{+Q}[ssl_c_i_dn]", "X-SSL-Client-SHA1 %{+Q}[ssl_c_sha1,hex]",
                "X-SSL-Client-Not-Before %{+Q}[ssl_c_notbefore]", "X-SSL-Client-Not-After %{+Q}[ssl_c_notafter]",
            ],
            Headers(Documents.Terminated()));
        Assert.Empty(Headers(Documents.Http()));

        string[] Headers(DesiredStateDocument document) =>
        [
            .. document.Listener(l => l with { InsertHeaders = all }).Haproxy().Backend.Lines
                .Where(line => line.StartsWith("http-request set-header X-SSL", StringComparison.Ordinal)).Select(line => line["http-request set-header ".Length..]),
        ];
    }

    [Theory]
    [InlineData(null, "50000")]
    [InlineData(42L, "42")]
    public void B20_fullconn_is_the_limit_of_the_listener(long? limit, string fullconn) =>
        Assert.Equal(fullconn, Documents.Http().Listener(l => l with { ConnectionLimit = limit }).Haproxy().Backend.After("fullconn"));

    [Fact]
    public void B21_all_backups_are_used() => Assert.True(Documents.Http().Haproxy().Backend.Has("option allbackups"));

    [Fact]
    public void B22_timeouts_are_the_listeners_or_the_settings()
    {
        var backend = Documents.Http().Haproxy().Backend;
        Assert.Equal("5000", backend.After("timeout connect"));
        Assert.Equal("50000", backend.After("timeout server"));

        backend = Documents.Http().Listener(l => l with { TimeoutMemberConnect = 11, TimeoutMemberData = 12 }).Haproxy().Backend;
        Assert.Equal("11", backend.After("timeout connect"));
        Assert.Equal("12", backend.After("timeout server"));

        backend = Documents.Http().Listener(l => l with { TimeoutMemberConnect = 0, TimeoutMemberData = 0 })
            .Settings(s => s with { TimeoutMemberConnect = 13, TimeoutMemberData = 14 }).Haproxy().Backend;
        Assert.Equal("13", backend.After("timeout connect"));
        Assert.Equal("14", backend.After("timeout server"));
    }

    private static DesiredStateDocument Persistent(SessionPersistenceType type, string? cookie = null) =>
        Documents.Http().Pool(p => p with { SessionPersistence = new SessionPersistence { Type = type, CookieName = cookie } });

    private static DesiredStateDocument Inserting(InsertHeaders headers, PoolProtocol protocol) =>
        Documents.Http().Listener(l => l with { InsertHeaders = headers }).Pool(p => p with { Protocol = protocol });
}
