// By chance: what tenants may write is accepted wherever they may write it, and a dangerous line is refused wherever it gets in.
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Amphora.Fixtures;
using Amphora.Fixtures.Octavia;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy.Lint;

public sealed partial class RandomTests
{
    private const string TokenCharacters = "abcXYZ019!#$%&*+-.^_`|~";

    private static readonly string[] s_pieces =
        ["a", "Z", "0", " ", "  ", "'", "\"", "\\", "\\\\", "#", "$", "${HOME}", "%", "%[src]", "{", "}", "(", ")", "[", "]", ",", ";", "&", "<", ">", "-", "--", "-f", "!", "é", "€", "\u00a0", "if", "/", "?", "=", "\\n", "\\x41"];

    [Fact]
    public void Our_templates_write_nothing_that_is_refused_whatever_a_document_says()
    {
        var random = new Random(21);
        var accepted = 0;
        for (var round = 0; round < 200; round++)
        {
            var document = Document(random);
            if (LintCorpus.Rendered(document) is { } text)
            {
                LintCorpus.AssertClean(text, document);
                accepted++;
            }
        }

        Assert.InRange(accepted, 100, 200);
    }

    // The pieces of the values are such as Octavia's API lets through; what HAProxy refuses of it need not be accepted.
    [Fact]
    public async Task Octavias_templates_write_nothing_that_is_refused_unless_HAProxy_refuses_it_too()
    {
        var random = new Random(22);
        JsonNode[] documents = [.. Enumerable.Range(0, 60).Select(_ => Document(random))];

        var texts = await StockRenderer.RenderAsync(documents, TestContext.Current.CancellationToken);

        var refused = documents.Zip(texts).Where(pair => !LintCorpus.Check(pair.Second, pair.First).IsClean).ToArray();
        Assert.InRange(refused.Length, 5, 55);
        foreach (var (document, text) in refused)
        {
            var lines = await LinesHaproxyRefusesAsync(text);
            Assert.All(LintCorpus.Check(text, document).Findings, finding => Assert.True(
                lines.Contains(finding.Line), $"{finding}\n{text.Split('\n')[finding.Line - 1]}"));
        }
    }

    [Fact]
    public async Task A_dangerous_line_is_refused_wherever_it_gets_in()
    {
        var random = new Random(23);
        JsonNode[] documents = [.. LintCorpus.Names.Select(LintCorpus.Document)];
        var stock = await StockRenderer.RenderAsync(documents, TestContext.Current.CancellationToken);
        (JsonNode Document, string Text)[] corpus =
            [.. documents.Zip(stock), .. documents.Select(document => (document, LintCorpus.Rendered(document))).Where(pair => pair.Item2 is not null).Select(pair => (pair.document, pair.Item2!))];
        string[] lines = [.. Dangerous.Anywhere, .. Dangerous.Global, .. Dangerous.Frontend, .. Dangerous.Backend, .. Dangerous.Defaults, .. Dangerous.Peers];

        for (var round = 0; round < 1500; round++)
        {
            var (document, text) = corpus[random.Next(corpus.Length)];
            var line = lines[random.Next(lines.Length)];
            // Half of the time between two lines, else in the middle of one, as a line feed in a value does.
            var at = random.Next(text.Length + 1);
            var begin = at == 0 ? 0 : text.LastIndexOf('\n', at - 1) + 1;
            var isBetween = random.Next(2) == 0;
            var changed = isBetween ? text.Insert(begin, $"    {line}\n") : text.Insert(at, $"\n{line}\n");

            var report = LintCorpus.Check(changed, document);

            Assert.False(report.IsClean, $"{line}\n{changed}");
            if (isBetween)
            {
                Assert.Contains(text[..begin].Count(character => character == '\n') + 1, report.Findings.Select(finding => finding.Line));
            }
        }
    }

    // Without the actions of the rules: at the first that names an ACL it has refused, HAProxy gives up.
    private static async Task<HashSet<int>> LinesHaproxyRefusesAsync(string text)
    {
        using var folder = new TestFolder();
        text = Action().Replace(text, "");
        var check = await HaproxyProcess.CheckAsync(null, [folder.Write("haproxy.cfg", text)], TestContext.Current.CancellationToken);
        return [.. Alert().Matches(check.Errors).Select(match => int.Parse(match.Groups[1].Value, provider: null))];
    }

    [GeneratedRegex(@"^ +(http-request deny|redirect) .*$", RegexOptions.Multiline)]
    private static partial Regex Action();

    [GeneratedRegex(@"\[ALERT\] .*haproxy\.cfg:([0-9]+)\]")]
    private static partial Regex Alert();

    private static JsonNode Document(Random random)
    {
        var document = DocumentVariants.WithPolicies(
        [
            .. Enumerable.Range(0, 6).Select(_ => (new JsonObject { ["action"] = "REJECT" }, Rule(random))),
            (new JsonObject { ["action"] = "REDIRECT_TO_URL", ["redirect_url"] = Url(random) }, Rule(random)),
        ]);
        var pool = document["loadbalancer"]!["pools"]![0]!;
        pool["session_persistence"] = new JsonObject { ["type"] = "APP_COOKIE", ["cookie_name"] = Token(random) };
        pool["healthmonitor"] = new JsonObject
        {
            ["id"] = LintCorpus.Id(900),
            ["type"] = "HTTP",
            ["delay"] = random.Next(1, 99),
            ["timeout"] = random.Next(1, 99),
            ["max_retries"] = random.Next(1, 11),
            ["url_path"] = Path(random),
        };
        return document;
    }

    private static JsonObject Rule(Random random) => random.Next(5) switch
    {
        0 => DocumentVariants.Rule("HEADER", "EQUAL_TO", Value(random), Token(random)),
        1 => DocumentVariants.Rule("COOKIE", "REGEX", Value(random), Token(random)),
        2 => DocumentVariants.Rule("SSL_DN_FIELD", "CONTAINS", Value(random), "CN"),
        3 => DocumentVariants.Rule("HOST_NAME", "ENDS_WITH", Value(random)),
        _ => DocumentVariants.Rule("FILE_TYPE", "EQUAL_TO", Value(random)),
    };

    private static string Value(Random random) => string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => s_pieces[random.Next(s_pieces.Length)]));

    private static string Token(Random random) => string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => TokenCharacters[random.Next(TokenCharacters.Length)]));

    private static string Url(Random random) => "https://a.example/" + Of(random, "ab01-._~!$&'()*+,;=:@/?", 12);

    private static string Path(Random random) => "/" + Of(random, "ab01-._~!$&()*+,;=:@?", 8);

    private static string Of(Random random, string characters, int most) => new([.. Enumerable.Range(0, random.Next(most)).Select(_ => characters[random.Next(characters.Length)])]);
}
