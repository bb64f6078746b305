// Line by line: what Octavia shows of HAProxy's metrics, and under which names.
using System.Globalization;
using Amphora.Agent.Haproxy.Slots;
using Amphora.Agent.Prometheus;
using Amphora.Fixtures;
using Xunit;

namespace Amphora.Agent.Tests.Prometheus;

public sealed class MetricRewriterTests
{
    [Theory]
    [InlineData("haproxy_process_current_connections 7", "octavia_loadbalancer_current_connections 7")]
    [InlineData("haproxy_process_pool_used_bytes 7", "octavia_memory_pool_used_bytes 7")]
    [InlineData("haproxy_frontend_status{proxy=\"l\",state=\"UP\"} 1", "octavia_listener_status{listener=\"l\",state=\"UP\"} 1")]
    [InlineData("haproxy_backend_http_responses_total{proxy=\"p:l\",code=\"2xx\"} 1", "octavia_pool_http_responses_total{pool=\"p:l\",code=\"2xx\"} 1")]
    [InlineData("haproxy_backend_server_aborts_total{proxy=\"p\"} 1", "octavia_pool_member_aborts_total{pool=\"p\"} 1")]
    [InlineData("haproxy_backend_active_servers{proxy=\"p\"} 2", "octavia_pool_active_members{pool=\"p\"} 2")]
    [InlineData("haproxy_server_server_aborts_total{proxy=\"p\",server=\"m\"} 1", "octavia_member_server_aborts_total{pool=\"p\",member=\"m\"} 1")]
    [InlineData("# TYPE haproxy_server_weight gauge", "# TYPE octavia_member_weight gauge")]
    [InlineData("# HELP haproxy_server_weight Server's effective weight", "# HELP octavia_member_weight Weight of the member.")]
    [InlineData("# HELP haproxy_server_bytes_in_total Total number of request bytes", "# HELP octavia_member_bytes_in_total Total number of request bytes")]
    public void A_metric_that_is_shown_gets_Octavia_s_name(string line, string rewritten) => Assert.Equal(rewritten, MetricRewriter.Rewrite(line, SlotNames.None));

    [Theory]
    [InlineData("haproxy_process_nbthread 2")]
    [InlineData("# HELP haproxy_process_nbthread Number of started threads")]
    [InlineData("haproxy_server_http_requests_total{proxy=\"p\",server=\"m\"} 1")]
    [InlineData("haproxy_frontend_status{proxy=\"prometheus-exporter-internal-endpoint\",state=\"UP\"} 1")]
    [InlineData("haproxy_backend_status{proxy=\"prometheus-exporter-internal\",state=\"UP\"} 1")]
    [InlineData("haproxy_process_current_connectionsX 7")]
    [InlineData("haproxy_exporter_last 7")]
    [InlineData("# comment")]
    [InlineData("")]
    [InlineData("haproxy_process_current_connections")]
    public void Everything_else_is_left_out(string line) => Assert.Null(MetricRewriter.Rewrite(line, SlotNames.None));

    [Theory]
    [InlineData("haproxy_server_weight{proxy=\"a\\\"b,server=\\\\\",server=\"x}y\"} 1", "octavia_member_weight{pool=\"a\\\"b,server=\\\\\",member=\"x}y\"} 1")]
    [InlineData("haproxy_server_weight{proxy=\"never ends", "octavia_member_weight{pool=\"never ends")]
    [InlineData("haproxy_server_weight{} 1", "octavia_member_weight{} 1")]
    public void A_value_may_hold_anything_and_is_copied(string line, string rewritten) => Assert.Equal(rewritten, MetricRewriter.Rewrite(line, SlotNames.None));

    [Fact]
    public void A_server_is_shown_as_the_member_it_is_used_for()
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder["a.slots"], "p:l slot-1 m\np:l old -\n");
        File.WriteAllText(folder["b.slots"], "q:k slot-1 n\n");
        var names = SlotNames.LoadAll(folder.Path);

        Assert.Equal("octavia_member_weight{pool=\"p:l\",member=\"m\"} 1", MetricRewriter.Rewrite("haproxy_server_weight{proxy=\"p:l\",server=\"slot-1\"} 1", names));
        Assert.Equal("octavia_member_weight{pool=\"q:k\",member=\"n\"} 1", MetricRewriter.Rewrite("haproxy_server_weight{proxy=\"q:k\",server=\"slot-1\"} 1", names));
        Assert.Equal("octavia_member_weight{pool=\"p:l\",member=\"x\"} 1", MetricRewriter.Rewrite("haproxy_server_weight{proxy=\"p:l\",server=\"x\"} 1", names));
        Assert.Null(MetricRewriter.Rewrite("haproxy_server_weight{proxy=\"p:l\",server=\"old\"} 1", names));
        Assert.Equal("octavia_member_weight{pool=\"p\"} 1", MetricRewriter.Rewrite("haproxy_server_weight{proxy=\"p\"} 1", names));
    }

    [Fact]
    public void The_host_s_gauges_are_percentages_with_one_decimal()
    {
        var text = HostGauges.Render("0.50 0.1 0.1 1/2 3", "MemTotal:       1000 kB\nMemFree: 1 kB\nMemAvailable:    750 kB\n", processors: 2);

        Assert.Contains("\noctavia_loadbalancer_cpu 25.0\n", text, StringComparison.Ordinal);
        Assert.Contains("\noctavia_loadbalancer_memory 25.0\n", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split('\n').Count(line => line.StartsWith("# TYPE", StringComparison.Ordinal)));
        Assert.InRange(double.Parse(HostGauges.Read().Split('\n')[^2].Split(' ')[1], CultureInfo.InvariantCulture), 0.1, 100);
    }
}
