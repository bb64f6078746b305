// config-rendering.md §4: the metrics endpoint.
using Amphora.Contract.DesiredState;

namespace Amphora.Templates.Tests.Rendering.Rows;

public sealed class MetricsRows
{
    private const string FrontendHeader = "frontend prometheus-exporter-internal-endpoint";
    private const string BackendHeader = "backend prometheus-exporter-internal";

    [Fact]
    public void M1_a_metrics_listener_opens_the_exporter_on_loopback()
    {
        string[] expected =
        [
            "bind 127.0.0.1:9101", "mode http", "no log", "http-request use-service prometheus-exporter if { path /metrics }",
            "http-request reject", "timeout http-request 5s", "timeout client 5s",
        ];

        Assert.Equal(expected, Documents.Of(ListenerProtocol.Prometheus).Haproxy()[FrontendHeader].Lines);
    }

    [Fact]
    public void M1_the_exporter_is_there_although_listener_or_load_balancer_are_down()
    {
        var metrics = Documents.Of(ListenerProtocol.Prometheus);

        Assert.NotNull(metrics.Listener(l => l with { AdminStateUp = false }).Haproxy().Find(FrontendHeader));
        Assert.NotNull(metrics.LoadBalancer(b => b with { AdminStateUp = false }).Haproxy().Find(FrontendHeader));
        Assert.Null(Documents.Http().Haproxy().Find(FrontendHeader));
        Assert.Null(metrics.Haproxy("1.9.16").Find(FrontendHeader));
    }

    [Fact]
    public void M2_requests_go_to_the_agent()
    {
        string[] expected =
            ["mode http", "no log", "balance first", "timeout connect 5s", "timeout server 5s", "server prometheus-internal 127.0.0.1:9102"];

        Assert.Equal(expected, Documents.Of(ListenerProtocol.Prometheus).Haproxy()[BackendHeader].Lines);
    }

    [Fact]
    public void M3_the_port_of_the_agents_proxy_is_the_only_server() =>
        Assert.Equal("prometheus-internal 127.0.0.1:9102", Documents.Of(ListenerProtocol.Prometheus).Haproxy()[BackendHeader].After("server"));
}
