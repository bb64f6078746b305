// JSON text → tokens (RFC 8259), for texts of many short strings that come over UDP.
using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Amphora.Contract.Heartbeat;

/// <summary>As much of <see cref="Utf8JsonReader"/> as heartbeats need, in less time: one look at a string finds its end and whether it is
/// plain. What is no JSON is no exception: then <see cref="Read"/> says false for good, and <see cref="IsBroken"/> is true.</summary>
internal ref struct JsonTokens(ReadOnlySpan<byte> text)
{
    private const int DeepestNesting = 8;

    // Of a number that is read at once: 10^18 fits.
    private const int MostDigits = 18;

    private static readonly SearchValues<byte> s_hexadecimal = SearchValues.Create("0123456789abcdefABCDEF"u8);

    private readonly ReadOnlySpan<byte> _text = text;
    private int _position;
    private Next _next;

    // A bit for each level that is open, the innermost lowest: 1 for an object, 0 for an array.
    private int _levels;
    private int _depth;
    private int _start;
    private int _length;

    private enum Next
    {
        Value,
        FirstName,
        FirstElement,
        AfterValue,
    }

    /// <summary>True when the text is no JSON, or nested too deep.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>The token; <see cref="JsonTokenType.None"/> when there is none.</summary>
    public JsonTokenType TokenType { get; private set; }

    /// <summary>Of a string or name: printable ASCII, without escapes.</summary>
    public bool IsPlain { get; private set; }

    /// <summary>Of a string, name or number: where its characters are, as they are written.</summary>
    public readonly TextRange Range => new(_start, _length);

    /// <summary>Goes to the next token; false at the end of the text, and where it is broken.</summary>
    public bool Read()
    {
        if (IsBroken)
        {
            return false;
        }

        if (TryReadName() || TryReadText())
        {
            return true;
        }

        TokenType = JsonTokenType.None;
        SkipBlanks();
        if (_position == _text.Length || (_next == Next.AfterValue && _depth == 0))
        {
            IsBroken = _position < _text.Length || _next != Next.AfterValue || _depth > 0;
            return false;
        }

        if (!ReadToken(_text[_position]))
        {
            // Nothing is there any more for the short ways.
            (TokenType, IsBroken, _position) = (JsonTokenType.None, true, _text.Length);
        }

        return !IsBroken;
    }

    /// <summary>Goes to the next name of the object; false at its end, and where something else comes or the text is broken: then that was
    /// read.</summary>
    public bool ReadName() => TryReadName() || (Read() && TokenType == JsonTokenType.PropertyName);

    /// <summary>Reads a value that is plain text; false, and nothing is read, when it is not or has to be looked at with care.</summary>
    public bool TryReadText()
    {
        if (_next != Next.Value)
        {
            return false;
        }

        var start = BehindBlank(_position) + 1;
        if (start >= _text.Length || _text[start - 1] != '"')
        {
            return false;
        }

        var end = PlainText.EndOf(_text, start);
        if (end >= _text.Length || _text[end] != '"')
        {
            return false;
        }

        (TokenType, _next, IsPlain) = (JsonTokenType.String, Next.AfterValue, true);
        (_start, _length, _position) = (start, end - start, end + 1);
        return true;
    }

    /// <summary>Reads a value that is a whole number from 0 on; false, and nothing is read, when it is not or has to be looked at with
    /// care.</summary>
    public bool TryReadNumber(out long number)
    {
        number = 0;
        if (_next != Next.Value)
        {
            return false;
        }

        var start = BehindBlank(_position);
        var at = start;
        for (; at < _text.Length && (uint)(_text[at] - '0') is <= 9 and var digit; at++)
        {
            number = (10 * number) + digit;
        }

        // No zero in front, no fraction, no exponent, and never more than a long holds.
        var length = at - start;
        if (length is 0 or > MostDigits || at >= _text.Length || _text[at] is not ((byte)',' or (byte)'}') || (length > 1 && _text[start] == '0'))
        {
            return false;
        }

        (TokenType, _next, IsPlain) = (JsonTokenType.Number, Next.AfterValue, true);
        (_start, _length, _position) = (start, length, at);
        return true;
    }

    /// <summary>From a name, or the beginning of an object or array, to the end of what is there.</summary>
    public void Skip()
    {
        if (TokenType == JsonTokenType.PropertyName)
        {
            Read();
        }

        if (TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            var depth = _depth;
            while (_depth >= depth && Read())
            {
                // On the way.
            }
        }
    }

    /// <summary>True when the name is this one. A name with escapes is nobody's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool ValueTextEquals(ReadOnlySpan<byte> name) => _text.Slice(_start, _length).SequenceEqual(name);

    /// <summary>The number, when it is a whole one and not too large.</summary>
    public readonly bool TryGetInt64(out long number) =>
        Utf8Parser.TryParse(_text.Slice(_start, _length), out number, out var consumed) && consumed == _length;

    // A name that is plain text, with its colon right behind it; where that is not so, nothing is read.
    private bool TryReadName()
    {
        var at = _position;
        if (_next == Next.AfterValue && (_levels & 1) != 0 && at < _text.Length && _text[at] == ',')
        {
            at = BehindBlank(at + 1);
        }
        else if (_next != Next.FirstName)
        {
            return false;
        }

        if (at >= _text.Length || _text[at] != '"')
        {
            return false;
        }

        var end = PlainText.EndOf(_text, ++at);
        if (end + 1 >= _text.Length || _text[end] != '"' || _text[end + 1] != ':')
        {
            return false;
        }

        (TokenType, _next, IsPlain) = (JsonTokenType.PropertyName, Next.Value, true);
        (_start, _length, _position) = (at, end - at, end + 2);
        return true;
    }

    // Upstream's agent writes one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int BehindBlank(int at) => at < _text.Length && _text[at] == ' ' ? at + 1 : at;

    private bool ReadToken(byte first) => _next switch
    {
        Next.FirstName => first == '}' ? Close(JsonTokenType.EndObject) : ReadAnyName(),
        Next.FirstElement => first == ']' ? Close(JsonTokenType.EndArray) : ReadValue(first),
        Next.AfterValue => ReadAfterValue(first),
        _ => ReadValue(first),
    };

    private bool ReadAfterValue(byte first)
    {
        var isObject = (_levels & 1) != 0;
        if (first != ',')
        {
            return isObject ? first == '}' && Close(JsonTokenType.EndObject) : first == ']' && Close(JsonTokenType.EndArray);
        }

        _position++;
        SkipBlanks();
        return _position < _text.Length && (isObject ? ReadAnyName() : ReadValue(_text[_position]));
    }

    private bool ReadAnyName()
    {
        if (_text[_position] != '"' || !ReadString())
        {
            return false;
        }

        SkipBlanks();
        (TokenType, _next) = (JsonTokenType.PropertyName, Next.Value);
        return _position < _text.Length && _text[_position++] == ':';
    }

    private bool ReadValue(byte first)
    {
        _next = Next.AfterValue;
        switch (first)
        {
            case (byte)'"':
                TokenType = JsonTokenType.String;
                return ReadString();
            case (byte)'{':
                return Open(JsonTokenType.StartObject, Next.FirstName, 1);
            case (byte)'[':
                return Open(JsonTokenType.StartArray, Next.FirstElement, 0);
            case (byte)'t':
                return ReadWord(JsonTokenType.True, "true"u8);
            case (byte)'f':
                return ReadWord(JsonTokenType.False, "false"u8);
            case (byte)'n':
                return ReadWord(JsonTokenType.Null, "null"u8);
            default:
                TokenType = JsonTokenType.Number;
                return ReadNumber();
        }
    }

    private bool Open(JsonTokenType type, Next next, int level)
    {
        (TokenType, _next, _levels) = (type, next, (_levels << 1) | level);
        _position++;
        return ++_depth <= DeepestNesting;
    }

    private bool Close(JsonTokenType type)
    {
        (TokenType, _next) = (type, Next.AfterValue);
        _position++;
        _depth--;
        _levels >>= 1;
        return true;
    }

    private bool ReadWord(JsonTokenType type, ReadOnlySpan<byte> word)
    {
        TokenType = type;
        var isIt = _text[_position..].StartsWith(word);
        _position += word.Length;
        return isIt;
    }

    private bool ReadString()
    {
        _start = ++_position;
        IsPlain = true;
        while ((_position = PlainText.EndOf(_text, _position)) < _text.Length)
        {
            var odd = _text[_position];
            if (odd == '"')
            {
                _length = _position++ - _start;
                return true;
            }

            IsPlain = false;
            var length = odd == '\\' ? EscapeLength(_text[_position..]) : odd < ' ' ? 0 : 1;
            if (length == 0)
            {
                return false;
            }

            _position += length;
        }

        return false;
    }

    // 0: no escape of JSON.
    private static int EscapeLength(ReadOnlySpan<byte> escape)
    {
        if (escape.Length >= 6 && escape[1] == 'u')
        {
            return escape[2..6].ContainsAnyExcept(s_hexadecimal) ? 0 : 6;
        }

        return escape.Length >= 2 && "\"\\/bfnrt"u8.Contains(escape[1]) ? 2 : 0;
    }

    // -? (0 | 1–9 digits) (. digits)? ((e | E) (+ | -)? digits)?
    private bool ReadNumber()
    {
        _start = _position;
        _ = Take((byte)'-', (byte)'-');
        var isNumber = Take((byte)'0', (byte)'0') || TakeDigits();
        if (isNumber && Take((byte)'.', (byte)'.'))
        {
            isNumber = TakeDigits();
        }

        if (isNumber && Take((byte)'e', (byte)'E'))
        {
            _ = Take((byte)'+', (byte)'-');
            isNumber = TakeDigits();
        }

        _length = _position - _start;
        return isNumber;
    }

    private bool Take(byte one, byte other)
    {
        var isIt = _position < _text.Length && (_text[_position] == one || _text[_position] == other);
        _position += isIt ? 1 : 0;
        return isIt;
    }

    private bool TakeDigits()
    {
        var start = _position;
        while (_position < _text.Length && (uint)(_text[_position] - '0') <= 9)
        {
            _position++;
        }

        return _position > start;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SkipBlanks()
    {
        // Nobody's heartbeat has many.
        if (_position < _text.Length && _text[_position] <= ' ')
        {
            SkipRunOfBlanks();
        }
    }

    private void SkipRunOfBlanks()
    {
        while (_position < _text.Length && (_text[_position] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
        {
            _position++;
        }
    }
}
