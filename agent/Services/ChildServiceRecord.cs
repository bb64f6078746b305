// What is kept on disk about a supervised child, so that the next agent finds it.
using System.Text.Json;
using System.Text.Json.Serialization;
using Amphora.Contract;
using Amphora.Linux.Files;

namespace Amphora.Agent.Services;

/// <summary>A supervised child: written before it is started and again when its process id is known.</summary>
internal sealed record ChildServiceRecord
{
    /// <summary>The service.</summary>
    public required ServiceUnit Unit { get; init; }

    /// <summary>True when it is to run.</summary>
    public bool Wanted { get; init; }

    /// <summary>True when the process below has said that it is ready.</summary>
    public bool Ready { get; init; }

    /// <summary>Process id; null when none was started, or nobody lived to write it down.</summary>
    public int? Pid { get; init; }

    /// <summary>Start time of the process, field 22 of /proc/…/stat.</summary>
    public long? StartTime { get; init; }

    /// <summary>The boot the two numbers belong to.</summary>
    public string? BootId { get; init; }
}

/// <summary>The files of one supervised child.</summary>
/// <param name="directory">State directory.</param>
/// <param name="name">Name of the service.</param>
internal sealed class ChildServiceFiles(string directory, string name)
{
    private const string RecordEnding = ".json";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The record. Its path is also the mark in the environment of the process.</summary>
    public string Record { get; } = Path.Combine(directory, name + RecordEnding);

    /// <summary>What the process prints.</summary>
    public string Log { get; } = Path.Combine(directory, name + ".log");

    /// <summary>Where the process notifies us; the same path after a restart of the agent, because the process keeps it.</summary>
    public string Socket { get; } = Path.Combine(directory, name + ".notify");

    /// <summary>Names of the services that have a record.</summary>
    public static IReadOnlyList<string> Names(string directory) => Directory.Exists(directory)
        ? [.. Directory.GetFiles(directory, "*" + RecordEnding).Select(file => Path.GetFileName(file)[..^RecordEnding.Length]).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The record; null when there is none or it cannot be read.</summary>
    public ChildServiceRecord? Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Record), ChildServiceJson.Default.ChildServiceRecord);
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes the record.</summary>
    public void Write(ChildServiceRecord record) =>
        AtomicFile.Write(Record, JsonSerializer.SerializeToUtf8Bytes(record, ChildServiceJson.Default.ChildServiceRecord), OwnerOnly);

    /// <summary>Removes all of them; the record last, so that a half done removal is found again.</summary>
    public void Delete()
    {
        AtomicFile.Delete(Socket);
        AtomicFile.Delete(Log);
        AtomicFile.Delete(Record);
    }
}

[JsonSourceGenerationOptions(Converters = [typeof(WordsConverter)], WriteIndented = true)]
[JsonSerializable(typeof(ChildServiceRecord))]
internal sealed partial class ChildServiceJson : JsonSerializerContext;

/// <summary>A list of words, as a command is.</summary>
internal sealed class WordsConverter : JsonConverter<ValueList<string>>
{
    /// <inheritdoc/>
    public override ValueList<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var words = new List<string>();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("a list of words is an array");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            words.Add(reader.GetString() ?? throw new JsonException("a word is a string"));
        }

        return words.ToValueList();
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ValueList<string> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var word in value)
        {
            writer.WriteStringValue(word);
        }

        writer.WriteEndArray();
    }
}
