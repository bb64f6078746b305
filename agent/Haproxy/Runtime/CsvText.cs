// Comma separated values as HAProxy writes them: RFC 4180 with LF.
using System.Text;

namespace Amphora.Agent.Haproxy.Runtime;

/// <summary>Splits CSV text into lines of fields; a quoted field may hold commas, quotes (doubled) and line ends.</summary>
internal static class CsvText
{
    /// <summary>The lines in order, without the empty ones.</summary>
    public static List<string[]> Read(ReadOnlySpan<char> text)
    {
        var lines = new List<string[]>();
        var fields = new List<string>();
        while (!text.IsEmpty)
        {
            text = text[0] == '"' ? TakeQuoted(text, fields) : TakePlain(text, fields);
            if (text.IsEmpty || text[0] == '\n')
            {
                if (fields is not [""])
                {
                    lines.Add([.. fields]);
                }

                fields.Clear();
            }
            else if (text.Length == 1)
            {
                // A comma at the very end still opens one more, empty field.
                lines.Add([.. fields, ""]);
            }

            text = text.IsEmpty ? text : text[1..];
        }

        return lines;
    }

    private static ReadOnlySpan<char> TakePlain(ReadOnlySpan<char> text, List<string> fields)
    {
        var end = text.IndexOfAny(',', '\n');
        end = end < 0 ? text.Length : end;
        fields.Add(text[..end].ToString());
        return text[end..];
    }

    private static ReadOnlySpan<char> TakeQuoted(ReadOnlySpan<char> text, List<string> fields)
    {
        var value = new StringBuilder();
        text = text[1..];
        while (true)
        {
            var quote = text.IndexOf('"');
            if (quote < 0)
            {
                fields.Add(value.Append(text).ToString());
                return default;
            }

            value.Append(text[..quote]);
            text = text[(quote + 1)..];
            if (text.IsEmpty || text[0] != '"')
            {
                fields.Add(value.ToString());
                return SkipToSeparator(text);
            }

            value.Append('"');
            text = text[1..];
        }
    }

    private static ReadOnlySpan<char> SkipToSeparator(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny(',', '\n');
        return end < 0 ? default : text[end..];
    }
}
