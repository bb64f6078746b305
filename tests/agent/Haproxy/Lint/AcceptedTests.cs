// The lint accepts what our templates render, and what Octavia's render: 11.0.0 in a process beside the test, master as it writes its lines.
using System.Text.Json.Nodes;
using Amphora.Fixtures.Octavia;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy.Lint;

public sealed class AcceptedTests
{
    private static readonly DocumentVariant[] s_variants = [.. LintCorpus.Variants()];

    public static TheoryData<string> Names => [.. LintCorpus.Names];

    public static TheoryData<string> VariantNames => [.. s_variants.Select(variant => variant.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_example_of_the_contract_by_our_templates(string name)
    {
        var document = LintCorpus.Document(name);

        if (LintCorpus.Rendered(document) is { } text)
        {
            LintCorpus.AssertClean(text, document);
        }
        else
        {
            Assert.Equal("09-udp-sctp", name);
        }
    }

    [Theory]
    [MemberData(nameof(VariantNames))]
    public void Every_variant_by_our_templates(string name)
    {
        var document = s_variants.Single(variant => variant.Name == name).Document;

        var text = LintCorpus.Rendered(document);

        Assert.NotNull(text);
        LintCorpus.AssertClean(text, document);
    }

    // Its value with a dash at the start is a flag that HAProxy does not know either (UD5).
    [Fact]
    public async Task Every_example_and_every_variant_by_Octavias_templates()
    {
        JsonNode[] documents =
            [.. LintCorpus.Names.Select(LintCorpus.Document), .. s_variants.Where(variant => variant.Name != "rules with -x -y").Select(variant => variant.Document)];

        var texts = await StockRenderer.RenderAsync(documents, TestContext.Current.CancellationToken);

        Assert.Equal(documents.Length, texts.Count);
        Assert.All(documents.Zip(texts), pair => LintCorpus.AssertClean(pair.Second, pair.First));
    }

    // Where Octavia's master differs from 11.0.0 (config-rendering §14): its lines, in the sections they stand in.
    [Theory]
    [InlineData("global", "    tune.ssl.cachesize 14080000")]
    [InlineData("global", "    nbthread 3")]
    [InlineData("global", "    cpu-map auto:1/1-3 1-3")]
    [InlineData("frontend", "    http-response set-header Strict-Transport-Security \"max-age=15768000;\"")]
    [InlineData("frontend", "    http-response set-header Strict-Transport-Security \"max-age=0; includeSubDomains; preload;\"")]
    [InlineData("frontend", "        acl 5e570001-0000-4000-8000-000000000001 path_end  jpg")]
    [InlineData("backend", "    option httpchk GET / HTTP/1.1")]
    [InlineData("backend", "    http-check send hdr Host www.example.com")]
    [InlineData("backend", "    stick-table type ipv6 size 10k")]
    [InlineData("backend", "    stick-table type ipv6 size 10k peers 1967afd71f13560fa74279a1cf16a829_peers")]
    [InlineData("backend", "    server 5e570001-0000-4000-8000-000000000001 10.0.0.1:80 weight 1 check check-ssl verify none check-alpn h2,http/1.1 inter 5s fall 3 rise 2 ssl ca-file /var/lib/octavia/certs/1967afd7-1f13-560f-a742-79a1cf16a829/0123456789012345678901234567890123456789.pem sni ssl_fc_sni no-sslv3 no-tlsv10 alpn h2,http/1.1")]
    public void A_line_of_Octavias_master(string section, string line) => Assert.Equal([], LintLines.Check(section, line));
}
