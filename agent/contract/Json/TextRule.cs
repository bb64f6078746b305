// What a string field may hold: checks on UTF-8 bytes, linear in their length, no regular expressions.
using System.Buffers;
using System.Text;

namespace Amphora.Contract.Json;

/// <summary>Decides whether a text has the form wanted.</summary>
internal delegate bool TextCheck(ReadOnlySpan<byte> utf8);

/// <summary>A form of text, with the words that describe it to people.</summary>
/// <param name="Expected">Completes "it has to be …".</param>
/// <param name="Matches">The pattern, or null for any text.</param>
/// <param name="MaxLength">Unicode characters; what the JSON Schema keyword counts.</param>
/// <param name="MinLength">Unicode characters.</param>
internal sealed record TextRule(string Expected, TextCheck? Matches, int MaxLength = int.MaxValue, int MinLength = 0)
{
    /// <summary>A text of <paramref name="minLength"/> to <paramref name="maxLength"/> characters out of <paramref name="allowed"/> only.</summary>
    internal static TextRule Of(string expected, string allowed, int minLength, int maxLength)
    {
        var characters = SearchValues.Create(Encoding.ASCII.GetBytes(allowed));
        return new TextRule(expected, text =>
            text.Length >= minLength && text.Length <= maxLength && text.IndexOfAnyExcept(characters) < 0);
    }

    /// <summary>Number of Unicode characters in valid UTF-8.</summary>
    internal static int CountCharacters(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        foreach (var unit in utf8)
        {
            count += (unit & 0xC0) == 0x80 ? 0 : 1;
        }

        return count;
    }
}
