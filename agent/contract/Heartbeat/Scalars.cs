// Names and numbers of a heartbeat.
using System.Text.Json;

namespace Amphora.Contract.Heartbeat;

/// <summary>Reads single values; nothing is copied.</summary>
internal static class Scalars
{
    private const int LongestText = 255;

    /// <summary>A name or a word. Names are UUIDs: an escape in one is nobody's, and control characters would reach terminals.</summary>
    public static HeartbeatRefusal ReadText(ref JsonTokens json, out TextRange range)
    {
        range = default;
        if (json.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            return HeartbeatRefusal.Shape;
        }

        range = json.Range;
        return json.IsPlain && range.Length is > 0 and <= LongestText ? HeartbeatRefusal.None : HeartbeatRefusal.Bounds;
    }

    /// <summary>Goes to the value of a field, which has to be a name or a word.</summary>
    public static HeartbeatRefusal ReadNextText(ref JsonTokens json, out TextRange range)
    {
        if (!json.TryReadText())
        {
            json.Read();
        }

        return ReadText(ref json, out range);
    }

    /// <summary>Goes to the value of a field, which has to be a whole number from 0 on.</summary>
    public static HeartbeatRefusal ReadNextNumber(ref JsonTokens json, out long number)
    {
        if (json.TryReadNumber(out number))
        {
            return HeartbeatRefusal.None;
        }

        json.Read();
        return ReadNumber(ref json, out number);
    }

    /// <summary>A whole number from 0 on.</summary>
    public static HeartbeatRefusal ReadNumber(ref JsonTokens json, out long number)
    {
        number = 0;
        if (json.TokenType != JsonTokenType.Number)
        {
            return HeartbeatRefusal.Shape;
        }

        return json.TryGetInt64(out number) && number >= 0 ? HeartbeatRefusal.None : HeartbeatRefusal.Bounds;
    }

    /// <summary>Goes to the value of a field and into the object it has to be.</summary>
    /// <param name="json">At the name of the field.</param>
    /// <param name="hasRoom">False: there are too many of them already.</param>
    public static HeartbeatRefusal Enter(ref JsonTokens json, bool hasRoom)
    {
        json.Read();
        return json.TokenType != JsonTokenType.StartObject ? HeartbeatRefusal.Shape
            : hasRoom ? HeartbeatRefusal.None
            : HeartbeatRefusal.Bounds;
    }
}
