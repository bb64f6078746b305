// The language of the tables.
using Amphora.Agent.Haproxy.Lint.Shapes;
using Amphora.Agent.Haproxy.Model;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy.Lint;

public sealed class ShapeTests
{
    [Theory]
    [InlineData("a b|c <port>", "a b 5", "a c 5")]
    [InlineData("a [ b <port> ] c", "a c", "a b 5 c")]
    [InlineData("a [ b [ c ] ] d", "a d", "a b d", "a b c d")]
    [InlineData("a <port>+", "a 1", "a 1 2 3")]
    [InlineData("a if !{ x }", "a if !{ x }")]
    public void A_line_may_have_a_shape(string shape, params string[] lines) => Assert.All(lines, line => Assert.Null(Miss(DirectiveShape.Once(shape), line)));

    [Theory]
    [InlineData("a b|c", "a d", 1, "one of `b`, `c`")]
    [InlineData("a b", "a", 1, "`b`")]
    [InlineData("a b", "a b c", 2, "the end of the line")]
    [InlineData("a [ b <port> ] c", "a b x c", 2, "a number from 1 to 65535")]
    [InlineData("a [ b ] c", "a x", 1, "`c`")]
    [InlineData("a <port>+", "a", 1, "a number from 1 to 65535")]
    [InlineData("a <port>+", "a 1 x", 2, "a number from 1 to 65535")]
    public void Or_leave_it_at_a_word(string shape, string line, int word, string expected) =>
        Assert.Equal(new ShapeMiss(word, expected), Miss(DirectiveShape.Once(shape), line));

    [Theory]
    [InlineData("a")]
    [InlineData("a x")]
    [InlineData("a y 5 x")]
    [InlineData("a x y 5 z w")]
    [InlineData("a z x")]
    public void Options_stand_in_any_order(string line) => Assert.Null(Miss(DirectiveShape.Many("a", "x", "y <port>", "z [ w ]"), line));

    [Theory]
    [InlineData("a b", 1, "one of its options")]
    [InlineData("a x x", 2, "another of its options")]
    [InlineData("a x y", 3, "a number from 1 to 65535")]
    [InlineData("a x y 0 z", 3, "a number from 1 to 65535")]
    public void And_each_once(string line, int word, string expected) =>
        Assert.Equal(new ShapeMiss(word, expected), Miss(DirectiveShape.Many("a", "x", "y <port>", "z [ w ]"), line));

    [Theory]
    [InlineData("a ]")]
    [InlineData("a [ b")]
    [InlineData("a <no-such-name>")]
    public void A_table_that_is_written_wrong_says_so(string shape) => Assert.Throws<FormatException>(() => DirectiveShape.Once(shape));

    [Fact]
    public void The_options_of_a_server_are_those_the_model_reads()
    {
        var server = Assert.Single(Amphora.Agent.Haproxy.Lint.LintTables.Sections.Single(section => section.Directives.Any(row => row.FirstWord == "fullconn")).Directives, row => row.FirstWord == "server");

        Assert.All(
            (string[])["check", "inter 5s", "fall 3", "rise 3", "check-ssl", "check-alpn h2", "addr 10.0.0.1", "port 80", $"cookie {LintLines.Pool}", "send-proxy", "send-proxy-v2", "send-proxy-v2-ssl-cn", "backup", "disabled", "ssl", "sni ssl_fc_sni", "verify none", "ciphers a", "ciphersuites a", "ssl-min-ver TLSv1.2", "ssl-max-ver TLSv1.3", "no-sslv3", "no-tlsv10", "no-tlsv11", "no-tlsv12", "no-tlsv13", "alpn h2"],
            option =>
            {
                var line = $"server {LintLines.Pool} 10.0.0.1:80 weight 1 {option}";

                Assert.Null(Miss(server, line));
                Assert.Equal(option.Split(' '), Read(line).Options.Skip(1).SelectMany(read => read.ToString().Split(' ')));
            });
    }

    private static ServerLine Read(string line) => ServerLine.Read(HaproxyDocument.Parse(line).Lines.Single())!;

    private static ShapeMiss? Miss(DirectiveShape shape, string line) => shape.Miss(HaproxyDocument.Parse(line).Lines.Single(), LintLines.Place);
}
