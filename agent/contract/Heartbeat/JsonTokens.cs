// JSON text → tokens (RFC 8259), for texts of many short strings that come over UDP.
using System.Buffers;
using System.Buffers.Text;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text.Json;

namespace Amphora.Contract.Heartbeat;

/// <summary>As much of <see cref="Utf8JsonReader"/> as heartbeats need, in less time: one look at a string finds its end and whether it is
/// plain. What is no JSON is no exception: then <see cref="Read"/> says false for good, and <see cref="IsBroken"/> is true.</summary>
internal ref struct JsonTokens(ReadOnlySpan<byte> text)
{
    private const int DeepestNesting = 8;

    // Printable ASCII but quotation mark and backslash.
    private static readonly SearchValues<byte> s_plain = SearchValues.Create(
        " !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

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
        TokenType = JsonTokenType.None;
        if (IsBroken)
        {
            return false;
        }

        SkipBlanks();
        if (_position == _text.Length || (_next == Next.AfterValue && _depth == 0))
        {
            IsBroken = _position < _text.Length || _next != Next.AfterValue || _depth > 0;
            return false;
        }

        IsBroken = !ReadToken(_text[_position]);
        return !IsBroken;
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
    public readonly bool ValueTextEquals(ReadOnlySpan<byte> name) => _text.Slice(_start, _length).SequenceEqual(name);

    /// <summary>The number, when it is a whole one and not too large.</summary>
    public readonly bool TryGetInt64(out long number) =>
        Utf8Parser.TryParse(_text.Slice(_start, _length), out number, out var consumed) && consumed == _length;

    private bool ReadToken(byte first) => _next switch
    {
        Next.FirstName => first == '}' ? Close(JsonTokenType.EndObject) : ReadName(),
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
        return _position < _text.Length && (isObject ? ReadName() : ReadValue(_text[_position]));
    }

    private bool ReadName()
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
        while (PlainRun(_text[_position..]) is >= 0 and var run)
        {
            _position += run;
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

    // Characters up to the first that is not plain; -1: there is none. The search of the framework takes longer to begin than most texts are.
    private static int PlainRun(ReadOnlySpan<byte> text)
    {
        var run = 0;
        for (; text.Length - run >= Vector128<byte>.Count; run += Vector128<byte>.Count)
        {
            var bytes = Vector128.Create(text.Slice(run, Vector128<byte>.Count));
            var odd = Vector128.LessThan(bytes.AsSByte(), Vector128.Create((sbyte)' ')).AsByte()
                | Vector128.Equals(bytes, Vector128.Create((byte)'"'))
                | Vector128.Equals(bytes, Vector128.Create((byte)'\\'))
                | Vector128.Equals(bytes, Vector128.Create((byte)0x7f));
            if (odd != Vector128<byte>.Zero)
            {
                return run + BitOperations.TrailingZeroCount(odd.ExtractMostSignificantBits());
            }
        }

        return text[run..].IndexOfAnyExcept(s_plain) is >= 0 and var rest ? run + rest : -1;
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
