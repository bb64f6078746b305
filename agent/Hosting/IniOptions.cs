// Typed look-ups in an INI file, with oslo.config's substitution; malformed stops the start with file and line.
using System.Globalization;
using System.Net;
using System.Text;
using Amphora.Contract;

namespace Amphora.Agent.Hosting;

/// <summary>Reads options as types. An option that is absent has the caller's default.</summary>
internal sealed class IniOptions(IniFile file, Func<string, string, string?> defaultOf)
{
    private const int MaxDepth = 10;

    /// <summary>Text with <c>$name</c> replaced, or the default.</summary>
    public string Text(string section, string option, string fallback) => OptionalText(section, option) ?? fallback;

    /// <summary>Text with <c>$name</c> replaced, or null.</summary>
    public string? OptionalText(string section, string option) =>
        file.Find(section, option) is { } value ? Substitute(section, value, 0) : null;

    /// <summary>oslo.config's lists: separated by commas, what is empty left out.</summary>
    public ValueList<string> List(string section, string option) =>
        (OptionalText(section, option) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToValueList();

    /// <summary>A whole number in a range.</summary>
    public int Number(string section, string option, int fallback, int least, int most) =>
        Parsed(section, option, fallback, $"a whole number from {least} to {most}", text =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null);

    /// <summary>oslo.config's booleans: true/1/on/yes, false/0/off/no, in any case.</summary>
    public bool Boolean(string section, string option, bool fallback) =>
        Parsed(section, option, fallback, "a boolean (true or false)", text => text.ToLowerInvariant() switch
        {
            "true" or "1" or "on" or "yes" => true,
            "false" or "0" or "off" or "no" => (bool?)false,
            _ => null,
        });

    /// <summary>An IP address without zone.</summary>
    public IPAddress Address(string section, string option, IPAddress fallback)
    {
        if (file.Find(section, option) is not { } value)
        {
            return fallback;
        }

        var text = Substitute(section, value, 0);
        return StrictIPAddress.TryParse(text, out var address)
            ? address
            : throw Malformed(section, option, value, text, "an IP address");
    }

    /// <summary>One of a closed list of words.</summary>
    public T Choice<T>(string section, string option, T fallback, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        if (file.Find(section, option) is not { } value)
        {
            return fallback;
        }

        var text = Substitute(section, value, 0);
        var words = new List<string>();
        foreach (var (word, choice) in choices)
        {
            words.Add(word);
            if (word == text)
            {
                return choice;
            }
        }

        throw Malformed(section, option, value, text, "one of " + string.Join(", ", words));
    }

    /// <summary>A value that somebody else can read; null from it is malformed.</summary>
    public T Parsed<T>(string section, string option, T fallback, string expected, Func<string, T?> parse)
        where T : struct
    {
        if (file.Find(section, option) is not { } value)
        {
            return fallback;
        }

        var text = Substitute(section, value, 0);
        return parse(text) ?? throw Malformed(section, option, value, text, expected);
    }

    private static IniException Malformed(string section, string option, IniValue value, string text, string expected) =>
        new(value.File, value.Line, $"[{section}] {option} is \"{text}\", has to be {expected}");

    // $name and ${name} stand for an option of the same section, else of DEFAULT; ${section.name} for any; $$ for a dollar.
    private string Substitute(string section, IniValue value, int depth)
    {
        if (!value.Text.Contains('$', StringComparison.Ordinal))
        {
            return value.Text;
        }

        if (depth > MaxDepth)
        {
            throw new IniException(value.File, value.Line, "references go round in a circle");
        }

        var text = value.Text.AsSpan();
        var result = new StringBuilder();
        while (text.IndexOf('$') is var dollar and >= 0)
        {
            result.Append(text[..dollar]);
            text = text[(dollar + 1)..];
            if (text.StartsWith("$"))
            {
                result.Append('$');
                text = text[1..];
                continue;
            }

            var name = ReadName(ref text);
            result.Append(Resolve(section, name, depth)
                ?? throw new IniException(value.File, value.Line, $"${name} refers to an option that does not exist (write $$ for a dollar sign)"));
        }

        return result.Append(text).ToString();
    }

    private string? Resolve(string section, string name, int depth)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var (group, option) = dot < 0 ? (section, name) : (name[..dot], name[(dot + 1)..]);
        if (file.Find(group, option) is { } found)
        {
            return Substitute(group, found, depth + 1);
        }

        return defaultOf(group, option)
            ?? (dot < 0 && file.Find("DEFAULT", option) is { } shared ? Substitute("DEFAULT", shared, depth + 1) : null);
    }

    private static string ReadName(ref ReadOnlySpan<char> text)
    {
        if (text.StartsWith("{") && text.IndexOf('}') is var close and > 0)
        {
            var braced = text[1..close].ToString();
            text = text[(close + 1)..];
            return braced;
        }

        var length = 0;
        while (length < text.Length && (char.IsAsciiLetterOrDigit(text[length]) || text[length] == '_'))
        {
            length++;
        }

        var name = text[..length].ToString();
        text = text[length..];
        return name;
    }
}
