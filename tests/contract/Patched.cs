// A document made from another by setting and removing values at JSON pointers.
using System.Text;
using System.Text.Json.Nodes;

namespace Amphora.Contract.Tests;

/// <summary>Changes JSON at pointers (RFC 6901).</summary>
internal static class Patched
{
    /// <summary>Every pointer of a document, the root's first.</summary>
    internal static IEnumerable<string> Pointers(JsonNode? node, string at = "")
    {
        yield return at;
        var children = node switch
        {
            JsonObject fields => fields.SelectMany(field => Pointers(field.Value, $"{at}/{Escape(field.Key)}")),
            JsonArray items => items.SelectMany((item, index) => Pointers(item, $"{at}/{index}")),
            _ => [],
        };
        foreach (var child in children)
        {
            yield return child;
        }
    }

    internal static JsonNode? Get(JsonNode? root, string pointer)
    {
        var node = root;
        foreach (var part in Split(pointer))
        {
            node = node is JsonArray items ? items[int.Parse(part)] : node!.AsObject()[part];
        }

        return node;
    }

    internal static void Set(JsonNode root, string pointer, JsonNode? value)
    {
        var parts = Split(pointer);
        var parent = Get(root, string.Concat(parts[..^1].Select(part => "/" + Escape(part))));
        if (parent is JsonArray items)
        {
            var index = int.Parse(parts[^1]);
            if (index == items.Count)
            {
                items.Add(value);
            }
            else
            {
                items[index] = value;
            }
        }
        else
        {
            parent!.AsObject()[parts[^1]] = value;
        }
    }

    internal static void Remove(JsonNode root, string pointer)
    {
        var parts = Split(pointer);
        var parent = Get(root, string.Concat(parts[..^1].Select(part => "/" + Escape(part))));
        if (parent is JsonArray items)
        {
            items.RemoveAt(int.Parse(parts[^1]));
        }
        else
        {
            Assert(parent!.AsObject().Remove(parts[^1]), pointer);
        }
    }

    internal static byte[] Bytes(JsonNode? root) => Encoding.UTF8.GetBytes(root?.ToJsonString() ?? "null");

    internal static string Escape(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static string[] Split(string pointer) => pointer.Length == 0 ? [] :
        [.. pointer[1..].Split('/').Select(part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];

    private static void Assert(bool there, string pointer)
    {
        if (!there)
        {
            throw new InvalidOperationException($"there is nothing at {pointer} to remove");
        }
    }
}
