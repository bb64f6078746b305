// A reader of HAProxy's word syntax, written from its manual (2.2 "Quoting and escaping"), independent of the encoder.
using System.Text;

namespace Amphora.Templates.Tests.Encoding;

internal static class HaproxyWords
{
    /// <summary>The words of a line; throws where HAProxy would see anything but plain words.</summary>
    public static List<string> Read(string line)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        for (var i = 0; i < line.Length; i++)
        {
            switch (line[i])
            {
                case '\n' or '\r' or '\0':
                    throw new FormatException("a second line");
                case ' ' or '\t':
                    Finish(words, ref word);
                    break;
                case '#':
                    throw new FormatException("a comment");
                case '\'':
                    word ??= new();
                    i = ReadSingleQuoted(line, i + 1, word);
                    break;
                case '"':
                    word ??= new();
                    i = ReadDoubleQuoted(line, i + 1, word);
                    break;
                case '\\':
                    word ??= new();
                    i = ReadEscape(line, i + 1, word);
                    break;
                default:
                    (word ??= new()).Append(line[i]);
                    break;
            }
        }

        Finish(words, ref word);
        return words;
    }

    private static void Finish(List<string> words, ref StringBuilder? word)
    {
        if (word is not null)
        {
            words.Add(word.Length == 0 ? throw new FormatException("an empty word, which ends the line") : word.ToString());
            word = null;
        }
    }

    private static int ReadSingleQuoted(string line, int start, StringBuilder word)
    {
        var end = line.IndexOf('\'', start);
        word.Append(end < 0 ? throw new FormatException("an open quote") : line.AsSpan(start, end - start));
        return end;
    }

    private static int ReadDoubleQuoted(string line, int start, StringBuilder word)
    {
        for (var i = start; i < line.Length; i++)
        {
            switch (line[i])
            {
                case '"':
                    return i;
                case '$':
                    throw new FormatException("an environment variable");
                case '\\':
                    i = ReadEscape(line, i + 1, word);
                    break;
                default:
                    word.Append(line[i]);
                    break;
            }
        }

        throw new FormatException("an open quote");
    }

    private static int ReadEscape(string line, int index, StringBuilder word)
    {
        if (index < line.Length && line[index] is '\\' or ' ' or '#' or '\'' or '"' or '$')
        {
            word.Append(line[index]);
            return index;
        }

        throw new FormatException("an escape that makes a control character, or none");
    }
}
