// Pure: the lines of a YAML text, with their indentation.
namespace Amphora.Agent.ConfigDrive;

/// <summary>A cursor over lines. Blank lines and comments are passed over, except inside of block scalars.</summary>
internal sealed class YamlLines
{
    private readonly string[] _lines;
    private int _at;

    public YamlLines(string text)
    {
        _lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        SkipEmpty();
    }

    /// <summary>Number of the present line, from 1.</summary>
    public int Number => _at + 1;

    /// <summary>True behind the last line.</summary>
    public bool IsAtEnd => _at >= _lines.Length;

    /// <summary>Blanks before the present line's first character.</summary>
    public int Indent => IndentOf(_lines[_at]);

    /// <summary>The present line without its indentation.</summary>
    public string Text => _lines[_at].TrimStart(' ');

    /// <summary>A fault of the present line.</summary>
    public InvalidDataException Wrong(string reason) => WrongAt(Math.Min(Number, _lines.Length), reason);

    /// <summary>A fault of an earlier line.</summary>
    public static InvalidDataException WrongAt(int line, string reason) => new($"user_data line {line}: {reason}");

    /// <summary>Goes to the next line that says something.</summary>
    public void Next()
    {
        _at++;
        SkipEmpty();
    }

    /// <summary>Passes over everything that belongs to the present line's key: deeper lines, and list entries that stand as far left as the key.</summary>
    public void SkipValue()
    {
        var indent = Indent;
        do
        {
            // Whatever it holds is nobody's business, tabs included.
            _at++;
            SkipBlank();
        }
        while (!IsAtEnd && (Indent > indent || (Indent == indent && (Text == "-" || Text.StartsWith("- ", StringComparison.Ordinal)))));
    }

    /// <summary>Reads a literal block scalar (YAML 1.2 §8.1.2) whose header is on the present line, and goes on behind it.</summary>
    /// <param name="parent">Indentation of the key it belongs to.</param>
    /// <param name="header">From the bar on: <c>|</c>, <c>|-</c>, <c>|+</c>, each with a digit or without.</param>
    public string ReadBlock(int parent, string header)
    {
        var (chomp, explicitIndent) = Header(header);
        var first = ++_at;
        var indent = explicitIndent is { } relative ? parent + relative : Detect(parent);
        var content = new List<string>();
        while (!IsAtEnd && (string.IsNullOrWhiteSpace(_lines[_at]) || IndentOf(_lines[_at]) >= indent))
        {
            var line = _lines[_at];
            content.Add(line.Length > indent ? line[indent..] : "");
            _at++;
        }

        if (!IsAtEnd && IndentOf(_lines[_at]) > parent && !Text.StartsWith('#'))
        {
            throw Wrong($"the line is indented by {Indent} blanks, the block that began in line {first} by {indent}");
        }

        var kept = content.FindLastIndex(static line => line.Length > 0) + 1;
        var text = string.Concat(content.Take(chomp == '+' ? Real(content) : kept).Select(static line => line + "\n"));
        SkipEmpty();
        return chomp == '-' ? text.TrimEnd('\n') : text;
    }

    // The text's last line end is not a line of its own.
    private int Real(List<string> content) => IsAtEnd && content.Count > 0 && content[^1].Length == 0 ? content.Count - 1 : content.Count;

    private (char Chomp, int? Indent) Header(string header)
    {
        var chomp = ' ';
        int? indent = null;
        var comment = header.IndexOf(" #", StringComparison.Ordinal);
        foreach (var letter in (comment < 0 ? header : header[..comment]).TrimEnd()[1..])
        {
            if (letter is '-' or '+' && chomp == ' ')
            {
                chomp = letter;
            }
            else if (letter is >= '1' and <= '9' && indent is null)
            {
                indent = letter - '0';
            }
            else
            {
                throw Wrong($"\"{header}\" is not the head of a block: |, |- or |+ is understood");
            }
        }

        return (chomp, indent);
    }

    private int Detect(int parent)
    {
        for (var at = _at; at < _lines.Length; at++)
        {
            if (!string.IsNullOrWhiteSpace(_lines[at]))
            {
                // Less than the parent's: the block is empty.
                return Math.Max(IndentOf(_lines[at]), parent + 1);
            }
        }

        return parent + 1;
    }

    private void SkipBlank()
    {
        while (!IsAtEnd && (string.IsNullOrWhiteSpace(_lines[_at]) || Text.StartsWith('#')))
        {
            _at++;
        }
    }

    private void SkipEmpty()
    {
        SkipBlank();
        if (!IsAtEnd && Text.StartsWith('\t'))
        {
            throw Wrong("the line is indented with a tab; YAML takes blanks only");
        }
    }

    private static int IndentOf(string line) => line.Length - line.AsSpan().TrimStart(' ').Length;
}
