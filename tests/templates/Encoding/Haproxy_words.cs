// HaproxyEncoder: whatever the value, one word that says exactly it (config-rendering E2, E3, E5).
using Amphora.Templates.Encoding;
using Xunit;

namespace Amphora.Templates.Tests.Encoding;

public sealed class Haproxy_words
{
    private static readonly HaproxyEncoder Encoder = HaproxyEncoder.Instance;

    [Theory]
    [InlineData("web", "web")]
    [InlineData("/a.b:c,d=e+f@g%h!i|j*k?l^m(n)o[p]q{r}s<t>u~v;w-x", "/a.b:c,d=e+f@g%h!i|j*k?l^m(n)o[p]q{r}s<t>u~v;w-x")]
    [InlineData("a b", "'a b'")]
    [InlineData("it's", @"'it'\''s'")]
    [InlineData("'", @"''\'''")]
    [InlineData("#x", "'#x'")]
    [InlineData("$HOME", "'$HOME'")]
    [InlineData(@"a\nb", @"'a\nb'")]
    [InlineData("\"", "'\"'")]
    [InlineData("é😀", "'é😀'")]
    [InlineData("-i", "-i")]
    public void A_value_is_bare_or_in_single_quotes(string value, string word) => Assert.Equal(word, Encoder.Encode(value));

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("a\u000Bb")]
    [InlineData("a\u007F")]
    [InlineData("\u0085")]
    public void What_a_word_cannot_carry_is_refused(string value) => Assert.Throws<UnsafeValueException>(() => Encoder.Encode(value));

    [Fact]
    public void Half_of_a_surrogate_pair_is_refused()
    {
        // Not as data of a theory: the compiler writes attributes as UTF-8, which has no halves.
        Assert.Throws<UnsafeValueException>(() => Encoder.Encode("\uD83D"));
        Assert.Throws<UnsafeValueException>(() => Encoder.Encode("\uDE00\uD83D"));
    }

    [Fact]
    public void Any_value_is_refused_or_one_word_that_says_exactly_it() => AnyText.Holds(static value =>
        TryEncode(() => Encoder.Encode(value), out var word)
            ? value.Length > 0 && !AnyText.HoldsControls(value)
                && HaproxyWords.Read($"acl x {word} end").SequenceEqual(["acl", "x", value, "end"])
                && HaproxyWords.Read($"pre{word}post {word}").SequenceEqual([$"pre{value}post", value])
            : value.Length == 0 || AnyText.HoldsControls(value));

    [Fact]
    public void Any_argument_of_a_fetch_is_refused_or_read_back_exactly() => AnyText.Holds(static value =>
        TryEncode(() => Call("haproxy.fetch", "req.hdr", value), out var word)
            ? HaproxyWords.Read($"acl x {word} end") is ["acl", "x", var fetch, "end"] && ArgumentOf(fetch) == value
            : value.Length == 0 || AnyText.HoldsControls(value));

    [Fact]
    public void Any_text_in_a_log_format_has_no_percent_sign_of_its_own() => AnyText.Holds(static value =>
        Call("haproxy.format", value).Replace("%%", "", StringComparison.Ordinal).Contains('%', StringComparison.Ordinal) is false
            && Call("haproxy.format", value).Replace("%%", "%", StringComparison.Ordinal) == value);

    [Theory]
    [InlineData("req.hdr(")]
    [InlineData("")]
    public void A_fetch_needs_a_name(string name) => Assert.Throws<UnsafeValueException>(() => Call("haproxy.fetch", name, "x"));

    private static string Call(string function, params string[] arguments) => Encoder.Functions[function].Call(arguments).ToString()!;

    private static bool TryEncode(Func<string> encode, out string text)
    {
        try
        {
            text = encode();
            return true;
        }
        catch (UnsafeValueException)
        {
            text = "";
            return false;
        }
    }

    // The second level: name(word) or name("text with \" and \\ escaped").
    private static string? ArgumentOf(string fetch)
    {
        var text = fetch["req.hdr(".Length..^1];
        if (!text.StartsWith('"'))
        {
            return text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-') ? text : null;
        }

        var argument = new System.Text.StringBuilder();
        for (var i = 1; i < text.Length - 1; i++)
        {
            if (text[i] == '"')
            {
                return null;
            }

            argument.Append(text[i] == '\\' ? text[++i] : text[i]);
        }

        return text[^1] == '"' ? argument.ToString() : null;
    }
}
