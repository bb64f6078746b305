// config-rendering §13 through Octavia's own templates, as if nobody had looked at the value before: each is refused.
using System.Text.Json.Nodes;
using Amphora.Fixtures.Octavia;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy.Lint;

public sealed class InjectionVectorTests
{
    private const string Mark = "MARK";

    // Where the mark goes in a document, and what stands there instead of it when the text comes: the templates do not see it.
    private static readonly (string Row, Func<JsonNode> Document, string Written, string[] Values)[] s_vectors =
    [
        ("I1 listener", () => Listener("04-terminated-https-sni", listener => listener["tls_ciphers"] = Mark), Mark,
            ["A\n    bind 0.0.0.0:22", "A\n    bind 10.0.0.9:22", "A verify none", "A accept-proxy", "A crt /etc/x.pem", "A\n    lua-load /x"]),
        ("I1 pool", () => Pool("07-reencrypt", pool => pool["tls_ciphers"] = Mark), Mark,
            ["A verify none", "A source 10.0.0.9", "A\n    server x 10.0.0.9:80", "A\n    server 5e570001-0000-4000-8000-000000000001 /tmp/s weight 1"]),
        ("I2 url", () => Redirect("redirect_url", "REDIRECT_TO_URL"), "http://MARK/",
            ["http://a/\n    use_backend x", "http://a/ if TRUE #", @"http://a/\r\nX:y", "None", "http://a/\n    http-request set-header X-Evil y", "javascript:x", "http://a/\u0085"]),
        ("I2 prefix", () => Redirect("redirect_prefix", "REDIRECT_PREFIX"), "http://MARK/",
            ["http://a\n    use_backend x", "http://a if TRUE #", @"http://a\x0d\x0aX:y", "None"]),
        ("I3", () => Rule("PATH", Mark), Mark,
            ["/a\n    http-request deny", "/a\n    lua-load /x", "/a\tb", "-f /etc/passwd", @"-f\ /etc/passwd", "-m found", "-M -f /x", "/a\u0001", "/a\u0085b", "/a\u007f", "/a b", @"/a\x0a", "'/a", "\"$HOME\""]),
        ("I4 header", () => Rule("HEADER", "v", Mark), Mark, ["X-Foo,-1", "a) -m found #", "X\"y", "X'y", "X(y", "X y", @"X\x2cy", "X\n    lua-load /x"]),
        ("I4 cookie", () => Rule("COOKIE", "v", Mark), Mark, ["a,lower", "a) -m found #", "a)b"]),
        ("I4 certificate", () => Rule("SSL_DN_FIELD", "v", Mark), Mark, ["CN\"),lower", "1a", "C_N", "CN,1", "CN) -m found #"]),
        ("I5", () => Pool("01-tiny-http", pool => pool["session_persistence"] = new JsonObject { ["type"] = "APP_COOKIE", ["cookie_name"] = Mark }), Mark,
            ["a),lower if FALSE", "a,b", "a'b", "a#b", "a)b", "a\n    lua-load /x"]),
        ("I6", () => Monitor("url_path", "/MARK"), "/MARK",
            [@"/a HTTP/1.1\r\nHost:\ x", "/a\n    external-check command /bin/sh", "//host", @"/a\x00", "/a\u007f", @"/a\r\nX:y", "a", @"/a\#b"]),
        ("I7", () => Monitor("expected_codes", "299"), "rstatus 299", ["rstatus 200,\n201", "rstatus 200 201", "rstatus 2..", "rstatus ٢٠٠", "rstatus .*", "rstatus 200|", "string 200"]),
        ("I8", () => Monitor("domain_name", Mark), Mark, ["%[env(HOME)]", "a%ci", @"a\r\nX:y", "a\n    lua-load /x", @"a\ b"]),
        ("I9 member", () => Pool("01-tiny-http", pool => pool["members"]![0]!["address"] = "203.0.113.77"), "203.0.113.77",
            ["10.0.0.1%eth0", "010.0.0.1", "10.1", "host.example", "unix@/x", "10.0.0.1:80 #", "fe80::1%lo", "10.0.0.1:80 resolvers x #"]),
        ("I9 VIP", () => Changed("01-tiny-http", document => document["loadbalancer"]!["vip_address"] = "203.0.113.77"), "203.0.113.77",
            ["0.0.0.0", "::", "*", "", "10.0.0.1%eth0", "/tmp/s", "10.0.0.1:80,10.0.0.2"]),
        ("I10 listener", () => Listener("01-tiny-http", listener => listener["id"] = LintCorpus.Id(7)), LintCorpus.Id(7), ["../x", "x", "5E570007-0000-4000-8000-000000000001", "a\n    lua-load /x"]),
        ("I10 file", () => Changed("07-reencrypt", document => document["tls_files"]![0]!["file"] = new string('a', 40) + ".pem"), new string('a', 40) + ".pem",
            ["../../../../etc/shadow", "../x.pem", "a/b.pem", ".pem", "x", "a b.pem", "a\n    lua-load /x"]),
        ("I11 project", () => Changed("01-tiny-http", document => document["loadbalancer"]!["project_id"] = Mark), Mark, ["%[env(HOME)]", "%[lua.x]", "%[src,map(/etc/passwd)]", "a\n    log 10.0.0.1:514 local0", "%"]),
        ("I12 stick size", () => Changed("02-tcp-https-passthrough", document => document["settings"] = new JsonObject { ["haproxy_stick_size"] = "77777k" }), "77777k",
            ["1k expire 1s", "1k store http_req_rate(1s)", "1k\n    lua-load /x", "x"]),
        ("I12 base path", () => Changed("01-tiny-http", document => document["settings"] = new JsonObject { ["base_path"] = "/var/lib/other" }), "/nothing-to-replace", ["x"]),
        ("I13", () => Changed("10-dual-stack-active-standby", document => document["amphorae"]![0]!["vrrp_ip"] = "203.0.113.77"), "203.0.113.77", ["10.0.0.1:1026 #", "host", "10.0.0.1:1025 local #", "10.0.0.1\n    bind 10.0.0.1"]),
        ("I14", () => Changed("03-http-monitor-cookie", _ => { }), "X-Forwarded-Port %[dst_port]", ["X-Evil %[dst_port]", "X-Forwarded-Port %[env(HOME)]", "Host x", "X-Forwarded-Port 1\n    http-request set-header X-Evil 1"]),
    ];

    public static TheoryData<string> Rows => [.. s_vectors.Select(vector => vector.Row)];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_vector_is_refused(string row)
    {
        var (_, make, written, values) = s_vectors.Single(vector => vector.Row == row);
        var document = make();
        var text = (await StockRenderer.RenderAsync([document], TestContext.Current.CancellationToken)).Single();
        var place = LintCorpus.Place(row == "I12 base path" ? LintCorpus.Document("01-tiny-http") : document);

        Assert.All(values, value =>
        {
            var changed = text.Replace(written, value, StringComparison.Ordinal);

            var report = Amphora.Agent.Haproxy.Lint.HaproxyLint.Check(Amphora.Agent.Haproxy.Model.HaproxyDocument.Parse(changed), place);

            Assert.True(row == "I12 base path" || changed != text, $"{written} is not written");
            Assert.False(report.IsClean, changed);
        });
    }

    // The same documents, with what is harmless there, are clean: it is the value that is refused.
    [Fact]
    public async Task Without_its_value_a_vector_is_clean()
    {
        var vectors = s_vectors.Where(vector => vector.Row != "I12 base path").ToArray();

        var texts = await StockRenderer.RenderAsync(vectors.Select(vector => vector.Document()), TestContext.Current.CancellationToken);

        Assert.All(vectors.Zip(texts), pair => LintCorpus.AssertClean(pair.Second, pair.First.Document()));
    }

    private static JsonNode Changed(string name, Action<JsonNode> change)
    {
        var document = LintCorpus.Document(name);
        change(document);
        return document;
    }

    private static JsonNode Listener(string name, Action<JsonNode> change) => Changed(name, document => change(document["loadbalancer"]!["listeners"]![0]!));

    private static JsonNode Pool(string name, Action<JsonNode> change) => Changed(name, document => change(document["loadbalancer"]!["pools"]![0]!));

    private static JsonNode Redirect(string field, string action) =>
        DocumentVariants.WithPolicies([(new JsonObject { ["action"] = action, [field] = "http://MARK/" }, DocumentVariants.Rule("PATH", "EQUAL_TO", "/a"))]);

    private static JsonNode Rule(string type, string value, string? key = null) =>
        DocumentVariants.WithPolicies([(new JsonObject { ["action"] = "REJECT" }, DocumentVariants.Rule(type, "EQUAL_TO", value, key))]);

    private static JsonNode Monitor(string field, string value) => Pool("03-http-monitor-cookie", pool =>
    {
        pool["healthmonitor"]!["http_version"] = 1.1;
        pool["healthmonitor"]!["domain_name"] = "www.example.com";
        pool["healthmonitor"]![field] = value;
    });
}
