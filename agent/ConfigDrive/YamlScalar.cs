// Pure: a value that stands on its key's line.
using System.Globalization;
using System.Text;

namespace Amphora.Agent.ConfigDrive;

/// <summary>Plain, 'single' and "double quoted" scalars of one line. Everything else of YAML is refused, not guessed.</summary>
internal static class YamlScalar
{
    private const string Indicators = "[]{}&*!|>%@`,?#\"'";

    /// <summary>The value; null for none (<c>key:</c>, <c>key: ~</c>, <c>key: null</c>).</summary>
    /// <exception cref="FormatException">It is no scalar of these kinds.</exception>
    public static string? Read(string text)
    {
        text = text.Trim();
        if (text.Length == 0 || text[0] == '#')
        {
            return null;
        }

        return text[0] switch
        {
            '\'' => Single(text),
            '"' => Double(text),
            _ => Plain(text),
        };
    }

    private static string? Plain(string text)
    {
        if (Indicators.Contains(text[0]) || (text[0] == '-' && (text.Length == 1 || text[1] == ' ')))
        {
            throw new FormatException($"a value may not begin with {text[0]} here; put it in quotes or in a block");
        }

        var comment = text.IndexOf(" #", StringComparison.Ordinal);
        var value = comment < 0 ? text : text[..comment].TrimEnd();
        if (value.Contains(": ", StringComparison.Ordinal) || value.EndsWith(':'))
        {
            throw new FormatException("a value with a colon has to be in quotes");
        }

        return value is "~" or "null" or "Null" or "NULL" ? null : value;
    }

    private static string Single(string text)
    {
        var value = new StringBuilder();
        for (var at = 1; at < text.Length; at++)
        {
            if (text[at] != '\'')
            {
                value.Append(text[at]);
            }
            else if (at + 1 < text.Length && text[at + 1] == '\'')
            {
                value.Append('\'');
                at++;
            }
            else
            {
                RequireEnd(text[(at + 1)..]);
                return value.ToString();
            }
        }

        throw new FormatException("the quote ' has no end on its line");
    }

    private static string Double(string text)
    {
        var value = new StringBuilder();
        for (var at = 1; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '"':
                    RequireEnd(text[(at + 1)..]);
                    return value.ToString();
                case '\\':
                    at++;
                    at += Escape(text, at, value);
                    break;
                default:
                    value.Append(text[at]);
                    break;
            }
        }

        throw new FormatException("the quote \" has no end on its line");
    }

    // Returns how many characters follow the letter.
    private static int Escape(string text, int at, StringBuilder value)
    {
        var letter = at < text.Length ? text[at] : '\0';
        switch (letter)
        {
            case 'n':
                value.Append('\n');
                return 0;
            case 't':
                value.Append('\t');
                return 0;
            case 'r':
                value.Append('\r');
                return 0;
            case '"' or '\\' or '/' or ' ':
                value.Append(letter);
                return 0;
            case 'x' or 'u':
                var digits = letter == 'x' ? 2 : 4;
                if (at + digits >= text.Length
                    || !ushort.TryParse(text.AsSpan(at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
                {
                    throw new FormatException($"\\{letter} needs {digits} hexadecimal digits");
                }

                value.Append((char)code);
                return digits;
            default:
                throw new FormatException($"\\{letter} is not an escape that is understood");
        }
    }

    private static void RequireEnd(string rest)
    {
        var text = rest.TrimStart();
        if (text.Length > 0 && (text[0] != '#' || text.Length == rest.Length))
        {
            throw new FormatException("something stands behind the closing quote");
        }
    }
}
