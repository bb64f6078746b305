// The text being written, with its limit.
using System.Globalization;

namespace Amphora.Templates.Language;

internal sealed class Output(int limit)
{
    private char[] _buffer = new char[4096];

    public int Length { get; private set; }

    /// <summary>Where the text that is being captured starts; what stands before is another text.</summary>
    public int Floor { get; set; }

    /// <summary>What was written since the last line feed.</summary>
    public ReadOnlySpan<char> Line
    {
        get
        {
            var written = From(Floor);
            return written[(written.LastIndexOf('\n') + 1)..];
        }
    }

    /// <summary>True when the word just written must end here: white space has to follow.</summary>
    public bool EndsWord { get; set; }

    public bool EndsWith(char character) => Length > Floor && _buffer[Length - 1] == character;

    public ReadOnlySpan<char> From(int start) => _buffer.AsSpan(start, Length - start);

    public void Append(ReadOnlySpan<char> text, Position position)
    {
        Reserve(text.Length, position);
        if (EndsWord && text is [var next, ..])
        {
            EndsWord = char.IsWhiteSpace(next)
                ? false
                : throw new TemplateException(position, "this stands directly behind a quoted value, which must be a word of its own");
        }

        text.CopyTo(_buffer.AsSpan(Length));
        Length += text.Length;
    }

    public void Append(long number, Position position)
    {
        Span<char> digits = stackalloc char[20];
        number.TryFormat(digits, out var written, default, CultureInfo.InvariantCulture);
        Append(digits[..written], position);
    }

    /// <summary>Takes back everything from <paramref name="start"/> on.</summary>
    public string Cut(int start)
    {
        var text = From(start).ToString();
        Length = start;
        EndsWord = false;
        return text;
    }

    public override string ToString() => new(_buffer, 0, Length);

    private void Reserve(int count, Position position)
    {
        if (count > limit - Length)
        {
            throw new TemplateException(position, $"the text grows beyond the limit of {limit} characters");
        }

        if (Length + count > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + count));
        }
    }
}
