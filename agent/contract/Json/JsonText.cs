// JSON text as a flat table of tokens, so that a reader can look fields up in any order without copying values.
using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Amphora.Contract.Json;

/// <summary>One token: where its content lies and which token follows what belongs to it.</summary>
/// <param name="Kind">Kind of the token; ends of objects and arrays have none of their own.</param>
/// <param name="Start">First byte of the content; strings and names without quotes and without escapes.</param>
/// <param name="Length">Bytes of the content.</param>
/// <param name="Next">Index of the first token behind this one and its children.</param>
internal readonly record struct JsonToken(JsonTokenType Kind, int Start, int Length, int Next);

/// <summary>A whole document that is well-formed JSON: valid UTF-8, one value, escapes already replaced.</summary>
internal sealed class JsonText : IDisposable
{
    /// <summary>The deepest nesting accepted; our documents need 8.</summary>
    internal const int MaxDepth = 32;

    private readonly byte[] _bytes;
    private readonly int _length;
    private JsonToken[] _tokens;
    private bool[] _read;
    private int _count;

    private JsonText(ReadOnlySpan<byte> utf8Json, FaultCollector faults)
    {
        Faults = faults;
        _length = utf8Json.Length;
        _bytes = ArrayPool<byte>.Shared.Rent(_length);
        utf8Json.CopyTo(_bytes);
        _tokens = ArrayPool<JsonToken>.Shared.Rent((_length / 8) + 16);
        _read = [];
    }

    /// <summary>What is wrong with the document so far.</summary>
    internal FaultCollector Faults { get; }

    /// <summary>The root.</summary>
    internal JsonValue Root => new(this, 0, Place.Root);

    internal JsonToken this[int token] => _tokens[token];

    /// <summary>Splits the text, or says as one fault why it is not JSON we take.</summary>
    internal static JsonText? Parse(ReadOnlySpan<byte> utf8Json, int maxBytes, FaultCollector faults)
    {
        if (utf8Json.Length > maxBytes)
        {
            faults.Add(Place.Root, "maxBytes", $"the document has {utf8Json.Length} bytes; it has to have at most {maxBytes}");
            return null;
        }

        if (Refusal(utf8Json) is { } refusal)
        {
            faults.Add(Place.Root, "json", refusal);
            return null;
        }

        var text = new JsonText(utf8Json, faults);
        if (text.Split() is { } reason)
        {
            text.Dispose();
            faults.Add(Place.Root, "json", $"the document is not JSON: {reason}");
            return null;
        }

        return text;
    }

    /// <summary>Content of a token: decoded text of a string or name, the literal of a number.</summary>
    internal ReadOnlySpan<byte> Content(int token) => _bytes.AsSpan(_tokens[token].Start, _tokens[token].Length);

    /// <summary>Notes that a reader asked for the field with this name token.</summary>
    internal void MarkRead(int token) => _read[token] = true;

    /// <summary>True when a reader asked for the field with this name token.</summary>
    internal bool WasRead(int token) => _read[token];

    public void Dispose()
    {
        // The text may hold a VRRP password: do not leave it in the pool.
        _bytes.AsSpan(0, _length).Clear();
        ArrayPool<byte>.Shared.Return(_bytes);
        ArrayPool<JsonToken>.Shared.Return(_tokens);
        if (_read.Length > 0)
        {
            ArrayPool<bool>.Shared.Return(_read);
        }
    }

    private static string? Refusal(ReadOnlySpan<byte> utf8Json)
    {
        if (utf8Json.IsEmpty)
        {
            return "the document is empty";
        }

        if (utf8Json.StartsWith("\uFEFF"u8))
        {
            return "the document begins with a byte order mark; it has to be UTF-8 without one";
        }

        return Utf8.IsValid(utf8Json) ? null : "the document is not valid UTF-8";
    }

    private string? Split()
    {
        var reader = new Utf8JsonReader(_bytes.AsSpan(0, _length), new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            Span<int> open = stackalloc int[MaxDepth + 1];
            var depth = 0;
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                {
                    ref var begin = ref _tokens[open[--depth]];
                    begin = begin with { Next = _count };
                    continue;
                }

                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    open[depth++] = _count;
                }

                Append(ref reader);
            }
        }
        catch (JsonException exception)
        {
            return Quoted.Plain(exception.Message);
        }
        catch (InvalidOperationException)
        {
            // CopyString: an escaped surrogate without its other half.
            return string.Create(CultureInfo.InvariantCulture,
                $"the string at byte {reader.TokenStartIndex} has an escape that is no Unicode character");
        }

        _read = ArrayPool<bool>.Shared.Rent(_count);
        _read.AsSpan(0, _count).Clear();
        return null;
    }

    private void Append(ref Utf8JsonReader reader)
    {
        if (_count == _tokens.Length)
        {
            var larger = ArrayPool<JsonToken>.Shared.Rent(_count * 2);
            _tokens.AsSpan(0, _count).CopyTo(larger);
            ArrayPool<JsonToken>.Shared.Return(_tokens);
            _tokens = larger;
        }

        var quote = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? 1 : 0;
        var start = (int)reader.TokenStartIndex + quote;
        var length = reader.ValueIsEscaped ? Unescape(ref reader, start) : reader.ValueSpan.Length;
        _tokens[_count] = new JsonToken(reader.TokenType, start, length, _count + 1);
        _count++;
    }

    // Escapes are never shorter than what they stand for, and the reader is past these bytes: the text is replaced in place.
    private int Unescape(ref Utf8JsonReader reader, int start)
    {
        var scratch = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            var length = reader.CopyString(scratch);
            scratch.AsSpan(0, length).CopyTo(_bytes.AsSpan(start));
            return length;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }
}
