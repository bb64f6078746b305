// config-rendering.md §1: the global section.
using Amphora.Contract.DesiredState;
using Amphora.Templates.Rendering;

namespace Amphora.Templates.Tests.Rendering.Rows;

public sealed class GlobalRows
{
    private static readonly HostFacts PinnedHost = new() { HaproxyVersion = "2.6.12", CpuCount = 4, ActiveTunedProfiles = "virtual-guest amphora" };

    [Fact]
    public void G1_the_process_runs_as_nobody_and_the_group_comes_from_another_file()
    {
        var global = Documents.Http().Haproxy().Global;

        Assert.True(global.Has("user nobody"));
        Assert.Null(global.After("group"));
    }

    [Fact]
    public void G2_the_process_is_a_daemon() => Assert.True(Documents.Http().Haproxy().Global.Has("daemon"));

    [Fact]
    public void G3_traffic_is_logged_with_the_user_facility()
    {
        Assert.True(Documents.Http().Haproxy().Global.Has("log /run/rsyslog/octavia/log local0"));

        Assert.True(Documents.Http().Settings(s => s with { UserLogFacility = 6 }).Haproxy().Global.Has("log /run/rsyslog/octavia/log local6"));
    }

    [Fact]
    public void G4_events_are_logged_with_the_administrative_facility()
    {
        Assert.True(Documents.Http().Haproxy().Global.Has("log /run/rsyslog/octavia/log local1 notice"));

        var other = Documents.Http().Settings(s => s with { AdministrativeLogFacility = 7 });
        Assert.True(other.Haproxy().Global.Has("log /run/rsyslog/octavia/log local7 notice"));
    }

    [Fact]
    public void G5_the_stats_socket_is_named_after_the_load_balancer() =>
        Assert.Equal($"/base/{Documents.LoadBalancerId}.sock mode 0666 level user", AtBase().Haproxy().Global.After("stats socket"));

    [Fact]
    public void G6_the_server_state_file_is_in_the_directory_of_the_load_balancer()
    {
        Assert.Equal($"/base/{Documents.LoadBalancerId}/servers-state", AtBase().Haproxy().Global.After("server-state-file"));

        Assert.Null(AtBase().Haproxy("1.5.19").Global.After("server-state-file"));
    }

    [Theory]
    [InlineData(null, "50000")]
    [InlineData(-1L, "50000")]
    [InlineData(0L, "50000")]
    [InlineData(123L, "123")]
    [InlineData(999_999L, "999999")]
    [InlineData(1_000_000L, "1000000")]
    [InlineData(2_000_000L, "1000000")]
    public void G7_maxconn_is_the_limit_of_the_listener(long? limit, string maxconn) =>
        Assert.Equal(maxconn, Documents.Http().Listener(l => l with { ConnectionLimit = limit }).Haproxy().Global.After("maxconn"));

    [Fact]
    public void G7_maxconn_adds_up_what_is_enabled_and_not_LVS()
    {
        var document = Documents.Http().Listener(l => l with { ConnectionLimit = 100 })
            .AddListener(Extra(ListenerProtocol.Prometheus, 9000, 20))
            .AddListener(Extra(ListenerProtocol.Udp, 53, 3000))
            .AddListener(Extra(ListenerProtocol.Tcp, 25, 400_000) with { AdminStateUp = false });

        Assert.Equal("120", document.Haproxy().Global.After("maxconn"));
    }

    [Fact]
    public void G7_without_an_enabled_listener_maxconn_is_a_million() =>
        Assert.Equal("1000000", Documents.Http().Listener(l => l with { AdminStateUp = false }).Haproxy().Global.After("maxconn"));

    [Theory]
    [InlineData(12_500L, null)]
    [InlineData(12_502L, null)]
    [InlineData(12_503L, "20004")]
    [InlineData(1_000_000L, "1600000")]
    public void G8_the_TLS_cache_takes_two_fifths_of_what_connections_leave(long spare, string? cachesize)
    {
        var document = Documents.Terminated().Listener(l => l with { ConnectionLimit = 100 });
        var host = new HostFacts { Memory = new HostMemory(spare, 3000, 200) };

        Assert.Equal(cachesize, document.Haproxy(host: host).Global.After("tune.ssl.cachesize"));
    }

    [Fact]
    public void G8_a_disabled_listener_counts_and_an_HTTP_listener_does_not()
    {
        var host = new HostFacts { Memory = new HostMemory(100_000_000, 0, 0) };

        Assert.NotNull(Documents.Terminated().Listener(l => l with { AdminStateUp = false }).Haproxy(host: host).Global.After("tune.ssl.cachesize"));
        Assert.Null(Documents.Http().Haproxy(host: host).Global.After("tune.ssl.cachesize"));
        Assert.Null(Documents.Terminated().Haproxy().Global.After("tune.ssl.cachesize"));
    }

    [Fact]
    public void G9_a_pinned_host_has_a_thread_for_each_CPU_but_the_first() =>
        Assert.Equal("3", Documents.Http().Haproxy(host: PinnedHost).Global.After("nbthread"));

    [Theory]
    [InlineData(1, "amphora")]
    [InlineData(4, "virtual-guest")]
    [InlineData(4, "amphora-big")]
    [InlineData(4, null)]
    [InlineData(null, "amphora")]
    public void G9_other_hosts_leave_it_to_haproxy(int? cpus, string? profiles)
    {
        var global = Documents.Http().Haproxy(host: new HostFacts { CpuCount = cpus, ActiveTunedProfiles = profiles }).Global;

        Assert.Null(global.After("nbthread"));
        Assert.Null(global.After("cpu-map"));
    }

    [Fact]
    public void G10_threads_are_bound_to_the_CPUs_but_the_first() =>
        Assert.Equal("auto:1/1-3 1-3", Documents.Http().Haproxy(host: PinnedHost).Global.After("cpu-map"));

    [Fact]
    public void G11_a_PING_monitor_allows_external_checks_once()
    {
        var ping = Documents.Http().Monitor(HealthMonitorType.Ping);

        Assert.Equal("", ping.Haproxy().Global.After("external-check"));
        Assert.Equal("", ping.LoadBalancer(b => b with { AdminStateUp = false }).Haproxy().Global.After("external-check"));
    }

    [Fact]
    public void G11_what_is_not_shown_does_not_allow_external_checks()
    {
        var ping = Documents.Http().Monitor(HealthMonitorType.Ping);

        Assert.Null(ping.Listener(l => l with { AdminStateUp = false }).Haproxy().Global.After("external-check"));
        Assert.Null(ping.Pool(p => p with { AdminStateUp = false }).Haproxy().Global.After("external-check"));
        Assert.Null(ping.Monitor(HealthMonitorType.Ping, m => m with { AdminStateUp = false }).Haproxy().Global.After("external-check"));
        Assert.Null(Documents.Http().Monitor(HealthMonitorType.Tcp).Haproxy().Global.After("external-check"));
    }

    [Fact]
    public void G12_external_checks_want_to_fork_since_2_2()
    {
        var ping = Documents.Http().Monitor(HealthMonitorType.Ping);

        Assert.True(ping.Haproxy("2.2.0").Global.Has("insecure-fork-wanted"));
        Assert.False(ping.Haproxy("2.1.9").Global.Has("insecure-fork-wanted"));
        Assert.False(Documents.Http().Haproxy().Global.Has("insecure-fork-wanted"));
    }

    [Fact]
    public void G13_what_haproxy_knows_better_is_left_to_it()
    {
        string[] left = ["tune.bufsize", "tune.maxrewrite", "ssl-default-bind-", "tune.ssl.default-dh-param", "ulimit-n", "chroot", "hard-stop-after", "master-worker"];

        var text = Documents.Terminated().Files(host: PinnedHost).HaproxyConfig!;

        Assert.All(left, word => Assert.DoesNotContain(word, text, StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_listener_for_haproxy_there_is_no_file()
    {
        Assert.Null(Documents.Udp().Files().HaproxyConfig);
        Assert.Null(Documents.Of(ListenerProtocol.Sctp).Files().HaproxyConfig);
        Assert.Null(Documents.Http().Listener(l => l with { ProvisioningStatus = ProvisioningStatus.PendingDelete }).Files().HaproxyConfig);
        Assert.NotNull(Documents.Http().Listener(l => l with { AdminStateUp = false }).Files().HaproxyConfig);
    }

    [Theory]
    [InlineData("2.6.12-1+deb12u4", 2, 6)]
    [InlineData("3.0.11", 3, 0)]
    [InlineData("3.2-dev5", 3, 2)]
    [InlineData("2.10", 2, 10)]
    public void A_version_is_its_first_two_numbers(string text, int major, int minor)
    {
        Assert.True(HaproxyVersion.TryParse(text, out var version));

        Assert.Equal(new HaproxyVersion(major, minor), version);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2")]
    [InlineData(".6")]
    [InlineData("2.")]
    [InlineData("two.six")]
    [InlineData("２.6")]
    [InlineData(" 2.6")]
    public void A_version_that_is_none_is_refused_with_its_path(string text)
    {
        var fault = Assert.Single(Documents.Http().Result(text).Faults);

        Assert.Equal("/host_facts/haproxy_version", fault.Path);
    }

    private static DesiredStateDocument AtBase() => Documents.Http().Settings(s => s with { BasePath = "/base" });

    private static Listener Extra(ListenerProtocol protocol, int port, long limit) =>
        new() { Id = Guid.NewGuid(), Protocol = protocol, ProtocolPort = port, ConnectionLimit = limit };
}
