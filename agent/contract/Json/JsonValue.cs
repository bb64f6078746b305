// A field or an element and the typed ways to read it; what does not fit becomes a fault, what is absent stays null.
using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Amphora.Contract.Json;

/// <summary>A value at its place in the document, or the absence of one.</summary>
internal readonly struct JsonValue(JsonText text, int token, Place place, bool isSecret = false)
{
    /// <summary>Token of a value that is not there.</summary>
    internal const int Absent = -1;

    /// <summary>False when the field is missing or null.</summary>
    internal bool IsPresent => token != Absent;

    /// <summary>Where it stands.</summary>
    internal Place Place => place;

    /// <summary>Kind of the value; <see cref="JsonTokenType.None"/> when absent.</summary>
    internal JsonTokenType Kind => IsPresent ? text[token].Kind : JsonTokenType.None;

    /// <summary>False when something else than an array is there.</summary>
    internal bool IsArrayOrAbsent => Kind is JsonTokenType.None or JsonTokenType.StartArray;

    /// <summary>True for an array without elements.</summary>
    internal bool IsEmptyArray => Kind == JsonTokenType.StartArray && text[token].Next == token + 1;

    /// <summary>Decoded text of a string, literal of a number.</summary>
    internal ReadOnlySpan<byte> Content => text.Content(token);

    /// <summary>The value as a message shows it.</summary>
    internal string Shown => Kind switch
    {
        JsonTokenType.None => "absent",
        _ when isSecret => "***",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => Quoted.Text(Content),
        _ => Quoted.Plain(Content),
    };

    /// <summary>The same value, never shown in a message.</summary>
    internal JsonValue Secret() => new(text, token, place, true);

    /// <summary>Adds a fault: "<c>name is value; it has to be expected</c>".</summary>
    internal void Refuse(string rule, string expected) =>
        text.Faults.Add(place, rule, $"{place.Title} is {Shown}; it has to be {expected}");

    /// <summary>A fault when the value is there.</summary>
    /// <param name="because">Completes "it has to be absent …".</param>
    internal void MustBeAbsent(string because) => MustBeAbsentFor("type", because);

    /// <summary>A fault of a rule when the value is there.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="because">Completes "it has to be absent …".</param>
    internal void MustBeAbsentFor(string rule, string because)
    {
        if (IsPresent)
        {
            Refuse(rule, $"absent {because}");
        }
    }

    /// <summary>A fault when the value is not there.</summary>
    /// <param name="because">Completes "it has to be given …".</param>
    internal void MustBePresent(string because)
    {
        if (!IsPresent)
        {
            Refuse("required", $"given {because}");
        }
    }

    /// <summary>A boolean.</summary>
    internal bool? Boolean()
    {
        switch (Kind)
        {
            case JsonTokenType.None:
                return null;
            case JsonTokenType.True:
                return true;
            case JsonTokenType.False:
                return false;
            default:
                Refuse("type", "true or false");
                return null;
        }
    }

    /// <summary>An integer between two bounds.</summary>
    internal long? Integer(long minimum, long maximum)
    {
        if (!Is(JsonTokenType.Number, "an integer"))
        {
            return null;
        }

        if (!Utf8Parser.TryParse(Content, out long value, out var used) || used != Content.Length)
        {
            var number = JsonNumber.Parse(Content);
            if (!number.IsInteger)
            {
                Refuse("type", "an integer");
                return null;
            }

            value = number.Saturated;
        }

        if (value < minimum)
        {
            Refuse("minimum", $"at least {minimum}");
            return null;
        }

        if (value > maximum)
        {
            Refuse("maximum", $"at most {maximum}");
            return null;
        }

        return value;
    }

    /// <summary>An integer between two bounds, for fields of 32 bits.</summary>
    internal int? Int32(int minimum, int maximum) => (int?)Integer(minimum, maximum);

    /// <summary>A string of a given form.</summary>
    internal string? Text(TextRule rule) => TryText(rule, out var utf8) ? Encoding.UTF8.GetString(utf8) : null;

    /// <summary>A lower-case UUID (config-rendering I10).</summary>
    internal Guid? Uuid() =>
        TryText(TextRules.Uuid, out var utf8) && Utf8Parser.TryParse(utf8, out Guid id, out _, 'D') ? id : null;

    /// <summary>One of a closed list of words.</summary>
    internal T? Word<T>(WireTable<T> words)
        where T : struct, Enum
    {
        if (!IsPresent)
        {
            return null;
        }

        if (Kind == JsonTokenType.String && words.TryRead(Content, out var value))
        {
            return value;
        }

        Refuse("enum", words.Expected);
        return null;
    }

    /// <summary>An IP address (config-rendering I9).</summary>
    internal IPAddress? Address()
    {
        if (!TryText(TextRules.Address, out var utf8))
        {
            return null;
        }

        Span<char> characters = stackalloc char[TextRules.LongestAddress];
        if (StrictIPAddress.TryParse(characters[..Encoding.ASCII.GetChars(utf8, characters)], out var address))
        {
            return address;
        }

        Refuse("format", TextRules.Address.Expected);
        return null;
    }

    /// <summary>A network in CIDR notation.</summary>
    internal Cidr? Cidr()
    {
        if (!TryText(TextRules.Cidr, out var utf8))
        {
            return null;
        }

        Span<char> characters = stackalloc char[TextRules.LongestCidr];
        if (Contract.Cidr.TryParse(characters[..Encoding.ASCII.GetChars(utf8, characters)], out var cidr))
        {
            return cidr;
        }

        Refuse("format", TextRules.Cidr.Expected);
        return null;
    }

    /// <summary>An object to read field by field.</summary>
    internal JsonObject? Object() =>
        Is(JsonTokenType.StartObject, "an object") ? new JsonObject(text, token, text.Faults.Enter(place)) : null;

    /// <summary>The elements of an array; none when it is absent or no array.</summary>
    internal JsonArray Array(int minItems = 0, int maxItems = int.MaxValue)
    {
        if (!Is(JsonTokenType.StartArray, "an array"))
        {
            return default;
        }

        var array = new JsonArray(text, token, text.Faults.Enter(place));
        if (minItems > 0 && array.IsEmpty)
        {
            Refuse("minItems", $"an array of at least {minItems}");
        }

        if (maxItems < int.MaxValue && array.Count() > maxItems)
        {
            Refuse("maxItems", $"an array of at most {maxItems}");
        }

        return array;
    }

    private bool Is(JsonTokenType kind, string expected)
    {
        if (Kind == kind)
        {
            return true;
        }

        if (IsPresent)
        {
            Refuse("type", expected);
        }

        return false;
    }

    private bool TryText(TextRule rule, out ReadOnlySpan<byte> utf8)
    {
        utf8 = default;
        if (!Is(JsonTokenType.String, rule.Expected))
        {
            return false;
        }

        utf8 = Content;
        if (utf8.Length > rule.MaxLength && TextRule.CountCharacters(utf8) > rule.MaxLength)
        {
            Refuse("maxLength", $"at most {rule.MaxLength} characters long");
            return false;
        }

        if (utf8.Length < rule.MinLength)
        {
            Refuse("minLength", $"at least {rule.MinLength} characters long");
            return false;
        }

        if (rule.Matches is { } matches && !matches(utf8))
        {
            Refuse("pattern", rule.Expected);
            return false;
        }

        return true;
    }
}
