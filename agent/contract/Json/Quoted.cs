// How a value from a document is shown in a message: short, on one line, without control characters.
using System.Buffers;
using System.Globalization;
using System.Text;

namespace Amphora.Contract.Json;

/// <summary>Makes text of unknown origin fit for a message.</summary>
internal static class Quoted
{
    private const int Longest = 80;

    /// <summary>In double quotes.</summary>
    internal static string Text(ReadOnlySpan<byte> utf8) => $"\"{Plain(Decode(utf8))}\"";

    /// <summary>In double quotes.</summary>
    internal static string Text(string text) => $"\"{Plain(text)}\"";

    /// <summary>Without quotes, for numbers and names.</summary>
    internal static string Plain(ReadOnlySpan<byte> utf8) => Plain(Decode(utf8));

    /// <summary>Without quotes, for numbers and names.</summary>
    internal static string Plain(string text)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= Longest)
            {
                return shown.Append('…').ToString();
            }

            var hidden = Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;
            if (hidden)
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            }
            else
            {
                shown.Append(rune);
            }
        }

        return shown.ToString();
    }

    // A long value is not decoded in full only to be cut.
    private static string Decode(ReadOnlySpan<byte> utf8)
    {
        var end = utf8.Length;
        if (end > Longest * 4)
        {
            end = Longest * 4;
            while (end > 0 && (utf8[end] & 0xC0) == 0x80)
            {
                end--;
            }
        }

        return Encoding.UTF8.GetString(utf8[..end]);
    }
}
