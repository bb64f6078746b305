// oslo.config's INI dialect, read as stock config drives write it (appliance-layout §2).
namespace Amphora.Agent.Hosting;

/// <summary>Sections and options of one or more files; a later file overrides an earlier one.</summary>
internal sealed class IniFile
{
    private readonly Dictionary<(string Section, string Option), IniValue> _values = [];

    /// <summary>The value of an option as it stands in the file, or null.</summary>
    public IniValue? Find(string section, string option) => _values.GetValueOrDefault((section, option));

    /// <summary>Reads one file on top of what was read before.</summary>
    /// <exception cref="IniException">The text is not INI; names file and line.</exception>
    public void Read(string fileName, string text)
    {
        string? section = null;
        (string Section, string Option)? current = null;
        var lineNumber = 0;
        foreach (var rawLine in text.Split('\n'))
        {
            lineNumber++;
            var line = rawLine.TrimEnd('\r');
            if (line.AsSpan().Trim().IsEmpty)
            {
                current = null;
            }
            else if (line[0] is ' ' or '\t')
            {
                Continue(current ?? throw new IniException(fileName, lineNumber, "a line that starts with a blank continues an option, but there is none above it"), line);
            }
            else if (line[0] is '#' or ';')
            {
                // A comment only in the first column; elsewhere the characters belong to the value.
            }
            else if (line[0] == '[')
            {
                var end = line.IndexOf(']', StringComparison.Ordinal);
                section = end > 1 ? line[1..end].Trim() : throw new IniException(fileName, lineNumber, $"not a section: {line}");
                current = null;
            }
            else
            {
                current = Add(fileName, lineNumber, section, line);
            }
        }
    }

    private (string Section, string Option) Add(string fileName, int lineNumber, string? section, string line)
    {
        var split = line.AsSpan().IndexOfAny('=', ':');
        if (split <= 0)
        {
            throw new IniException(fileName, lineNumber, $"neither an option (name = value), a section nor a comment: {line}");
        }

        if (section is null)
        {
            throw new IniException(fileName, lineNumber, $"an option before the first section: {line}");
        }

        var key = (section, line[..split].Trim());
        _values[key] = new IniValue(Unquote(line[(split + 1)..].Trim()), fileName, lineNumber);
        return key;
    }

    private void Continue((string Section, string Option) key, string line)
    {
        var value = _values[key];
        _values[key] = value with { Text = Unquote(value.Text + "\n" + line.Trim()) };
    }

    private static string Unquote(string value) =>
        value.Length >= 2 && value[0] == value[^1] && value[0] is '"' or '\'' ? value[1..^1] : value;
}

/// <summary>A value and where it stands.</summary>
/// <param name="Text">Blanks and one pair of quotes around it are gone; references are not yet replaced.</param>
/// <param name="File">The file.</param>
/// <param name="Line">Counted from 1.</param>
internal sealed record IniValue(string Text, string File, int Line);

/// <summary>A configuration file that cannot be used.</summary>
internal sealed class IniException(string file, int line, string reason) : Exception($"{file}:{line}: {reason}");
