// The text being written, with its limit.
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

    public bool EndsWith(char character) => Length > Floor && _buffer[Length - 1] == character;

    public ReadOnlySpan<char> From(int start) => _buffer.AsSpan(start, Length - start);

    public void Append(ReadOnlySpan<char> text, Position position)
    {
        Reserve(text.Length, position);
        text.CopyTo(_buffer.AsSpan(Length));
        Length += text.Length;
    }

    public void Append(long number, Position position)
    {
        Reserve(20, position);
        number.TryFormat(_buffer.AsSpan(Length), out var written, default, System.Globalization.CultureInfo.InvariantCulture);
        Length += written;
    }

    /// <summary>Takes back everything from <paramref name="start"/> on.</summary>
    public string Cut(int start)
    {
        var text = From(start).ToString();
        Length = start;
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
