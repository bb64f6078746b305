// The two things in a word that are longer than they look: backslash sequences and variables (HAProxy's tools.c, parse_line).
using System.Globalization;

namespace Amphora.Agent.Haproxy.Model;

/// <summary>Measures and reads what a backslash or a dollar sign begins. HAProxy 2.6 to 3.5 agree on all of it.</summary>
internal static class Escapes
{
    /// <summary>Length of <c>\xHH</c>.</summary>
    public const int HexLength = 4;

    /// <summary>How many characters the backslash at the start of <paramref name="text"/> takes along with itself: 1 where it stands for itself,
    /// 2, or 4 for <c>\xHH</c>; 0 for <c>\x</c> without its digits.</summary>
    public static int Length(ReadOnlySpan<char> text, bool isInDoubleQuotes) => text.Length < 2 ? 1 : text[1] switch
    {
        ' ' or '\\' or '#' or '\'' or '"' or 'n' or 'r' or 't' => 2,
        '$' when isInDoubleQuotes => 2,
        'x' => text.Length >= HexLength && char.IsAsciiHexDigit(text[2]) && char.IsAsciiHexDigit(text[3]) ? HexLength : 0,
        _ => 1,
    };

    /// <summary>The byte of a sequence <c>\xHH</c>.</summary>
    public static byte Hex(ReadOnlySpan<char> sequence) => byte.Parse(sequence[2..HexLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>The character of a sequence of two.</summary>
    public static char Short(ReadOnlySpan<char> sequence) => sequence[1] switch
    {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        _ => sequence[1],
    };

    /// <summary>How long the variable is that begins with the dollar sign at the start of <paramref name="text"/>: <c>$NAME</c>, <c>${NAME}</c>,
    /// <c>${NAME-default}</c>, <c>${NAME[*]}</c>, <c>$.LINE</c>. Quotes in the default are not special. 0: HAProxy refuses it.</summary>
    public static int VariableLength(ReadOnlySpan<char> text)
    {
        var isBraced = text.Length > 1 && text[1] == '{';
        var at = isBraced ? 2 : 1;
        if (at == text.Length || !(char.IsAsciiLetter(text[at]) || text[at] is '_' or '.'))
        {
            return 0;
        }

        var name = at++;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_'))
        {
            at++;
        }

        return text[name] == '.' && text[name..at] is not (".LINE" or ".FILE" or ".SECTION") ? 0
            : isBraced ? BracedLength(text, at)
            : at;
    }

    private static int BracedLength(ReadOnlySpan<char> text, int at)
    {
        if (at < text.Length && text[at] == '[')
        {
            if (!text[at..].StartsWith("[*]"))
            {
                return 0;
            }

            at += 3;
        }

        if (at == text.Length || text[at] is not ('-' or '}'))
        {
            return 0;
        }

        var close = text[at..].IndexOfAny('}', '\0');
        return close < 0 || text[at + close] == '\0' ? 0 : at + close + 1;
    }
}
