// KeepalivedEncoder: whatever the value, one word that says exactly it (config-rendering E6).
using System.Diagnostics;
using Amphora.Templates.Encoding;
using Amphora.Templates.Language;
using Amphora.Templates.Tests.Language;
using Xunit;

namespace Amphora.Templates.Tests.Encoding;

public sealed class Keepalived_words
{
    private static readonly KeepalivedEncoder Encoder = KeepalivedEncoder.Instance;

    [Theory]
    [InlineData("/health", "/health")]
    [InlineData("2001:db8::1/64", "2001:db8::1/64")]
    [InlineData("/a#b", "\"/a#b\"")]
    [InlineData("!x", "\"!x\"")]
    [InlineData("a{b}", "\"a{b}\"")]
    [InlineData("it's é", "\"it's é\"")]
    public void A_value_is_bare_or_in_double_quotes(string value, string word) => Assert.Equal(word, Encoder.Encode(value));

    [Theory]
    [InlineData("")]
    [InlineData("a\"b")]
    [InlineData("a\\")]
    [InlineData("$_HASH")]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("a\nb")]
    [InlineData("\u0085")]
    public void What_keepalived_cannot_spell_is_refused(string value) => Assert.Throws<UnsafeValueException>(() => Encoder.Encode(value));

    [Fact]
    public void What_does_not_fit_a_line_is_refused()
    {
        Assert.Equal(512, Encoder.Encode(new string('a', 512)).Length);
        Assert.Throws<UnsafeValueException>(() => Encoder.Encode(new string('a', 513)));
    }

    [Fact]
    public void Any_value_is_refused_or_one_word_that_says_exactly_it() => AnyText.Holds(static value =>
    {
        try
        {
            return Read($"path {Encoder.Encode(value)} end # comment").SequenceEqual(["path", value, "end"]);
        }
        catch (UnsafeValueException)
        {
            return value is "" or "{" or "}" || AnyText.HoldsControls(value) || value.Any(static c => c is '"' or '\\' or '$') || value.Length > 100;
        }
    });

    [Fact]
    public void A_dollar_in_a_path_is_written_as_an_escape_of_the_path() => Assert.Equal(
        "path \"/a%24b#c\"\n",
        Rendered.Text("path {{ keepalived.path p }}\n", new TemplateRecord("") { { "p", "/a$b#c" } }, Encoder));

    [Theory]
    [InlineData("x {{ odd }}y")]
    [InlineData("x {{ odd }}{{ plain }}")]
    [InlineData("x {{ odd }}{{ 5 }}")]
    [InlineData("x y{{ odd }}")]
    [InlineData("x \"{{ odd }}\"")]
    [InlineData("{{ capture c }}{{ odd }}{{ end }}x {{ c }}y")]
    public void A_quoted_value_beside_other_text_is_an_error_of_the_template(string template) => Assert.Throws<TemplateException>(() =>
        Rendered.Text(template, new TemplateRecord("") { { "odd", "a b" }, { "plain", "c" } }, Encoder));

    [Fact]
    public async Task Keepalived_itself_accepts_them()
    {
        var values = AnyText.Sample(static value => !AnyText.HoldsControls(value) && !value.Any(static c => c is '"' or '\\' or '$'), 200);
        const string Config = """
            virtual_server 10.0.0.1 80 {
              lb_algo wrr
              lb_kind NAT
              protocol TCP
              real_server 10.0.0.2 80 {
                HTTP_GET {
                {{~ for value in values ~}}
                  url {
                    path {{ '/' + value }}
                    status_code 200
                  }
                {{~ end ~}}
                }
              }
            }

            """;
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Rendered.Text(Config, new TemplateRecord("") { { "values", values } }, Encoder), TestContext.Current.CancellationToken);

        using var keepalived = Process.Start(new ProcessStartInfo("keepalived", ["-t", "-f", file]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var words = await keepalived.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await keepalived.WaitForExitAsync(TestContext.Current.CancellationToken);

        File.Delete(file);
        Assert.True(keepalived.ExitCode == 0, words);
    }

    // keepalived's decomment() and alloc_strvec(): comments outside of quotes, then words.
    private static List<string> Read(string line)
    {
        var isQuoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            switch (line[i])
            {
                case '\n' or '\r' or '\0' or '$' or '\\':
                    throw new FormatException($"U+{(int)line[i]:X4}");
                case '"':
                    isQuoted = !isQuoted;
                    break;
                case '#' or '!' when !isQuoted:
                    line = line[..i];
                    break;
                default:
                    break;
            }
        }

        var words = new List<string>();
        var rest = line.AsSpan();
        while (!(rest = rest.TrimStart(" \t\f\v")).IsEmpty)
        {
            var end = rest[0] == '"' ? rest[1..].IndexOf('"') + 1 : rest.IndexOfAny(" \t\f\v\"");
            var word = rest[0] == '"' ? rest[1..end] : end < 0 ? rest : rest[..end];
            words.Add(word is "{" or "}" ? throw new FormatException("a block") : word.ToString());
            rest = end < 0 ? default : rest[(rest[0] == '"' ? end + 1 : end)..];
        }

        return words;
    }
}
