// A cursor over the text of a template that knows line and column.
namespace Amphora.Templates.Language;

internal sealed class Source(string file, string text)
{
    private int _index;
    private int _line = 1;
    private int _lineStart;

    public bool AtEnd => _index >= text.Length;

    /// <summary>The character at the cursor, NUL at the end.</summary>
    public char Current => AtEnd ? '\0' : text[_index];

    public ReadOnlySpan<char> Rest => text.AsSpan(_index);

    /// <summary>From the start of the line to the cursor.</summary>
    public ReadOnlySpan<char> LineSoFar => text.AsSpan(_lineStart, _index - _lineStart);

    public Position Position => new(file, _line, _index - _lineStart + 1);

    public bool Follows(string expected) => Rest.StartsWith(expected, StringComparison.Ordinal);

    public char Peek(int distance) => _index + distance < text.Length ? text[_index + distance] : '\0';

    public void Advance(int count)
    {
        var passed = text.AsSpan(_index, count);
        var lastNewline = passed.LastIndexOf('\n');
        if (lastNewline >= 0)
        {
            _line += passed.Count('\n');
            _lineStart = _index + lastNewline + 1;
        }

        _index += count;
    }

    public ReadOnlySpan<char> TakeWhile(Func<char, bool> predicate)
    {
        var start = _index;
        while (!AtEnd && predicate(text[_index]))
        {
            _index++;
        }

        return text.AsSpan(start, _index - start);
    }
}
