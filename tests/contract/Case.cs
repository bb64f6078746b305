// Cases of the folders positive/ and negative/: an example, what is changed in it, the faults that brings.
using System.Text.Json.Nodes;

namespace Amphora.Contract.Tests;

/// <summary>
/// One case. In <c>set</c>, a text <c>@/pointer</c> stands for a copy of the value there and <c>#1e3</c> for a number spelled
/// so. <c>faults</c> lists rule and path of every fault expected; a positive case has none.
/// </summary>
internal sealed record Case(string Name, byte[] Document, IReadOnlyList<string> Faults)
{
    internal static IReadOnlyDictionary<string, Case> Load(string file)
    {
        var cases = JsonNode.Parse(File.ReadAllBytes(Path.Combine(Golden.Repository, "tests/contract", file)))!.AsArray();
        return cases.Select(one => Make(one!.AsObject())).ToDictionary(one => one.Name);
    }

    private static Case Make(JsonObject source)
    {
        var document = Golden.Parse((string)source["example"]!);
        foreach (var pointer in source["remove"]?.AsArray() ?? [])
        {
            Patched.Remove(document, (string)pointer!);
        }

        foreach (var (pointer, value) in source["set"]?.AsObject() ?? [])
        {
            Patched.Set(document, pointer, Resolve(document, value));
        }

        return new Case((string)source["name"]!, Patched.Bytes(document), [.. (source["faults"]?.AsArray() ?? []).Select(fault => (string)fault!).Order()]);
    }

    private static JsonNode? Resolve(JsonNode document, JsonNode? value)
    {
        if (value is JsonObject fields)
        {
            return new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, Resolve(document, field.Value))));
        }

        var text = value is JsonValue scalar && scalar.TryGetValue<string>(out var found) ? found : null;
        return text switch
        {
            ['@', ..] => Patched.Get(document, text.TrimStart('@'))?.DeepClone(),
            ['#', ..] => JsonNode.Parse(text[1..]),
            _ => value?.DeepClone(),
        };
    }
}
