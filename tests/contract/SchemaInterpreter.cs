// A small JSON Schema (draft 2020-12) interpreter: the keywords load-balancer.schema.json uses, formats asserted.
using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Amphora.Contract.Tests;

/// <summary>Says whether a document fits the schema; written apart from the reader so that the two can be compared.</summary>
/// <remarks>One rule of desired-state.md is built in: a field that is null counts as absent, unless it is unknown.</remarks>
internal sealed class SchemaInterpreter(JsonElement schema)
{
    private static readonly ConcurrentDictionary<string, Regex> Patterns = new();

    /// <summary>The schema of desired state documents.</summary>
    internal static SchemaInterpreter Document { get; } = new(JsonDocument.Parse(Golden.Schema).RootElement);

    internal JsonElement Root => schema;

    internal bool Accepts(byte[] utf8Json)
    {
        using var document = JsonDocument.Parse(utf8Json);
        return Fits(document.RootElement, schema);
    }

    internal JsonElement Follow(JsonElement rule)
    {
        while (rule.TryGetProperty("$ref", out var reference))
        {
            rule = schema.GetProperty("$defs").GetProperty(reference.GetString()!["#/$defs/".Length..]);
        }

        return rule;
    }

    private bool Fits(JsonElement value, JsonElement rule)
    {
        foreach (var keyword in rule.EnumerateObject())
        {
            if (!FitsKeyword(value, rule, keyword.Name, keyword.Value))
            {
                return false;
            }
        }

        return true;
    }

    private bool FitsKeyword(JsonElement value, JsonElement rule, string keyword, JsonElement argument) => keyword switch
    {
        "$schema" or "$id" or "$defs" or "title" or "description" or "default" or "then" or "else" => true,
        "$ref" => Fits(value, Follow(rule)),
        "allOf" => argument.EnumerateArray().All(part => Fits(value, part)),
        "anyOf" => argument.EnumerateArray().Any(part => Fits(value, part)),
        "not" => !Fits(value, argument),
        "if" => !rule.TryGetProperty(Fits(value, argument) ? "then" : "else", out var branch) || Fits(value, branch),
        "type" => HasType(value, argument.GetString()!),
        "const" => Same(value, argument),
        "enum" => argument.EnumerateArray().Any(one => Same(value, one)),
        "minimum" => value.ValueKind != JsonValueKind.Number || Number(value) >= Number(argument),
        "maximum" => value.ValueKind != JsonValueKind.Number || Number(value) <= Number(argument),
        "minLength" or "maxLength" or "pattern" or "format" => value.ValueKind != JsonValueKind.String || FitsText(value.GetString()!, keyword, argument),
        "items" or "minItems" or "maxItems" or "uniqueItems" => value.ValueKind != JsonValueKind.Array || FitsArray(value, keyword, argument),
        "properties" or "additionalProperties" or "required" or "maxProperties" or "propertyNames" =>
            value.ValueKind != JsonValueKind.Object || FitsObject(value, rule, keyword, argument),
        _ => throw new NotSupportedException($"keyword {keyword}"),
    };

    private bool FitsObject(JsonElement value, JsonElement rule, string keyword, JsonElement argument)
    {
        var present = value.EnumerateObject().Where(field => field.Value.ValueKind != JsonValueKind.Null);
        return keyword switch
        {
            "properties" => present.All(field => !argument.TryGetProperty(field.Name, out var part) || Fits(field.Value, part)),
            "additionalProperties" => value.EnumerateObject().All(field => rule.GetProperty("properties").TryGetProperty(field.Name, out _)),
            "required" => argument.EnumerateArray().All(name => present.Any(field => field.NameEquals(name.GetString()))),
            "maxProperties" => present.Count() <= argument.GetInt32(),
            _ => present.All(field => argument.GetProperty("enum").EnumerateArray().Any(name => field.NameEquals(name.GetString()))),
        };
    }

    private bool FitsArray(JsonElement value, string keyword, JsonElement argument) => keyword switch
    {
        "items" => value.EnumerateArray().All(item => Fits(item, argument)),
        "minItems" => value.GetArrayLength() >= argument.GetInt32(),
        "maxItems" => value.GetArrayLength() <= argument.GetInt32(),
        _ => value.EnumerateArray().Select(item => item.GetRawText()).Distinct().Count() == value.GetArrayLength(),
    };

    private static bool FitsText(string text, string keyword, JsonElement argument) => keyword switch
    {
        "minLength" => text.EnumerateRunes().Count() >= argument.GetInt32(),
        "maxLength" => text.EnumerateRunes().Count() <= argument.GetInt32(),
        "pattern" => Patterns.GetOrAdd(argument.GetString()!, pattern => new Regex(pattern, RegexOptions.CultureInvariant)).IsMatch(text),
        _ => argument.GetString() == "ipv4" ? IsIPv4(text) : IsIPv6(text),
    };

    // RFC 2673 §3.2 and RFC 4291 §2.2, as the two formats want it.
    private static bool IsIPv4(string text) =>
        Regex.IsMatch(text, @"\A(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!\z)|\z)){4}\z");

    private static bool IsIPv6(string text) =>
        text.Contains(':', StringComparison.Ordinal) && text.IndexOfAny(['%', '[', ']', '/']) < 0 && IPAddress.TryParse(text, out _)
        && (!text.Contains('.', StringComparison.Ordinal) || IsIPv4(text[(text.LastIndexOf(':') + 1)..]));

    private static bool HasType(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        "integer" => value.ValueKind == JsonValueKind.Number && decimal.IsInteger(Number(value)),
        _ => throw new NotSupportedException($"type {type}"),
    };

    private static bool Same(JsonElement left, JsonElement right) => (left.ValueKind, right.ValueKind) switch
    {
        (JsonValueKind.Number, JsonValueKind.Number) => Number(left) == Number(right),
        (JsonValueKind.String, JsonValueKind.String) => left.GetString() == right.GetString(),
        _ => left.ValueKind == right.ValueKind && left.ValueKind is JsonValueKind.True or JsonValueKind.False,
    };

    private static decimal Number(JsonElement value) => value.TryGetDecimal(out var number) ? number
        : value.GetDouble() > 0 ? decimal.MaxValue : decimal.MinValue;
}
