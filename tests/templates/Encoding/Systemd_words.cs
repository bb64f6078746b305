// SystemdEncoder: whatever the value, one argument of a command line that says exactly it.
using System.Globalization;
using System.Text;
using Amphora.Templates.Encoding;
using Xunit;

namespace Amphora.Templates.Tests.Encoding;

public sealed class Systemd_words
{
    private static readonly SystemdEncoder Encoder = SystemdEncoder.Instance;

    [Theory]
    [InlineData("/run/x.pid", "/run/x.pid")]
    [InlineData("a b", @"a\x20b")]
    [InlineData("", "\"\"")]
    [InlineData("100%", "100%%")]
    [InlineData("$HOME", "$$HOME")]
    [InlineData(";", @"\x3b")]
    [InlineData("it's \"é\"", @"it\x27s\x20\x22é\x22")]
    [InlineData(@"a\nb", @"a\x5cnb")]
    public void A_value_is_written_with_escapes(string value, string word) => Assert.Equal(word, Encoder.Encode(value));

    [Fact]
    public void Any_value_is_refused_or_one_argument_that_says_exactly_it() => AnyText.Holds(static value =>
    {
        try
        {
            var word = Encoder.Encode(value);
            return !AnyText.HoldsControls(value)
                && Read($"/bin/true {word} --x={word}y \"{(value.Length == 0 ? "" : word)}\" end")
                    .SequenceEqual(["/bin/true", value, $"--x={value}y", value, "end"]);
        }
        catch (UnsafeValueException)
        {
            return AnyText.HoldsControls(value);
        }
    });

    [Fact]
    public void Any_text_is_refused_or_the_rest_of_one_line() => AnyText.Holds(static value =>
    {
        try
        {
            var line = ((EncodedText)Encoder.Functions["systemd.text"].Call([value])).Text;
            return !AnyText.HoldsControls(value) && line.Length > 0 && line.Trim() == line && !line.EndsWith('\\')
                && !line.Replace("%%", "", StringComparison.Ordinal).Contains('%', StringComparison.Ordinal)
                && line.Replace("%%", "%", StringComparison.Ordinal) == value;
        }
        catch (UnsafeValueException)
        {
            return AnyText.HoldsControls(value) || value.Length == 0 || value.Trim() != value || value.EndsWith('\\');
        }
    });

    // systemd.service(5) "COMMAND LINES": quotes, C escapes, then specifiers, then the environment.
    private static List<string> Read(string line)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        char? quote = null;
        for (var i = 0; i < line.Length; i++)
        {
            var character = line[i];
            if (character is '\n' or '\r' or '\0')
            {
                throw new FormatException("a second line");
            }
            else if (character == '\\')
            {
                (word ??= new()).Append(line[i + 1] == 'x'
                    ? (char)int.Parse(line.AsSpan(i + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
                    : throw new FormatException("another escape"));
                i += 3;
            }
            else if (quote == character || (quote is null && character is '"' or '\''))
            {
                word ??= new();
                quote = quote is null ? character : null;
            }
            else if (quote is null && character is ' ' or '\t')
            {
                Finish(words, ref word);
            }
            else
            {
                _ = quote is null && character == ';' && word is null ? throw new FormatException("a second command") : (word ??= new()).Append(character);
            }
        }

        Finish(words, ref word);
        return words;
    }

    private static void Finish(List<string> words, ref StringBuilder? word)
    {
        if (word is not null)
        {
            words.Add(Undouble(Undouble(word.ToString(), '%'), '$'));
            word = null;
        }
    }

    private static string Undouble(string word, char special)
    {
        var text = new StringBuilder();
        for (var i = 0; i < word.Length; i++)
        {
            text.Append(word[i]);
            if (word[i] == special && (++i == word.Length || word[i] != special))
            {
                throw new FormatException($"{special} that is expanded");
            }
        }

        return text.ToString();
    }
}
