// A word of a line: what it says, and where it stands.
using System.Text;

namespace Amphora.Agent.Haproxy.Model;

/// <summary>One word. Its place is in the text of the document, so that an edit can replace this word and nothing else.</summary>
internal readonly ref struct HaproxyWord
{
    private readonly bool _isPlain;

    internal HaproxyWord(string text, WordPlace place)
    {
        Raw = text.AsSpan(place.Start, place.Length);
        Start = place.Start;
        _isPlain = place.IsPlain;
    }

    /// <summary>Offset of its first character in the text.</summary>
    public int Start { get; }

    /// <summary>Characters it takes there.</summary>
    public int Length => Raw.Length;

    /// <summary>As it is written, with quotes and backslashes.</summary>
    public ReadOnlySpan<char> Raw { get; }

    /// <summary>As HAProxy reads it, except that variables stay as they are written. Costs nothing when the word is plain.</summary>
    public ReadOnlySpan<char> Value => _isPlain ? Raw : Unescape(Raw);

    /// <summary>True when the value is this.</summary>
    public bool Is(ReadOnlySpan<char> value) => Value.SequenceEqual(value);

    /// <summary>The value.</summary>
    public override string ToString() => Value.ToString();

    private static string Unescape(ReadOnlySpan<char> raw)
    {
        var value = new StringBuilder(raw.Length);
        var quote = '\0';
        while (!raw.IsEmpty)
        {
            var taken = 1;
            switch (raw[0])
            {
                case '\'' when quote != '"':
                case '"' when quote != '\'':
                    quote = quote == '\0' ? raw[0] : '\0';
                    break;
                case '$' when quote == '"':
                    taken = Math.Max(Escapes.VariableLength(raw), 1);
                    value.Append(raw[..taken]);
                    break;
                case '\\' when quote != '\'':
                    taken = AppendEscape(value, raw, isInDoubleQuotes: quote == '"');
                    if (taken == 0)
                    {
                        return value.ToString();
                    }

                    break;
                default:
                    value.Append(raw[0]);
                    break;
            }

            raw = raw[taken..];
        }

        return value.ToString();
    }

    // How much of it was taken; 0 at a NUL character, where a word of C ends.
    private static int AppendEscape(StringBuilder value, ReadOnlySpan<char> raw, bool isInDoubleQuotes)
    {
        switch (Escapes.Length(raw, isInDoubleQuotes))
        {
            case 2:
                value.Append(Escapes.Short(raw));
                return 2;
            case Escapes.HexLength:
                return AppendBytes(value, raw);
            default:
                value.Append('\\');
                return 1;
        }
    }

    // Several sequences may make one character: HAProxy knows bytes only.
    private static int AppendBytes(StringBuilder value, ReadOnlySpan<char> raw)
    {
        var bytes = new List<byte>();
        var taken = 0;
        while (raw.Length > taken && raw[taken] == '\\' && Escapes.Length(raw[taken..], isInDoubleQuotes: false) == Escapes.HexLength)
        {
            bytes.Add(Escapes.Hex(raw[taken..]));
            taken += Escapes.HexLength;
        }

        var end = bytes.IndexOf(0);
        value.Append(Encoding.UTF8.GetString([.. end < 0 ? bytes : bytes[..end]]));
        return end < 0 ? taken : 0;
    }
}
