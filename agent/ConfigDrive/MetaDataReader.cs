// Pure: meta_data.json.
using System.Text.Json;
using Amphora.Contract.Json;

namespace Amphora.Agent.ConfigDrive;

/// <summary>What Nova says of the instance.</summary>
/// <param name="Uuid">The instance; null: not said.</param>
/// <param name="HostName">Its name; null: not said.</param>
/// <param name="Files">The personality files.</param>
internal sealed record Instance(string? Uuid, string? HostName, IReadOnlyList<PersonalityFile> Files);

/// <summary>A personality file.</summary>
/// <param name="Path">Where it goes.</param>
/// <param name="ContentPath">Where its content is, below <c>openstack</c>.</param>
internal sealed record PersonalityFile(string Path, string ContentPath);

/// <summary>Reads it.</summary>
internal static class MetaDataReader
{
    /// <summary>Reads; fields that are not needed may hold anything.</summary>
    /// <exception cref="InvalidDataException">It is not JSON, or a field that is needed is not what it has to be.</exception>
    public static Instance Read(ReadOnlySpan<byte> json)
    {
        var root = Parse(json, "meta_data.json");
        var files = new List<PersonalityFile>();
        if (root.TryGetProperty("files", out var list))
        {
            if (list.ValueKind != JsonValueKind.Array)
            {
                throw new InvalidDataException("meta_data.json: files is not a list");
            }

            foreach (var file in list.EnumerateArray())
            {
                files.Add(new PersonalityFile(
                    Text(file, "path") ?? throw new InvalidDataException($"meta_data.json: files[{files.Count}] has no path"),
                    Text(file, "content_path") ?? throw new InvalidDataException($"meta_data.json: files[{files.Count}] has no content_path")));
            }
        }

        return new Instance(Text(root, "uuid"), Text(root, "hostname"), files);
    }

    /// <summary>A document whose root is an object.</summary>
    public static JsonElement Parse(ReadOnlySpan<byte> json, string name) => StrictJson.Parse(json) switch
    {
        null => throw new InvalidDataException($"{name} is not JSON"),
        { ValueKind: JsonValueKind.Object } root => root,
        _ => throw new InvalidDataException($"{name} is not an object"),
    };

    /// <summary>A field's text; null when it is not there or no text.</summary>
    public static string? Text(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
