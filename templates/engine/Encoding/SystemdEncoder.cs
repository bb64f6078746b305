// Values of unit files (systemd.syntax(7), systemd.service(5) "COMMAND LINES", systemd.unit(5) "SPECIFIERS").
using System.Buffers;
using System.Text;

namespace Amphora.Templates.Encoding;

/// <summary>Writes values into systemd unit files. What is printed plainly is (part of) a word of a command line, as in
/// <c>ExecStart=</c>: <c>%</c> and <c>$</c> are doubled and every other special character is written as its C escape, so that it
/// means the same beside other text and inside quotes of the template. Function: <c>systemd.text text</c> is for settings that take
/// the rest of the line as it stands (<c>Description=</c>, <c>PIDFile=</c>, <c>WorkingDirectory=</c>), where only <c>%</c> is special.
/// The program itself, the first word of a command line, is not subject to <c>$$</c>: its path must not hold a dollar.</summary>
public sealed class SystemdEncoder : IOutputEncoder
{
    private static readonly SearchValues<char> Bare = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:,=+@-");

    private static readonly Dictionary<string, EncoderFunction> FunctionsByName = new(StringComparer.Ordinal)
    {
        ["systemd.text"] = new(1, 1, static arguments => new EncodedText(RestOfLine(arguments[0]))),
    };

    private SystemdEncoder()
    {
    }

    /// <summary>The encoder; it has no state.</summary>
    public static SystemdEncoder Instance { get; } = new();

    /// <inheritdoc/>
    public string Language => "systemd";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, EncoderFunction> Functions => FunctionsByName;

    /// <inheritdoc/>
    public bool JoinsPieces => true;

    /// <inheritdoc/>
    public string Encode(string value)
    {
        if (value.Length == 0)
        {
            return "\"\"";
        }

        if (!value.AsSpan().ContainsAnyExcept(Bare))
        {
            return value;
        }

        Characters.RefuseControls(value);
        var word = new StringBuilder(value.Length + 16);
        foreach (var character in value)
        {
            _ = character switch
            {
                '%' => word.Append("%%"),
                '$' => word.Append("$$"),
                _ when character > '\x7F' || Bare.Contains(character) => word.Append(character),
                _ => word.Append($"\\x{(int)character:x2}"),
            };
        }

        return word.ToString();
    }

    /// <inheritdoc/>
    public string? Obstacle(ReadOnlySpan<char> line)
    {
        var backslashes = line.Length - line.TrimEnd('\\').Length;
        return backslashes % 2 == 1 ? "stands behind a backslash of the template" : null;
    }

    private static string RestOfLine(string text)
    {
        Characters.RefuseControls(text);
        var reason = text.Length == 0 ? "is empty, which resets the setting"
            : text.Trim().Length != text.Length ? "starts or ends with white space, which systemd removes"
            : text.EndsWith('\\') ? "ends with a backslash, which continues the line"
            : null;
        return reason is null
            ? text.Replace("%", "%%", StringComparison.Ordinal)
            : throw new UnsafeValueException(text, reason);
    }
}
