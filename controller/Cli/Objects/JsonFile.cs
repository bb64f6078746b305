// JSON files that the command line names.
using System.Text.Json;
using System.Text.Json.Nodes;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers;

namespace Amphora.Controller.Cli.Objects;

/// <summary>Reads them; what is wrong with them names the file.</summary>
internal static class JsonFile
{
    /// <summary>An object; <c>-</c> is standard input.</summary>
    public static Decision<JsonObject> ReadObject(string path)
    {
        var read = Read(path);
        return read.Refusal is { } refusal ? refusal : read.Value is JsonObject only ? only : new Refusal(RefusalKind.Invalid, $"cannot use {path}: it is no JSON object");
    }

    /// <summary>Objects: an array, or the array of that name in an object.</summary>
    public static Decision<IReadOnlyList<JsonObject>> ReadObjects(string path, string name)
    {
        var read = Read(path);
        if (read.Refusal is { } refusal)
        {
            return refusal;
        }

        var array = (read.Value is JsonObject outer ? outer[name] : read.Value) as JsonArray;
        return array is null || array.Any(static item => item is not JsonObject)
            ? new Refusal(RefusalKind.Invalid, $"cannot use {path}: it is no JSON array of objects, and has none as \"{name}\"")
            : array.Select(static item => item!.DeepClone().AsObject()).ToList();
    }

    private static Decision<JsonNode?> Read(string path)
    {
        try
        {
            return JsonNode.Parse(path == "-" ? Console.In.ReadToEnd() : File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return new Refusal(RefusalKind.Invalid, $"cannot use {path}: {exception.Message}");
        }
    }
}
