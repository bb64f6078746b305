// What is read back from an uploaded haproxy.cfg: agent-api §9, row by row.
using System.Net;
using Amphora.Agent.Haproxy.Uploaded;
using Xunit;

namespace Amphora.Agent.Tests.OctaviaApi;

public sealed class HaproxyTextTests
{
    private const string Config = """
        # Configuration for loadbalancer 11111111-2222-4333-8444-555555555555
        global
            daemon
            stats socket /var/lib/octavia/11111111-2222-4333-8444-555555555555.sock mode 0666 level user
        peers 11111111222243338444555555555555_peers
            peer xXu-FMQ0vr_hLZFNFyIplfVZyGE 10.0.0.11:1025

        frontend bbbbbbbb-0000-4000-8000-000000000001
            maxconn 2000
            bind 10.0.0.5:80
            bind 2001:db8::5:80
            mode http
            default_backend p:l

        frontend bbbbbbbb-0000-4000-8000-000000000002
            bind 10.0.0.5:443 ssl crt-list /var/lib/octavia/certs/11111111/bbbbbbbb.pem ca-file /x verify required
            mode http

        frontend prometheus-exporter-internal-endpoint
            bind 127.0.0.1:9101
            mode http

        backend p:l
            mode http
            server s 10.0.0.9:80 weight 1
        """;

    [Fact]
    public void Frontends_come_in_the_order_of_the_file_with_mode_and_tls()
    {
        var text = HaproxyText.Parse(Config).Value;

        Assert.Equal("/var/lib/octavia/11111111-2222-4333-8444-555555555555.sock", text.StatsSocket);
        Assert.Equal(
            [
                new HaproxyFrontend("bbbbbbbb-0000-4000-8000-000000000001", "http", false),
                new HaproxyFrontend("bbbbbbbb-0000-4000-8000-000000000002", "http", true),
                new HaproxyFrontend("prometheus-exporter-internal-endpoint", "http", false),
            ],
            text.Frontends);
    }

    [Fact]
    public void A_configuration_without_stats_socket_cannot_be_understood() =>
        Assert.Contains("stats socket", HaproxyText.Parse("\nfrontend f\n    mode http\n").Failure!.Message, StringComparison.Ordinal);

    [Fact]
    public void A_frontend_without_mode_cannot_be_understood_even_when_the_backend_after_it_has_one() =>
        Assert.Contains("frontend f", HaproxyText.Parse("stats socket /s\nfrontend f\n    bind 10.0.0.1:80\nbackend b\n    mode http\n").Failure!.Message, StringComparison.Ordinal);

    [Fact]
    public void A_crt_list_counts_only_right_after_the_address() =>
        Assert.False(HaproxyText.Parse("stats socket /s\nfrontend f\n    bind 10.0.0.1:80 name x ssl crt-list /c\n    mode http\n").Value.Frontends[0].TerminatesTls);

    [Fact]
    public void Vips_are_the_addresses_of_the_bind_lines_without_loopback() =>
        Assert.Equal([IPAddress.Parse("10.0.0.5"), IPAddress.Parse("2001:db8::5")], HaproxyText.Vips(Config));

    [Theory]
    [InlineData("    bind 10.0.0.1:80,10.0.0.2:80 ssl", "10.0.0.1 10.0.0.2")]
    [InlineData("\tbind [2001:db8::1]:80", "2001:db8::1")]
    [InlineData("bind :80", "")]
    [InlineData("bind *:80", "")]
    [InlineData("bind", "")]
    [InlineData("# bind 10.0.0.1:80", "")]
    public void A_bind_line_may_be_written_in_many_ways(string line, string expected) =>
        Assert.Equal(expected, string.Join(' ', HaproxyText.Vips(line)));

    [Theory]
    [InlineData("global\n    user nobody\n    group nogroup\n    maxconn 5\n", "global\n    user nobody\n    maxconn 5\n")]
    [InlineData("global\n    group  haproxy", "global")]
    [InlineData("backend groups\n    option x\n", "backend groups\n    option x\n")]
    public void Group_lines_are_taken_out(string text, string expected) => Assert.Equal(expected, HaproxyText.WithoutGroup(text));
}
