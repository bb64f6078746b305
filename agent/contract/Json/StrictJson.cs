// JSON from others as a tree, for readers that take only a few fields of it.
using System.Text.Json;
using System.Text.Unicode;

namespace Amphora.Contract.Json;

/// <summary>Parses what <see cref="JsonElement"/> can be asked for anything without a surprise: valid UTF-8, exactly one value, no escaped
/// half of a surrogate pair (which would only be found when its text is read).</summary>
public static class StrictJson
{
    /// <summary>The value; null when the bytes are not that.</summary>
    public static JsonElement? Parse(ReadOnlySpan<byte> utf8Json)
    {
        if (!Utf8.IsValid(utf8Json))
        {
            return null;
        }

        try
        {
            var walker = new Utf8JsonReader(utf8Json);
            while (walker.Read())
            {
                if (walker.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && walker.ValueIsEscaped)
                {
                    _ = walker.GetString();
                }
            }

            var reader = new Utf8JsonReader(utf8Json);
            return JsonElement.ParseValue(ref reader);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: the half of a pair.
            return null;
        }
    }
}
