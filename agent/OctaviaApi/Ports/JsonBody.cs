// The JSON bodies of API 1.0: three endpoints have one.
using System.Net;
using System.Text.Json;
using Amphora.Agent.Http;
using Amphora.Contract;
using Amphora.Contract.Json;
using Microsoft.Net.Http.Headers;

namespace Amphora.Agent.OctaviaApi.Ports;

/// <summary>Reads bodies and their values. What is wrong with a value is a <see cref="FormatException"/> that names it; what a
/// missing key means differs from endpoint to endpoint.</summary>
internal static class JsonBody
{
    // A few addresses and routes, or a few permissions for each of some hundred listeners.
    private const int MaxBytes = 1024 * 1024;

    /// <summary>The body, or null when it is none: not declared as JSON, or not JSON.</summary>
    /// <exception cref="BadHttpRequestException">The body is too large or too slow; the edge answers it in the shape of API 1.0.</exception>
    public static async Task<JsonElement?> ReadJsonAsync(this HttpRequest request, OctaviaApiOptions options, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !(type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        return StrictJson.Parse(await request.ReadBytesAsync(MaxBytes, options.ReadTimeout, cancellationToken));
    }

    /// <summary>A field; null when it is absent or <c>null</c>.</summary>
    public static JsonElement? Optional(this JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A field that has to be there; it may be <c>null</c>.</summary>
    /// <exception cref="FormatException">It is not, or its owner is no object.</exception>
    public static JsonElement Required(this JsonElement owner, string name) =>
        owner.ValueKind != JsonValueKind.Object ? throw new FormatException($"what should hold {name} is not an object")
        : owner.TryGetProperty(name, out var value) ? value
        : throw new FormatException($"{name} is missing");

    /// <summary>A field that has to be an address.</summary>
    public static IPAddress Address(this JsonElement owner, string name) => ToAddress(owner.Required(name), name);

    /// <summary>A field that is an address when it is there.</summary>
    public static IPAddress? OptionalAddress(this JsonElement owner, string name) =>
        owner.Optional(name) is { } value ? ToAddress(value, name) : null;

    /// <summary>A field that has to be a network without bits behind its prefix.</summary>
    public static Cidr Network(this JsonElement owner, string name)
    {
        var value = owner.Required(name);
        return Text(value) is { } text && Cidr.TryParse(text, out var cidr)
            ? cidr.Value.HasHostBits ? throw new FormatException($"{name} is \"{text}\", has to be without bits behind the prefix") : cidr.Value
            : throw new FormatException($"{name} is {value.GetRawText()}, has to be a network, as 10.0.0.0/24");
    }

    /// <summary>What each entry of a field becomes; empty when the field is not there.</summary>
    /// <exception cref="FormatException">It is no list, or <paramref name="read"/> found something.</exception>
    public static ValueList<T> Each<T>(this JsonElement owner, string name, Func<JsonElement, T> read)
        where T : class
    {
        var entries = new List<T>();
        if (owner.Optional(name) is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException($"{name} is not a list");
        }

        foreach (var entry in value.EnumerateArray())
        {
            entries.Add(read(entry));
        }

        return entries.ToValueList();
    }

    /// <summary>A field that is a whole number when it is there; 0 counts as absent.</summary>
    public static int? OptionalNumber(this JsonElement owner, string name) => owner.Optional(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0 ? (number == 0 ? null : number)
        : throw new FormatException($"{name} is {value.GetRawText()}, has to be a whole number");

    /// <summary>True when a field is there and true.</summary>
    public static bool Flag(this JsonElement owner, string name) => owner.Optional(name) is { } value && (value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new FormatException($"{name} is {value.GetRawText()}, has to be true or false"),
    });

    /// <summary>A string's text; null for anything else.</summary>
    public static string? Text(this JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static IPAddress ToAddress(JsonElement value, string name) => StrictIPAddress.TryParse(Text(value), out var address)
        ? address
        : throw new FormatException($"{name} is {value.GetRawText()}, has to be an IP address");
}
