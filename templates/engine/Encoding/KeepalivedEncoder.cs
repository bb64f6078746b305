// Words of keepalived.conf (config-rendering E6; keepalived's lib/parser.c).
using System.Buffers;

namespace Amphora.Templates.Encoding;

/// <summary>Writes values as words of keepalived.conf: bare when nothing in them is special, else in double quotes, which then are a
/// word of their own (keepalived splits <c>a"b"</c> in two). Function: <c>keepalived.path text</c> writes <c>$</c>, which keepalived
/// expands also within quotes, as <c>%24</c>; it is encoded when it is printed. Refused, because keepalived has no spelling for it:
/// <c>"</c>, backslashes, other <c>$</c>, a lone brace (a block, even in quotes), nothing at all, and what is too long for a line.</summary>
public sealed class KeepalivedEncoder : IOutputEncoder
{
    // keepalived reads 1,023 bytes of a line and takes the rest for the next line; half of it leaves room for the template.
    private const int MaxBytes = 512;

    private static readonly SearchValues<char> Bare = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:/,=+%-");

    private static readonly Dictionary<string, EncoderFunction> FunctionsByName = new(StringComparer.Ordinal)
    {
        ["keepalived.path"] = new(1, 1, static arguments => arguments[0].Replace("$", "%24", StringComparison.Ordinal)),
    };

    private KeepalivedEncoder()
    {
    }

    /// <summary>The encoder; it has no state.</summary>
    public static KeepalivedEncoder Instance { get; } = new();

    /// <inheritdoc/>
    public string Language => "keepalived";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, EncoderFunction> Functions => FunctionsByName;

    /// <inheritdoc/>
    public bool JoinsPieces => false;

    /// <inheritdoc/>
    public string Encode(string value)
    {
        Characters.RefuseControls(value);
        var reason = value switch
        {
            "" => "is empty",
            "{" or "}" => "is a brace, which starts or ends a block even in quotes",
            _ when value.Contains('"', StringComparison.Ordinal) => "contains a double quote, which cannot be escaped",
            _ when value.Contains('\\', StringComparison.Ordinal) => "contains a backslash, which has no one meaning",
            _ when value.Contains('$', StringComparison.Ordinal) => "contains $, which is expanded even in quotes",
            _ when System.Text.Encoding.UTF8.GetByteCount(value) > MaxBytes => $"is longer than {MaxBytes} bytes",
            _ => null,
        };
        return reason is not null ? throw new UnsafeValueException(value, reason)
            : value.AsSpan().ContainsAnyExcept(Bare) ? $"\"{value}\""
            : value;
    }

    /// <inheritdoc/>
    public string? Obstacle(ReadOnlySpan<char> line)
    {
        var isQuoted = false;
        foreach (var character in line)
        {
            switch (character)
            {
                case '"':
                    isQuoted = !isQuoted;
                    break;
                case '#' or '!' when !isQuoted:
                    // A comment ends with the line, and no value holds a line end.
                    return null;
                default:
                    break;
            }
        }

        return isQuoted ? "stands inside quotes of the template, where only words without special characters can"
            : line is [.., not (' ' or '\t')] ? "stands directly behind other text, but a quoted value must be a word of its own"
            : null;
    }
}
