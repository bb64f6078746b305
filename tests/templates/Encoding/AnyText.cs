// Strings for properties: whatever a document could hold, and much of what hurts.
using FsCheck;
using FsCheck.Fluent;

namespace Amphora.Templates.Tests.Encoding;

internal static class AnyText
{
    private const int Runs = 2000;

    private static readonly string[] Pieces =
    [
        "\"", "'", "\\", "#", "$", " ", "%", "{", "}", "!", ";", "&", "|", "@", "~", "(", ")", "[", "]", "<", ">", ",", "=", "-", "--", "-f", "*", "?",
        "\\n", "\\x41", "$HOME", "${HOME}", "%n", "%%", "$$", "a", "Z", "0", "web", "é", "€", "😀", "\u00A0", "\u2028", "\uFEFF", "'\\''", "if TRUE", "~SEQ",
        "include", "\t", "\n", "\r\n", "\0", "\u000B", "\u001B", "\u007F", "\u0085", "\uD800", "\uDC00",
    ];

    // Mostly printable pieces, so that many strings are accepted and not only refused.
    private static readonly Gen<string> Piece = Gen.Frequency(
        (12, Gen.Elements(Pieces[..^11])),
        (1, Gen.Elements(Pieces)),
        (4, Gen.Choose(' ', '~').Select(static code => ((char)code).ToString())),
        (1, Gen.Choose(0, 0xFFFF).Select(static code => ((char)code).ToString())));

    /// <summary>Text without anything every language refuses.</summary>
    public static Gen<string> Printable { get; } =
        Gen.Elements(Pieces[..^11]).NonEmptyListOf().Select(static pieces => string.Concat(pieces.Take(8)));

    /// <summary>Checks a statement for thousands of strings.</summary>
    public static void Holds(Func<string, bool> statement) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(Runs),
        Prop.ForAll(Piece.ListOf().Select(static pieces => string.Concat(pieces)).ToArbitrary(), statement));

    /// <summary>Strings for real programs, which take a file of them at once.</summary>
    public static IReadOnlyList<string> Sample(Func<string, bool> wanted, int count) =>
        [.. Gen.Sample(Printable, count * 4, 20).Where(wanted).Distinct().Take(count)];

    /// <summary>True for what no encoder may accept.</summary>
    public static bool HoldsControls(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (i + 1 < value.Length && char.IsSurrogatePair(value[i], value[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(value[i]) || value[i] is <= '\u001F' or (>= '\u007F' and <= '\u009F'))
            {
                return true;
            }
        }

        return false;
    }
}
