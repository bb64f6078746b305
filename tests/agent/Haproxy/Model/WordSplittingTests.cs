// A line into words: a table from the manual (2.2 "Quoting and escaping"), asked of HAProxy too, and random lines.
using Amphora.Agent.Haproxy.Model;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy.Model;

public sealed class WordSplittingTests
{
    private const LineMarks Plain = LineMarks.None;

    private static readonly (string Line, string[] Words, LineMarks Marks)[] s_vectors =
    [
        ("a b", ["a", "b"], Plain),
        ("  \t a\t \v\fb  ", ["a", "b"], Plain),
        ("", [], Plain),
        ("   ", [], Plain),
        ("# a b", [], LineMarks.Comment),
        ("a#b c", ["a"], LineMarks.Comment),
        ("a # b", ["a"], LineMarks.Comment),
        (@"a\#b", ["a#b"], Plain),
        ("'a#b' \"c#d\"", ["a#b", "c#d"], Plain),
        (@"a\ b c", ["a b", "c"], Plain),
        (@"a\\b \'c", [@"a\b", "'c"], Plain),
        (@"a\""b \#", ["a\"b", "#"], Plain),
        (@"\n\r\t \x41\x7e", ["\n\r\t", "A~"], Plain),
        (@"a\1 \$HOME \q", [@"a\1", @"\$HOME"], Plain),
        (@"a\", [@"a\"], Plain),
        (@"'a\b\x41$HOME' 'it'\''s'", [@"a\b\x41$HOME", "it's"], Plain),
        ("\"a b\"'c d'e f", ["a bc de", "f"], Plain),
        (@"""\\ \"" \' \$HOME \x41 \q""", [@"\ "" ' $HOME A \q"], Plain),
        ("'\"' \"'\"", ["\"", "'"], Plain),
        ("'' b", ["", "b"], Plain),
        ("a \"\"", ["a", ""], Plain),
        ("$HOME ${HOME}", ["$HOME", "${HOME}"], Plain),
        ("é \u00a0\u2028x", ["é", "\u00a0\u2028x"], Plain),
        (@"\xc3\xa9 \xe2\x82\xacx", ["é", "€x"], Plain),
        ("a\r", ["a"], Plain),
        (" \ra \r b", ["a", "b"], Plain),
        ("a \r# b", ["a"], LineMarks.Comment),
        ("a\r ", ["a"], Plain),
        ("a\rb c", ["a"], LineMarks.HiddenText),
        ("-a .b /c", ["-a", ".b"], Plain),
    ];

    // What HAProxy refuses: the words are only what can be made of the line.
    private static readonly (string Line, LineMarks Marks)[] s_refused =
    [
        ("'a b", LineMarks.OpenQuote),
        ("a \"b", LineMarks.OpenQuote),
        ("'a\rb'", LineMarks.OpenQuote | LineMarks.HiddenText),
        (@"""a\""", LineMarks.OpenQuote),
        (@"a\x4", LineMarks.BadHex),
        (@"a\xg1", LineMarks.BadHex),
        (@"a ""\x""", LineMarks.BadHex),
        ("\"$\"", LineMarks.BadVariable),
        ("\"$1\"", LineMarks.BadVariable),
        ("\"${HOME\"", LineMarks.BadVariable),
        ("\"$.NO\"", LineMarks.BadVariable),
        ("\"${HOME-a", LineMarks.BadVariable | LineMarks.OpenQuote),
        ("\"${HOME[1]}\"", LineMarks.BadVariable),
        ("\"${HOME[*]x}\"", LineMarks.BadVariable),
    ];

    // Variables that are set nowhere, so that HAProxy shows the default.
    private static readonly (string Line, string First, string Said, string Second)[] s_variables =
    [
        ("\"${AMPHORA_NO-a b}\" c", "${AMPHORA_NO-a b}", "a b", "c"),
        ("\"x${AMPHORA_NO-it's \"q\"}y\" c", "x${AMPHORA_NO-it's \"q\"}y", "xit's \"q\"y", "c"),
        ("\"${AMPHORA_NO[*]-a}\" c", "${AMPHORA_NO[*]-a}", "a", "c"),
        ("\"a$AMPHORA_NO-b\" c", "a$AMPHORA_NO-b", "a-b", "c"),
        ("\"${AMPHORA_NO}b\" c", "${AMPHORA_NO}b", "b", "c"),
        ("\"${.SECTION}b\" c", "${.SECTION}b", "b", "c"),
    ];

    public static TheoryData<int> Vectors => [.. Enumerable.Range(0, s_vectors.Length)];

    public static TheoryData<int> Refused => [.. Enumerable.Range(0, s_refused.Length)];

    public static TheoryData<int> Variables => [.. Enumerable.Range(0, s_variables.Length)];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_line_is_split_as_the_manual_says(int vector)
    {
        var (line, words, marks) = s_vectors[vector];

        var read = Line(line);

        // The table shows the first two words.
        Assert.Equal(words, Words(read).Take(2));
        Assert.Equal(marks, read.Marks);
    }

    [Fact]
    public async Task Haproxy_splits_the_same_lines_the_same_way()
    {
        var said = await HaproxyOracle.FirstTwoWordsAsync([.. s_vectors.Select(vector => vector.Line)], TestContext.Current.CancellationToken);

        Assert.Equal(s_vectors.Select(vector => ((string, string)?)(At(vector.Words, 0), At(vector.Words, 1))), said);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_cannot_be_is_marked(int vector) => Assert.Equal(s_refused[vector].Marks, Line(s_refused[vector].Line).Marks);

    [Fact]
    public async Task Haproxy_refuses_the_lines_that_are_marked()
    {
        var said = await HaproxyOracle.FirstTwoWordsAsync([.. s_refused.Select(vector => vector.Line)], TestContext.Current.CancellationToken);

        Assert.All(said, Assert.Null);
    }

    [Theory]
    [MemberData(nameof(Variables))]
    public void A_variable_is_marked_and_stays_as_it_is_written(int vector)
    {
        var (line, first, _, second) = s_variables[vector];

        var read = Line(line);

        Assert.Equal((LineMarks.Expansion, first, second), (read.Marks, read[0].ToString(), read[1].ToString()));
    }

    [Fact]
    public async Task Haproxy_sees_the_end_of_a_variable_where_we_see_it()
    {
        var said = await HaproxyOracle.FirstTwoWordsAsync([.. s_variables.Select(vector => vector.Line)], TestContext.Current.CancellationToken);

        Assert.Equal(s_variables.Select(vector => ((string, string)?)(vector.Said, vector.Second)), said);
    }

    [Theory]
    [InlineData("a\0b c")]
    [InlineData(@"a\x00b c")]
    [InlineData("\"a\\x00b\" c")]
    [InlineData("a '\0'")]
    public void A_NUL_character_is_marked_and_ends_the_word(string line)
    {
        var read = Line(line);

        Assert.True(read.Marks.HasFlag(LineMarks.Nul));
        Assert.Equal("a", read[0].ToString());
    }

    // Every word of a line is asked for: the line is given to HAProxy once from each of its words on.
    [Fact]
    public async Task Haproxy_splits_random_lines_as_we_do()
    {
        var random = new Random(7);
        var lines = Enumerable.Range(0, 300).Select(_ => RandomLine.Of(random)).ToArray();
        var suffixes = lines.SelectMany(Suffixes).Distinct().ToArray();

        var said = await HaproxyOracle.FirstTwoWordsAsync(suffixes, TestContext.Current.CancellationToken);

        Assert.InRange(said.Count(words => words is null), 50, suffixes.Length - 150);
        for (var i = 0; i < suffixes.Length; i++)
        {
            var line = Line(suffixes[i]);
            var words = Words(line);
            var isRefused = (line.Marks & (LineMarks.OpenQuote | LineMarks.BadHex | LineMarks.BadVariable)) != 0;
            Assert.Equal((suffixes[i], isRefused), (suffixes[i], said[i] is null));
            if (!isRefused && !line.Marks.HasFlag(LineMarks.Expansion))
            {
                Assert.Equal((suffixes[i], (At(words, 0), At(words, 1))), (suffixes[i], said[i]!.Value));
            }
        }
    }

    private static IEnumerable<string> Suffixes(string line)
    {
        var read = Line(line);
        return [line, .. Enumerable.Range(0, read.Count).Select(word => line[Line(line)[word].Start..])];
    }

    private static HaproxyLine Line(string line) => HaproxyDocument.Parse(line).Lines.FirstOrDefault(HaproxyDocument.Parse("\n").Lines.Single());

    private static string[] Words(HaproxyLine line) => [.. Enumerable.Range(0, line.Count).Select(word => line[word].ToString())];

    private static string At(string[] words, int index) => index < words.Length ? words[index] : "";
}
