// Nothing of a text is lost, and no text throws.
using System.Text;
using Amphora.Agent.Haproxy.Model;
using Amphora.Fixtures;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy.Model;

public sealed class LosslessTests
{
    private const int Runs = 3000;

    private static readonly string[] s_corpus =
        [.. Directory.GetFiles(Path.Combine(Checkout.Top, "tests/golden/rendered"), "haproxy.cfg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    private static readonly Gen<string> s_pieces = Gen.Frequency(
        (6, Gen.Choose(0, int.MaxValue).Select(seed => RandomLine.Of(new Random(seed)))),
        (2, Gen.Elements("\n", "\r\n", "\n\n", "global\n", "\nfrontend f\n", "\nbackend 'b'\n", "\n# ", "\uFEFF", "\0", "\ud800", "\u0085")),
        (1, ArbMap.Default.ArbFor<string>().Generator.Where(text => text is not null)));

    [Fact]
    public void Any_text_comes_out_as_it_went_in() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(Runs),
        Prop.ForAll(Arb.From(s_pieces.ListOf().Select(string.Concat)), text => IsKept(HaproxyDocument.Parse(text), text)));

    [Fact]
    public void Configurations_with_random_changes_come_out_as_they_went_in()
    {
        var random = new Random(11);
        Assert.InRange(s_corpus.Length, 10, int.MaxValue);
        for (var round = 0; round < 500; round++)
        {
            var text = Changed(s_corpus[random.Next(s_corpus.Length)], random);

            Assert.True(IsKept(HaproxyDocument.Parse(text), text), text);
        }
    }

    // Lines one after the other, sections one after the other, and words with what stands between them.
    private static bool IsKept(HaproxyDocument document, string text)
    {
        var lines = string.Concat(document.Lines.Select(line => line.ToString()));
        var sections = string.Concat(document.Sections.SelectMany(section => section.Lines).Select(line => line.ToString()));
        var words = new StringBuilder();
        var end = 0;
        foreach (var line in document.Lines)
        {
            for (var i = 0; i < line.Count; i++)
            {
                var word = line[i];
                words.Append(text.AsSpan(end, word.Start - end)).Append(word.Raw);
                end = word.Start + word.Length;
                _ = word.ToString();
            }

            _ = ServerLine.Read(line);
        }

        return lines == text && sections == text && words.Append(text.AsSpan(end)).ToString() == text && document.Text == text;
    }

    private static string Changed(string text, Random random)
    {
        for (var changes = random.Next(1, 6); changes > 0; changes--)
        {
            var at = random.Next(text.Length);
            text = random.Next(4) switch
            {
                0 => text[..at] + RandomLine.Of(random) + text[at..],
                1 => text.Remove(at, Math.Min(random.Next(1, 40), text.Length - at)),
                2 => text[..at] + (char)random.Next(0x100) + text[at..],
                _ => text.Insert(at, text[..Math.Min(at, 80)]),
            };
        }

        return text;
    }
}
