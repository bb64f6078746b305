// Dangerous lines are refused where they stand.
using Xunit;

namespace Amphora.Agent.Tests.Haproxy.Lint;

public sealed class RefusedTests
{
    private static readonly (string Section, string[] Lines)[] s_tables =
    [
        ("global", Dangerous.Global), ("frontend", Dangerous.Frontend), ("backend", Dangerous.Backend), ("defaults", Dangerous.Defaults), ("peers", Dangerous.Peers),
        .. ((string[])["global", "frontend", "backend", "defaults", "peers"]).Select(section => (section, Dangerous.Anywhere)),
    ];

    public static TheoryData<string, int> Sections => new(s_tables.Select((table, index) => (table.Section, index)));

    [Theory]
    [MemberData(nameof(Sections))]
    public void A_dangerous_line_is_refused_by_its_number_and_by_nothing_else(string section, int table) => Assert.All(s_tables[table].Lines, line =>
    {
        var findings = LintLines.Check(section, "# a line before it", line, "# and one behind it");

        Assert.Equal(3, Assert.Single(findings).Line);
    });

    // What HAProxy would take in one section is nothing in another: the tables of the sections are apart.
    [Theory]
    [InlineData("global", "mode http")]
    [InlineData("defaults", "daemon")]
    [InlineData("defaults", "mode http")]
    [InlineData("peers", "maxconn 5")]
    [InlineData("frontend", "balance source")]
    [InlineData("frontend", "no log")]
    [InlineData("backend", "acl 5e570001-0000-4000-8000-000000000001 ssl_c_used")]
    [InlineData("backend", "bind 10.0.0.5:80")]
    [InlineData("backend", "default_backend f64b7859-b3b7-57c6-bcd1-26d3e2c96cff:cea01c26-bdbe-55ab-a078-bf900c5360ad")]
    public void A_directive_of_another_section_is_refused(string section, string line) =>
        Assert.Equal($"not a directive that a load balancer of Octavia's has in section {section}", Assert.Single(LintLines.Check(section, line)).Rule);

    [Theory]
    [InlineData("frontend prometheus-exporter-internal-endpoint", "bind 127.0.0.1:9102", "word 2 has to be `127.0.0.1:9101`")]
    [InlineData("frontend prometheus-exporter-internal-endpoint", "http-request use-service lua.x if { path /metrics }", "word 3 has to be `prometheus-exporter`")]
    [InlineData("backend prometheus-exporter-internal", "server prometheus-internal 10.0.0.1:9102", "word 3 has to be `127.0.0.1:9102`")]
    public void The_sections_of_metrics_are_the_same_in_every_configuration(string header, string line, string rule) =>
        Assert.Equal(rule, Assert.Single(LintLines.Check(header, line)).Rule);

    [Theory]
    [InlineData("frontend", "maxconn 5", "maxconn 6")]
    [InlineData("frontend", "default_backend f64b7859-b3b7-57c6-bcd1-26d3e2c96cff:cea01c26-bdbe-55ab-a078-bf900c5360ad", "default_backend cea01c26-bdbe-55ab-a078-bf900c5360ad:cea01c26-bdbe-55ab-a078-bf900c5360ad")]
    [InlineData("global", "daemon", "daemon")]
    [InlineData("backend", "timeout server 5", "timeout server 6")]
    public void What_a_section_has_once_is_refused_the_second_time(string section, string first, string second)
    {
        var finding = Assert.Single(LintLines.Check(section, first, second));

        Assert.Equal(3, finding.Line);
        Assert.StartsWith("a second one in section", finding.Rule, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("global")]
    [InlineData("defaults")]
    [InlineData("peers 1967afd71f13560fa74279a1cf16a829_peers")]
    [InlineData("frontend prometheus-exporter-internal-endpoint")]
    public void What_a_configuration_has_once_is_refused_the_second_time(string header) =>
        Assert.Equal((2, $"a second section {header}"), LintLines.Check(header, header).Select(finding => (finding.Line, finding.Rule)).Single());

    [Fact]
    public void The_binds_of_a_listener_differ_in_their_address_only()
    {
        const string File = "/var/lib/octavia/certs/1967afd7-1f13-560f-a742-79a1cf16a829/a.pem";

        Assert.Empty(LintLines.Check("frontend", $"bind 10.0.0.5:443 ssl crt-list {File} alpn h2", $"bind [2001:db8::5]:443 ssl crt-list {File} alpn h2", $"bind 2001:db8::6:443 ssl crt-list {File} alpn h2 "));
        Assert.Equal(
            [(3, "differs from the bind in line 2 in more than the address"), (4, "differs from the bind in line 2 in more than the address")],
            LintLines.Check("frontend", "bind 10.0.0.5:80", "bind 10.0.0.6:8080", $"bind 10.0.0.6:80 ssl crt-list {File}").Select(finding => (finding.Line, finding.Rule)));
    }

    [Fact]
    public void Verify_none_is_for_the_check_alone_where_there_is_an_authority()
    {
        const string Server = "server 5e570001-0000-4000-8000-000000000001 10.0.0.1:80 weight 1 check";
        const string Tls = "ssl ca-file /var/lib/octavia/certs/1967afd7-1f13-560f-a742-79a1cf16a829/a.pem";

        Assert.Empty(LintLines.Check("backend", $"{Server} check-ssl verify none {Tls}", $"{Server} {Tls} verify required", $"{Server} ssl verify none"));
        Assert.Equal("has a ca-file, and `verify none`, with which it is not used", Assert.Single(LintLines.Check("backend", $"{Server} {Tls} verify none")).Rule);
    }

    [Theory]
    [InlineData("# free")]
    [InlineData("# left by 5e570002-0000-4000-8000-000000000001")]
    [InlineData("#member 5e570002-0000-4000-8000-000000000001")]
    [InlineData("ssl ciphers A #")]
    public void A_comment_behind_a_server_would_say_whose_it_is(string end) => Assert.Equal(
        "has a comment, which would say whose server it is",
        Assert.Single(LintLines.Check("backend", $"server 5e570001-0000-4000-8000-000000000001 10.0.0.1:80 weight 1 {end}")).Rule);

    // UD2: what upstream's own text does to a tenant's #. It is accepted, because a stock agent takes it too.
    [Theory]
    [InlineData("redirect location http://a/#top if 5e570001-0000-4000-8000-000000000001")]
    [InlineData("redirect code 302 prefix http://a/it&#39;s if 5e570001-0000-4000-8000-000000000001")]
    [InlineData("acl 5e570001-0000-4000-8000-000000000001 path -m beg #a")]
    [InlineData("acl 5e570001-0000-4000-8000-000000000001 path -m beg /it&#39;s")]
    public void A_value_that_becomes_a_comment_is_cut_and_accepted(string line) => Assert.Empty(LintLines.Check("frontend", line));

    [Fact]
    public void Before_the_first_section_there_are_comments_only()
    {
        var report = Amphora.Agent.Haproxy.Lint.HaproxyLint.Check(
            Amphora.Agent.Haproxy.Model.HaproxyDocument.Parse("# a comment\n\nsetenv A b\n\0\nglobal\n    daemon\n"), LintLines.Place);

        Assert.Equal([(3, "stands before the first section"), (4, "has a NUL character")], report.Findings.Select(finding => (finding.Line, finding.Rule)));
    }
}
