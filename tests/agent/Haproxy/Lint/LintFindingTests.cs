// What operators read.
using Amphora.Agent.Haproxy.Lint;
using Amphora.Agent.Haproxy.Model;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy.Lint;

public sealed class LintFindingTests
{
    [Theory]
    [InlineData("global", "\tlua-load /x # y", "line 2: `lua-load /x # y`: not a directive that a load balancer of Octavia's has in section global")]
    [InlineData("program x", "command /bin/sh", "line 1: `program x`: no load balancer of Octavia's has a section program")]
    [InlineData("global", "maxconn many", "line 2: `maxconn many`: word 2 has to be a number from 1")]
    [InlineData("global", "maxconn", "line 2: `maxconn`: ends where there has to be a number from 1")]
    [InlineData("global", "maxconn 5 6", "line 2: `maxconn 5 6`: word 3 has to be the end of the line")]
    [InlineData("global", "stats socket /x mode 0666 level user", "line 2: `stats socket /x mode 0666 level user`: word 3 has to be the stats socket of this load balancer")]
    [InlineData("frontend", "mode ftp", "line 2: `mode ftp`: word 2 has to be one of `http`, `tcp`")]
    [InlineData("frontend", "bind 10.0.0.5:80 accept-proxy", "line 2: `bind 10.0.0.5:80 accept-proxy`: word 3 has to be one of its options")]
    [InlineData("frontend", "bind 10.0.0.5:80 no-sslv3 x", "line 2: `bind 10.0.0.5:80 no-sslv3 x`: word 4 has to be another of its options")]
    [InlineData("frontend", "bind 10.0.0.5:80 alpn x", "line 2: `bind 10.0.0.5:80 alpn x`: word 4 has to be some of h2, http/1.1, http/1.0")]
    [InlineData("frontend", "http-request deny if TRUE", "line 2: `http-request deny if TRUE`: word 4 has to be a rule's UUID, perhaps with `!` before it")]
    [InlineData("frontend", "redirect location http://a/", "line 2: `redirect location http://a/`: ends where there has to be `if`: it would redirect every request")]
    [InlineData("backend", "http-request set-header X-Tenant other", "line 2: `http-request set-header X-Tenant other`: word 3 has to be `X-Forwarded-Port` or `X-Forwarded-Proto` or `X-SSL-Client-Verify` or …")]
    [InlineData("frontend", "timeout check 5s", "line 2: `timeout check 5s`: word 2 has to be `client`")]
    [InlineData("frontend", "maxconn \"$X\"", "line 2: `maxconn \"$X\"`: has a variable of the environment")]
    [InlineData("frontend", "maxconn \u001b[1m5", "line 2: `maxconn ?[1m5`: word 2 has to be a number from 1")]
    [InlineData("frontend", "maxconn aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "line 2: `maxconn aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…`: word 2 has to be a number from 1")]
    public void A_finding_names_line_directive_and_rule(string section, string line, string message) =>
        Assert.Equal(message, Assert.Single(LintLines.Check(section, line)).ToString());

    [Fact]
    public void The_first_twenty_findings_are_told_and_the_rest_is_counted()
    {
        var text = "global\n" + string.Concat(Enumerable.Repeat("    lua-load /x\n", 50));

        var report = HaproxyLint.Check(HaproxyDocument.Parse(text), LintLines.Place);

        Assert.Equal((20, 30, 21), (report.Findings.Count, report.More, report.Lines.Count));
        Assert.Equal("and 30 more lines", report.Lines[20]);
        Assert.Equal(21, report.Findings[19].Line);
    }

    [Fact]
    public void A_clean_text_has_nothing_to_tell()
    {
        var report = HaproxyLint.Check(HaproxyDocument.Parse("global\n    daemon\n"), LintLines.Place);

        Assert.True(report.IsClean);
        Assert.Equal([], report.Lines);
    }
}
