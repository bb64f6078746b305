// What the value of a field may be: one class a shape, each with the rule it is told by.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amphora.Contract;

namespace Amphora.Controller.LoadBalancers.Fields;

/// <summary>Reads values as the API takes them: numbers and booleans may be words (load-balancer-api.md §1).</summary>
/// <param name="Rule">What is needed, as "a whole number from 1 to 65535".</param>
internal abstract record FieldShape(string Rule)
{
    /// <summary>The value as it is stored; null when it is not of this shape.</summary>
    public abstract JsonNode? Read(JsonNode value);

    /// <summary>A scalar as a word; null when it is none.</summary>
    protected static string? Word(JsonNode? value) => value is not JsonValue scalar ? null
        : scalar.GetValueKind() switch
        {
            JsonValueKind.String => scalar.GetValue<string>(),
            JsonValueKind.Number => scalar.ToJsonString(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => null,
        };

    /// <summary>A text, and nothing that is written like one.</summary>
    protected static string? Text(JsonNode? value) => value is JsonValue scalar && scalar.GetValueKind() == JsonValueKind.String ? scalar.GetValue<string>() : null;

    /// <summary>Counts characters as the agent does, not units of UTF-16.</summary>
    protected static bool IsWithin(string text, int least, int most) => text.EnumerateRunes().Count() is var count && count >= least && count <= most;

    /// <summary>A truth in one of the words that cannot be meant otherwise.</summary>
    protected static bool? Truth(JsonNode? value) => Word(value)?.ToUpperInvariant() switch
    {
        "TRUE" or "YES" or "ON" or "1" => true,
        "FALSE" or "NO" or "OFF" or "0" => false,
        _ => null,
    };

    /// <summary>The elements of a list, all of them readable and none twice; null when that is not so.</summary>
    protected static JsonArray? List(JsonNode value, Func<string, string?> read)
    {
        List<string?> texts = value is JsonArray array ? [.. array.Select(item => Text(item) is { } text ? read(text) : null)] : [null];
        return texts.Contains(null) || texts.Distinct(StringComparer.Ordinal).Count() != texts.Count ? null : new JsonArray([.. texts.Select(static text => JsonValue.Create(text))]);
    }
}

/// <summary>A text.</summary>
/// <param name="Most">Characters at most.</param>
/// <param name="Least">Characters at least.</param>
internal sealed record TextShape(int Most = 255, int Least = 0) : FieldShape($"a text of {(Least > 0 ? $"{Least} to {Most}" : $"at most {Most}")} characters")
{
    /// <inheritdoc/>
    public override JsonNode? Read(JsonNode value) => Text(value) is { } text && IsWithin(text, Least, Most) ? JsonValue.Create(text) : null;
}

/// <summary>One of some words.</summary>
/// <param name="Words">They.</param>
internal sealed record WordShape(ValueList<string> Words) : FieldShape($"one of {string.Join(", ", Words)}")
{
    /// <inheritdoc/>
    public override JsonNode? Read(JsonNode value) => Text(value) is { } text && Words.Contains(text) ? JsonValue.Create(text) : null;
}

/// <summary>A whole number.</summary>
/// <param name="Least">Not less.</param>
/// <param name="Most">Not more.</param>
internal sealed record NumberShape(long Least, long Most) : FieldShape($"a whole number from {Least} to {Most}")
{
    /// <inheritdoc/>
    public override JsonNode? Read(JsonNode value) =>
        long.TryParse(Word(value), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= Least && number <= Most ? Parsed(number) : null;

    // As if it had been read: such a node gives its number as int and as long.
    private static JsonNode? Parsed(long number) => JsonNode.Parse(number.ToString(CultureInfo.InvariantCulture));
}

/// <summary>One of some numbers with a point, which are numbers on the wire.</summary>
/// <param name="Words">As they are written.</param>
internal sealed record VersionShape(ValueList<string> Words) : FieldShape($"one of {string.Join(", ", Words)}")
{
    /// <inheritdoc/>
    public override JsonNode? Read(JsonNode value) => Word(value) is { } word && Words.FirstOrDefault(known => known == word || known == $"{word}.0") is { } version ? JsonNode.Parse(version) : null;
}

/// <summary>True or false.</summary>
internal sealed record TruthShape() : FieldShape("true or false")
{
    /// <inheritdoc/>
    public override JsonNode? Read(JsonNode value) => Truth(value) is { } truth ? JsonValue.Create(truth) : null;
}

/// <summary>An address of either family.</summary>
internal sealed record AddressShape() : FieldShape("an IP address")
{
    /// <inheritdoc/>
    public override JsonNode? Read(JsonNode value) => StrictIPAddress.TryParse(Text(value), out var address) ? JsonValue.Create(address.ToString()) : null;
}

/// <summary>Addresses with prefix lengths; bits behind the prefix are masked off.</summary>
internal sealed record CidrsShape() : FieldShape("a list of different networks as 10.0.0.0/8")
{
    /// <inheritdoc/>
    public override JsonNode? Read(JsonNode value) => List(value, static text => Cidr.TryParse(text, out var cidr) ? Masked(cidr.Value).ToString() : null);

    private static Cidr Masked(Cidr cidr)
    {
        var bytes = cidr.Address.GetAddressBytes();
        for (var bit = cidr.PrefixLength; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new Cidr(new System.Net.IPAddress(bytes), cidr.PrefixLength);
    }
}

/// <summary>Different texts.</summary>
/// <param name="Most">Characters of each at most.</param>
internal sealed record TextsShape(int Most = 255) : FieldShape($"a list of different texts of 1 to {Most} characters")
{
    /// <inheritdoc/>
    public override JsonNode? Read(JsonNode value) => List(value, text => IsWithin(text, 1, Most) ? text : null);
}

/// <summary>Some of some words, at least one.</summary>
/// <param name="Words">They.</param>
internal sealed record WordsShape(ValueList<string> Words) : FieldShape($"a list of some of {string.Join(", ", Words)}")
{
    /// <inheritdoc/>
    public override JsonNode? Read(JsonNode value) => List(value, text => Words.Contains(text) ? text : null) is { Count: > 0 } list ? list : null;
}

/// <summary>An id.</summary>
internal sealed record IdShape() : FieldShape("a UUID")
{
    /// <inheritdoc/>
    public override JsonNode? Read(JsonNode value) => Guid.TryParseExact(Text(value), "D", out var id) ? JsonNode.Parse($"\"{id:D}\"") : null;
}

/// <summary>The headers a listener inserts: truths, kept as words.</summary>
/// <param name="Names">The headers there are.</param>
internal sealed record HeadersShape(ValueList<string> Names) : FieldShape($"true or false for some of {string.Join(", ", Names)}")
{
    /// <inheritdoc/>
    public override JsonNode? Read(JsonNode value)
    {
        if (value is not JsonObject given || given.Any(header => !Names.Contains(header.Key) || Truth(header.Value) is null))
        {
            return null;
        }

        return new JsonObject(given.Select(static header => KeyValuePair.Create(header.Key, (JsonNode?)JsonValue.Create(Truth(header.Value) == true ? "true" : "false"))));
    }
}

/// <summary>An object with fields of its own, as session_persistence.</summary>
/// <param name="Fields">They.</param>
internal sealed record ObjectShape(ValueList<ObjectField> Fields) : FieldShape($"an object of {string.Join(", ", Fields.Select(static field => field.Name))}")
{
    /// <inheritdoc/>
    public override JsonNode? Read(JsonNode value)
    {
        if (value is not JsonObject given || given.Any(entry => entry.Value is not null && Fields.FirstOrDefault(field => field.Name == entry.Key)?.Shape.Read(entry.Value) is null))
        {
            return null;
        }

        return new JsonObject(given.Where(static entry => entry.Value is not null)
            .Select(entry => KeyValuePair.Create(entry.Key, Fields.First(field => field.Name == entry.Key).Shape.Read(entry.Value!))));
    }
}
