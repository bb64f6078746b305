// The corpus holds everything that can come of a haproxy.cfg's template, and the tables hold nothing that no template writes.
using System.Text.RegularExpressions;
using Amphora.Agent.Haproxy.Lint;
using Amphora.Agent.Haproxy.Lint.Shapes;
using Amphora.Agent.Haproxy.Model;
using Amphora.Fixtures;
using Amphora.Fixtures.Octavia;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy.Lint;

public sealed partial class CorpusTests
{
    [Fact]
    public void Every_word_of_our_template_is_in_a_text_that_is_linted()
    {
        var template = File.ReadAllText(Path.Combine(Checkout.Top, "templates/haproxy.sbn"));
        var words = Expression().Split(template).SelectMany(static literal => literal.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct();
        string[] texts = [.. LintCorpus.Documents().Select(LintCorpus.Rendered).OfType<string>()];

        var missing = words.Where(word => !texts.Any(text => text.Contains(word, StringComparison.Ordinal)));

        Assert.Equal([], missing);
    }

    [Fact]
    public async Task Every_row_of_the_tables_is_a_line_that_a_template_writes()
    {
        var documents = LintCorpus.Documents().ToArray();
        var stock = await StockRenderer.RenderAsync(documents, TestContext.Current.CancellationToken);
        var written = new HashSet<DirectiveShape>();
        foreach (var (document, text) in documents.Zip(stock).Concat(documents.Select(document => (document, LintCorpus.Rendered(document) ?? ""))))
        {
            Mark(HaproxyDocument.Parse(text), LintCorpus.Place(document), written);
        }

        var unwritten = LintTables.Sections.SelectMany(section => section.Directives.Where(row => !written.Contains(row)).Select(row => $"{section.Keyword}: {row}"));
        Assert.Equal([], unwritten);
    }

    private static void Mark(HaproxyDocument text, LintPlace place, HashSet<DirectiveShape> written)
    {
        foreach (var section in text.Sections)
        {
            var header = section.Lines.First();
            foreach (var shape in LintTables.Sections.Where(shape => shape.Keyword == section.Keyword && shape.MissOfHeader(header, place) is null))
            {
                foreach (var line in section.Directives)
                {
                    foreach (var row in shape.Rows(line[0].Value))
                    {
                        if (row.Miss(line, place) is null)
                        {
                            written.Add(row);
                        }
                    }
                }
            }
        }
    }

    [GeneratedRegex(@"\{\{.*?\}\}", RegexOptions.Singleline)]
    private static partial Regex Expression();
}
