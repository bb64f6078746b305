// Words of haproxy.cfg (config-rendering E2, E3, E5).
using System.Buffers;

namespace Amphora.Templates.Encoding;

/// <summary>Writes values as words of haproxy.cfg: bare when nothing in them is special, else in single quotes, where nothing is.
/// A quoted piece may stand beside a bare one (<c>a'b c'd</c> is one word), so values may be printed in the middle of a word.
/// Functions: <c>haproxy.word a b …</c> joins its arguments to one word; <c>haproxy.fetch "req.hdr" key</c> is a sample fetch with an
/// argument, as one word; <c>haproxy.format text</c> doubles <c>%</c> where HAProxy reads a log format and the text is meant literally,
/// and is encoded when it is printed. A flag-like value is the template's business: it writes <c>--</c> before patterns (E4).
/// <para>An empty value is refused: HAProxy takes an empty word for the end of the line and ignores what follows it.</para></summary>
public sealed class HaproxyEncoder : IOutputEncoder
{
    private const int MaxParts = 16;

    // E2
    private static readonly SearchValues<char> Bare = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:/,=+@%!|*?^()[]{}<>~;-");

    // E3: what the second level leaves alone.
    private static readonly SearchValues<char> BareArgument = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

    private static readonly Dictionary<string, EncoderFunction> FunctionsByName = new(StringComparer.Ordinal)
    {
        ["haproxy.word"] = new(1, MaxParts, static parts => new EncodedText(Word(string.Concat(parts)))),
        ["haproxy.fetch"] = new(2, 2, static arguments => Fetch(arguments[0], arguments[1])),
        ["haproxy.format"] = new(1, 1, static arguments => arguments[0].Replace("%", "%%", StringComparison.Ordinal)),
    };

    private HaproxyEncoder()
    {
    }

    /// <summary>The encoder; it has no state.</summary>
    public static HaproxyEncoder Instance { get; } = new();

    /// <inheritdoc/>
    public string Language => "haproxy";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, EncoderFunction> Functions => FunctionsByName;

    /// <inheritdoc/>
    public bool JoinsPieces => true;

    /// <inheritdoc/>
    public string Encode(string value) => Word(value);

    /// <inheritdoc/>
    public string? Obstacle(ReadOnlySpan<char> line)
    {
        char? quote = null;
        for (var i = 0; i < line.Length; i++)
        {
            switch (line[i])
            {
                case '#' when quote is null:
                    // A comment ends with the line, and no value holds a line end.
                    return null;
                case '\\' when quote != '\'':
                    if (++i == line.Length)
                    {
                        return "stands behind a backslash of the template";
                    }

                    break;
                case '"' or '\'':
                    quote = quote is null ? line[i] : quote == line[i] ? null : quote;
                    break;
                default:
                    break;
            }
        }

        return quote is null ? null : "stands inside quotes of the template: write haproxy.word with all parts of the word instead";
    }

    private static string Word(string text)
    {
        if (text.Length == 0)
        {
            throw new UnsafeValueException(text, "is empty, which HAProxy reads as the end of the line");
        }

        if (!text.AsSpan().ContainsAnyExcept(Bare))
        {
            return text;
        }

        Characters.RefuseControls(text);
        return $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }

    private static EncodedText Fetch(string name, string argument)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(BareArgument))
        {
            throw new UnsafeValueException(name, "is no name of a sample fetch");
        }

        if (argument.Length == 0)
        {
            throw new UnsafeValueException(argument, "is empty, which is no argument of a sample fetch");
        }

        if (!argument.AsSpan().ContainsAnyExcept(BareArgument))
        {
            return new EncodedText($"{name}({argument})");
        }

        Characters.RefuseControls(argument);
        var quoted = argument.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return new EncodedText(Word($"{name}(\"{quoted}\")"));
    }
}
