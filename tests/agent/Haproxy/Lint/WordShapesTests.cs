// Which words the tables' names stand for: the borders of each.
using Amphora.Agent.Haproxy.Lint.Words;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy.Lint;

public sealed class WordShapesTests
{
    private const string Certificates = "/var/lib/octavia/certs/1967afd7-1f13-560f-a742-79a1cf16a829/";

    // A name, words it stands for, words it does not.
    private static readonly (string Name, string[] Good, string[] Bad)[] s_words =
    [
        ("positive", ["1", "2147483647"], ["0", "-1", "+1", "01", "", "1.0", "2147483648", "٣", "1k", "0x1"]),
        ("milliseconds", ["0", "50000"], ["00", "5s"]),
        ("weight", ["0", "256"], ["257", "-1"]),
        ("retries", ["1", "10"], ["0", "11"]),
        ("port", ["1", "65535"], ["0", "65536", "080"]),
        ("verify-result", ["0", "26"], ["-1", "X509_V_OK"]),
        ("seconds", ["1s", "2147483647s"], ["0s", "5", "5ms", "s", "5 s", "-5s"]),
        ("size", ["1", "10k", "1M", "2g"], ["0", "k", "10kb", "-1k", "1 k"]),
        ("status-codes", ["200", "200|201|599"], ["20", "2000", "200|", "|200", "200,201", ".*", "2..", "٢٠٠", ""]),
        ("threads", ["1-1", "1-63"], ["1-", "1-0", "2-3", "1-3,5"]),
        ("thread-group", ["auto:1/1-3"], ["1/1-3", "auto:1/1-", "auto:2/1-3"]),
        ("id", [LintLines.Pool], ["", "x", "F64B7859-b3b7-57c6-bcd1-26d3e2c96cff", "f64b7859-b3b7-57c6-bcd1-26d3e2c96cf", "f64b7859-b3b7-57c6-bcd1-26d3e2c96cffa", "f64b7859b3b757c6bcd126d3e2c96cff", "f64b7859-b3b7-57c6-bcd1-26d3e2c96cf\n", "g64b7859-b3b7-57c6-bcd1-26d3e2c96cff"]),
        ("backend", [LintLines.Pool + ":" + LintLines.Listener], [LintLines.Pool, LintLines.Pool + ":", LintLines.Pool + "/" + LintLines.Listener, LintLines.Pool + ":" + LintLines.Listener + "x"]),
        ("rule", [LintLines.Pool, "!" + LintLines.Pool], ["!", "!!" + LintLines.Pool, "TRUE", "{", "||", "or"]),
        ("peers", ["1967afd71f13560fa74279a1cf16a829_peers"], ["x_peers", "1967afd71f13560fa74279a1cf16a829", ""]),
        ("peer", ["xXu-FMQ0vr_hLZFNFyIplfVZyGE"], ["-a", "", "a=", "a b", "a/b"]),
        ("peer-address", ["10.0.0.1:1025", "2001:db8::1:1025", "[2001:db8::1]:1025"], ["10.0.0.1:1026", "10.0.0.1", "host:1025"]),
        ("vip", ["10.0.0.5:80", "2001:db8::5:443", "[2001:db8::5]:443", "127.0.0.1:80"], ["0.0.0.0:80", "[::]:80", ":::80", "*:80", ":80", "10.0.0.5", "10.0.0.5:0", "10.0.0.5:80-81", "10.0.0.5:80,10.0.0.6:80", "fe80::1%eth0:80"]),
        ("member", ["10.0.0.5:80", "0.0.0.0:80"], ["host:80", "unix@/x", "/x", "10.0.0.5:+80", "010.0.0.5:80", "10.0.5:80"]),
        ("address", ["10.0.0.5", "2001:db8::5", "[2001:db8::5]"], ["10.0.0.5:80", "host", "", "[10.0.0.5]"]),
        ("host-name", ["a", "www.example.com", "a_b-c"], ["", "a b", "a%b", "a\n", "é"]),
        ("stats-socket", ["/var/lib/octavia/1967afd7-1f13-560f-a742-79a1cf16a829.sock"], ["/var/lib/octavia/x.sock", "", "/var/lib/octavia/1967afd7-1f13-560f-a742-79a1cf16a829.sock/"]),
        ("server-state-file", ["/var/lib/octavia/1967afd7-1f13-560f-a742-79a1cf16a829/servers-state"], ["/var/lib/octavia/x/servers-state", "servers-state"]),
        ("ping-wrapper", ["/var/lib/octavia/ping-wrapper.sh"], ["/bin/sh", "ping-wrapper.sh", "/var/lib/octavia/ping-wrapper.sh.x"]),
        ("certificate", [Certificates + "a.pem", Certificates + "0123456789012345678901234567890123456789.pem"], [Certificates, Certificates + ".pem", Certificates + "a", Certificates + "../a.pem", Certificates + "a/b.pem", Certificates + "a.b.pem", "a.pem", "/etc/a.pem", Certificates + "a b.pem"]),
        ("ciphers", ["ECDHE+AESGCM:!aNULL:@SECLEVEL=1", "a_b.c"], ["", "a b", "a,b", "a\n", "a/b"]),
        ("alpn", ["h2", "h2,http/1.1,http/1.0"], ["", "h2,", "h3", "H2", "h2 http/1.1"]),
        ("hsts", ["max-age=0;", "max-age=5; includeSubDomains;", "max-age=5; preload;", "max-age=5; includeSubDomains; preload;"], ["max-age=5", "max-age=;", "max-age=-1;", "max-age=5; x;", "max-age=5; preload; includeSubDomains;", "max-age=5;\r\nX: y"]),
        ("url", ["http://a", "https://a/b?c=d&amp;e", "HTTP://a"], ["", "a", "ftp://a", "/a", "http://a b", "http://a\r\n", "javascript:http://a", "http://a\u0085"]),
        ("path", ["/", "/a?b=c&amp;d", "/%20"], ["", "a", "//a", "/a b", "/a#b", "/a\n", "/\u007f"]),
        ("http-version", ["HTTP/1.0", "HTTP/1.1", "HTTP/1.1\r\n", "HTTP/1.1\r\nHost: www.example.com"], ["HTTP/1", "HTTP/2", "HTTP/1.1\r\nX: y", "HTTP/1.1\r\nHost: a\r\nX: y", "HTTP/1.1\n", "HTTP/1.1\r\nHost: "]),
        ("fetch", ["path", "path_end", "req.hdr(host)", "req.hdr(X-A)", "req.cook(a_b)", "ssl_c_s_dn(CN)", "req.hdr(\"X'A\")", "req.hdr(a&amp;b)"],
            ["", "src", "url", "req.hdr", "req.hdr()", "req.hdr(\"\")", "req.hdr(a,-1)", "req.hdr(a),lower", "req.hdr(a)b", "req.hdr(a'b)", "req.hdr(\"a\"b\")", @"req.hdr(""a\""b"")", "req.hdr(a b)", "req.hdr(é)", "ssl_c_s_dn(1a)", "ssl_c_s_dn(C_N)", "ssl_c_s_dn", "env(HOME)", "lua.x", "path,lower"]),
        ("response-cookie", ["res.cook(a)"], ["req.cook(a)", "res.cook(a,b)", "res.hdr(a)"]),
        ("request-cookie", ["req.cook(a)"], ["res.cook(a)", "req.cook(a) b"]),
        ("pattern", ["a", "-f", "a b", "é", "#"], ["", "a\tb", "a\n", "a\u0085", "\0"]),
        ("bare-pattern", ["a", "a -f", "!"], ["", "-f", "--", "-", "a\u0001"]),
        ("log-format", ["%ci:%cp [%tr] %{+Q}r %ST", "%%", "%[ssl_c_verify] %{+Q}[ssl_c_s_dn]", "%[ssl_c_s_dn(cn),lower]", "%{+Q,-X}o", "a", "%[capture.req.hdr(0),json(utf8)]", "%Tt", "%[unique-id]"],
            ["", "%", "100% ", "%[env(HOME)]", "%[lua.x]", "%[src,map(/etc/x)]", "%[src,lua.x]", "%[src", "%[]", "%{x", "%{x}", "%{+Q}", "%{;}r", "%[src,]", "%[req.hdr(a]b),lua.x]", "%[req.hdr(\"a)\"),lua.x]", "%[src]\n", "%[int(1)]", "%[jwt_verify(x)]", "%[src,jwt_verify(a,/x)]", "%[file(/x)]", "%1"]),
    ];

    public static TheoryData<string> Names => [.. s_words.Select(words => words.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_name_stands_for_some_words_and_for_no_others(string name)
    {
        var (_, good, bad) = s_words.Single(words => words.Name == name);
        var shape = WordShapes.Named(name);

        Assert.All(good, word => Assert.True(shape.Test(word, LintLines.Place), word));
        Assert.All(bad, word => Assert.False(shape.Test(word, LintLines.Place), word));
        Assert.NotEqual("", shape.Expected);
    }

    [Fact]
    public void The_paths_follow_the_agents_configuration()
    {
        var place = new Amphora.Agent.Haproxy.Lint.LintPlace("/srv/lb/", "/srv/keys", "one");

        Assert.True(WordShapes.Named("stats-socket").Test("/srv/lb/one.sock", place));
        Assert.True(WordShapes.Named("certificate").Test("/srv/keys/one/a.pem", place));
        Assert.True(WordShapes.Named("ping-wrapper").Test("/srv/lb/ping-wrapper.sh", place));
        Assert.True(WordShapes.Named("ping-wrapper").Test("/var/lib/octavia/ping-wrapper.sh", place));
        Assert.False(WordShapes.Named("certificate").Test("/var/lib/octavia/certs/one/a.pem", place));
    }
}
