// Documents that are nearly right: an example with a few random changes.
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Amphora.Contract.Tests;

/// <summary>Changes examples at random; the same seed gives the same document.</summary>
internal static class Mutations
{
    private static readonly string[] Nasty =
    [
        "null", "true", "false", "0", "-1", "1", "1.0", "1.5", "1e2", "65536", "9007199254740992", "\"\"", "\"x\"", "\"a\\n\"",
        "\"\\u0000\"", "\"\\u0085\"", "[]", "{}", "[null]", "\"10.0.0.1\"", "\"::1\"", "\"2001:db8::/32\"", "\"TLS_A:TLS_B\"",
    ];

    /// <summary>Every value the examples have for a field of this name.</summary>
    private static readonly Dictionary<string, string[]> Seen = Golden.Examples.Keys
        .SelectMany(name => Fields(Golden.Parse(name))).GroupBy(field => field.Name)
        .ToDictionary(group => group.Key, group => group.Select(field => field.Value).Distinct().ToArray());

    internal static byte[] Make(int seed)
    {
        var random = new Random(seed);
        var names = Golden.Examples.Keys.ToArray();
        var document = Golden.Parse(names[random.Next(names.Length)]);
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            Change(document, random);
        }

        return Patched.Bytes(document);
    }

    private static void Change(JsonNode document, Random random)
    {
        var pointers = Patched.Pointers(document).Where(pointer => pointer.Length > 0).ToArray();
        var pointer = pointers[random.Next(pointers.Length)];
        var name = pointer[(pointer.LastIndexOf('/') + 1)..];
        switch (random.Next(4))
        {
            case 0:
                Patched.Remove(document, pointer);
                break;
            case 1:
                Patched.Set(document, pointer, JsonNode.Parse(Nasty[random.Next(Nasty.Length)]));
                break;
            case 2 when Seen.TryGetValue(name, out var values):
                Patched.Set(document, pointer, JsonNode.Parse(values[random.Next(values.Length)]));
                break;
            default:
                AddField(document, pointers, random);
                break;
        }
    }

    // A field other objects of the examples have: often known here too, and then subject to the conditions.
    private static void AddField(JsonNode document, string[] pointers, Random random)
    {
        var objects = pointers.Where(pointer => Patched.Get(document, pointer) is JsonObject).ToArray();
        if (objects.Length == 0)
        {
            return;
        }

        var target = objects[random.Next(objects.Length)];
        var siblings = Seen.Keys.Where(name => name.Length > 2).ToArray();
        var field = siblings[random.Next(siblings.Length)];
        Patched.Set(document, $"{target}/{Patched.Escape(field)}", JsonNode.Parse(Seen[field][random.Next(Seen[field].Length)]));
    }

    private static IEnumerable<(string Name, string Value)> Fields(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(field =>
            Fields(field.Value).Append((field.Key, field.Value?.ToJsonString() ?? "null"))),
        JsonArray items => items.SelectMany(Fields),
        _ => [],
    };
}
