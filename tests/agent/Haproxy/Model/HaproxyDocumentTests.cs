// Sections, lines and places of a configuration.
using Amphora.Agent.Haproxy.Model;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy.Model;

public sealed class HaproxyDocumentTests
{
    private const string Config =
        "# made by hand\n\nglobal\n\tdaemon\r\n  user nobody # comment\n\nresolvers dns one\n nameserver a 10.0.0.1:53\n  'front'end f\n    bind 10.0.0.5:80\nmode http";

    private static readonly HaproxyDocument s_document = HaproxyDocument.Parse(Config);

    [Fact]
    public void A_section_begins_at_its_keyword_wherever_that_stands_and_however_it_is_written() => Assert.Equal(
        [("", "", 2), ("global", "", 4), ("resolvers", "dns", 2), ("frontend", "f", 3)],
        s_document.Sections.Select(section => (section.Keyword, section.Name, section.Count)));

    [Fact]
    public void The_directives_of_a_section_are_its_lines_that_say_something() => Assert.Equal(
        ["", "daemon|user nobody", "nameserver a 10.0.0.1:53", "bind 10.0.0.5:80|mode http"],
        s_document.Sections.Select(section => string.Join('|', section.Directives.Select(Words))));

    [Fact]
    public void Lines_are_counted_from_one_and_know_their_section_and_their_line_end() => Assert.Equal(
        [
            (1, "", "# made by hand\n"), (2, "", "\n"), (3, "global", "global\n"), (4, "global", "\tdaemon\r\n"), (5, "global", "  user nobody # comment\n"),
            (6, "global", "\n"), (7, "resolvers", "resolvers dns one\n"), (8, "resolvers", " nameserver a 10.0.0.1:53\n"), (9, "frontend", "  'front'end f\n"),
            (10, "frontend", "    bind 10.0.0.5:80\n"), (11, "frontend", "mode http"),
        ],
        s_document.Lines.Select(line => (line.Number, line.Section.Keyword, line.ToString())));

    [Fact]
    public void A_word_knows_where_it_stands_so_that_it_alone_can_be_replaced()
    {
        var line = HaproxyDocument.Parse("global\n    server 'a b'  10.0.0.1:80\t# c\r\n").Lines.Last();

        Assert.Equal((18, 5, "'a b'", "a b"), (line[1].Start, line[1].Length, line[1].Raw.ToString(), line[1].ToString()));
        Assert.Equal("global\n    server x  10.0.0.1:80\t# c\r\n", Replaced("global\n    server 'a b'  10.0.0.1:80\t# c\r\n", line[1].Start, line[1].Length, "x"));
    }

    [Fact]
    public void A_text_without_lines_has_no_sections()
    {
        var document = HaproxyDocument.Parse("");

        Assert.Equal((0, 0), (document.LineCount, document.Sections.Count));
    }

    [Theory]
    [InlineData("\uFEFFglobal\n", "")]
    [InlineData("globals\n", "")]
    [InlineData("Global\n", "")]
    [InlineData("#global\n", "")]
    [InlineData("\"global\"", "global")]
    [InlineData(@"glob\x61l", "global")]
    [InlineData("backend\n", "backend")]
    public void Only_the_keyword_itself_begins_a_section(string text, string keyword) =>
        Assert.Equal((keyword, ""), (HaproxyDocument.Parse(text).Sections.Single().Keyword, HaproxyDocument.Parse(text).Sections.Single().Name));

    [Theory]
    [InlineData("stats socket /s", true)]
    [InlineData("'stats' socket", true)]
    [InlineData("stats", false)]
    [InlineData("stats sockets", false)]
    [InlineData("", false)]
    public void A_line_can_be_asked_for_its_first_words(string text, bool starts) =>
        Assert.Equal(starts, HaproxyDocument.Parse(text + "\n").Lines.Single().StartsWith("stats", "socket"));

    [Fact]
    public void A_word_that_is_not_there_is_an_error_of_the_caller()
    {
        var line = HaproxyDocument.Parse("a b\nc").Lines.First();

        Assert.Contains("line 1 has 2 words", Assert.Throws<ArgumentOutOfRangeException>(() => line[2].ToString()).Message, StringComparison.Ordinal);
    }

    private static string Words(HaproxyLine line) => string.Join(' ', Enumerable.Range(0, line.Count).Select(word => line[word].ToString()));

    private static string Replaced(string text, int start, int length, string with) => text.Remove(start, length).Insert(start, with);
}
