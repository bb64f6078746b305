// string.*: Scriban's functions on text. What they make is as trusted as what they were given (Strings).
namespace Amphora.Templates.Language;

internal static class StringFunctions
{
    public static IReadOnlyList<Builtin> All { get; } =
    [
        new("string.append", 2, 2, static a => Concatenate(a, 0, 1)),
        new("string.prepend", 2, 2, static a => Concatenate(a, 1, 0)),
        new("string.upcase", 1, 1, static a => a.Derive(a.Text(0).ToUpperInvariant())),
        new("string.downcase", 1, 1, static a => a.Derive(a.Text(0).ToLowerInvariant())),
        new("string.capitalize", 1, 1, static a => a.Derive(Capitalize(a.Text(0)))),
        new("string.strip", 1, 1, static a => Strip(a, a.Text(0).Trim())),
        new("string.lstrip", 1, 1, static a => Strip(a, a.Text(0).TrimStart())),
        new("string.rstrip", 1, 1, static a => Strip(a, a.Text(0).TrimEnd())),
        new("string.replace", 3, 3, static a => a.Derive(Replace(a, a.Text(2)), 2)),
        new("string.remove", 2, 2, static a => a.Derive(Replace(a, ""))),
        new("string.slice", 2, 3, static a => a.Derive(Slice(a))),
        new("string.pad_left", 2, 2, static a => a.Derive(a.Text(0).PadLeft(Width(a)))),
        new("string.pad_right", 2, 2, static a => a.Derive(a.Text(0).PadRight(Width(a)))),
        new("string.split", 2, 2, Split),
        new("string.size", 1, 1, static a => Value.From((long)a.Text(0).Length)),
        new("string.empty", 1, 1, static a => Value.From(a.Text(0).Length == 0)),
        new("string.contains", 2, 2, static a => Value.From(a.Text(0).Contains(a.Text(1), StringComparison.Ordinal))),
        new("string.starts_with", 2, 2, static a => Value.From(a.Text(0).StartsWith(a.Text(1), StringComparison.Ordinal))),
        new("string.ends_with", 2, 2, static a => Value.From(a.Text(0).EndsWith(a.Text(1), StringComparison.Ordinal))),
    ];

    private const int MaxWidth = 1000;

    private static Value Concatenate(Arguments arguments, int first, int second) =>
        Strings.Join([arguments[first], arguments[second]], arguments.Text(first) + arguments.Text(second), arguments.Position);

    // Also good for encoded text: no encoder writes white space at an edge, so only the template's own goes away.
    private static Value Strip(Arguments arguments, string text) => arguments[0] is { IsString: true, Trust: Trust.Encoded }
        ? Value.From(text, Trust.Encoded)
        : arguments.Derive(text);

    private static string Replace(Arguments arguments, string replacement)
    {
        var (text, old) = (arguments.Text(0), arguments.Text(1));
        if (old.Length == 0)
        {
            throw arguments.Wrong(1, "text that is not empty");
        }

        Strings.RequireLength((long)text.Length / old.Length * replacement.Length, arguments.Position);
        return text.Replace(old, replacement, StringComparison.Ordinal);
    }

    private static string Capitalize(string text) =>
        text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    // A negative start counts from the end; what lies outside is empty.
    private static string Slice(Arguments arguments)
    {
        var text = arguments.Text(0);
        var start = arguments.Integer(1);
        start = start < 0 ? Math.Max(0, start + text.Length) : start;
        if (start >= text.Length)
        {
            return "";
        }

        var length = arguments.Count > 2 ? arguments.Integer(2) : text.Length;
        return length < 0
            ? throw arguments.Wrong(2, "a length of 0 or more")
            : text.Substring(start, Math.Min(length, text.Length - start));
    }

    private static int Width(Arguments arguments) => arguments.Integer(1) is var width and >= 0 and <= MaxWidth
        ? width
        : throw arguments.Wrong(1, $"a width from 0 to {MaxWidth}");

    private static Value Split(Arguments arguments)
    {
        var parts = arguments.Text(0).Split(arguments.Text(1), StringSplitOptions.RemoveEmptyEntries);
        var values = new Value[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            values[i] = arguments.Derive(parts[i]);
        }

        return Value.From(new ValueArray(values));
    }
}
