// stats_counters.json: upstream's file, so that either agent goes on where the other one stopped (heartbeat.md §6).
using System.Buffers;
using System.Text.Json;
using Amphora.Agent.Haproxy.Traffic;
using Amphora.Linux.Files;
using Amphora.Linux.Native;

namespace Amphora.Agent.Health.Heartbeats;

/// <summary>Keeps the book. Upstream's four numbers of a listener are what the process that serves said last; beside them, in
/// <c>amphora</c>, stands what upstream's agent passes over and keeps: which process that is, what was counted and told altogether, and the
/// four numbers once more. When those differ, upstream's agent has gone on since, and only its numbers hold.</summary>
internal static class TrafficBookFile
{
    private const string FileName = "stats_counters.json";
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    /// <summary>Reads the book; one that cannot be read is empty, as upstream has it.</summary>
    public static TrafficBook Load(string basePath)
    {
        var book = new TrafficBook();
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(basePath, FileName)));
            foreach (var listener in json.RootElement.EnumerateObject())
            {
                book.Restore(listener.Name, Read(listener.Value));
            }

            return book;
        }
        catch (Exception exception) when (exception
            is IOException or UnauthorizedAccessException or LinuxException or JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            return new TrafficBook();
        }
    }

    /// <summary>Writes the book.</summary>
    /// <exception cref="LinuxException">The file system refused; the earlier file is as it was.</exception>
    public static void Save(string basePath, TrafficBook book)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            foreach (var (id, account) in book.Accounts)
            {
                json.WriteStartObject(id);
                Write(json, account.Last);
                json.WriteStartObject("amphora"u8);
                json.WriteString("worker"u8, account.Worker);
                WriteNested(json, "last", account.Last);
                WriteNested(json, "total", account.Total);
                WriteNested(json, "told", account.Told);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        AtomicFile.Replace(Path.Combine(basePath, FileName), text.WrittenSpan, Mode);
    }

    private static TrafficAccount Read(JsonElement listener)
    {
        var last = Counters(listener);
        if (!listener.TryGetProperty("amphora", out var more))
        {
            return TrafficAccount.Kept(worker: null, last, TrafficCounters.Zero, TrafficCounters.Zero);
        }

        var (total, told) = (Counters(more.GetProperty("total")), Counters(more.GetProperty("told")));
        return Counters(more.GetProperty("last")) == last
            ? TrafficAccount.Kept(more.GetProperty("worker").GetString(), last, total, told)
            : TrafficAccount.Kept(worker: null, last, total, total);
    }

    private static TrafficCounters Counters(JsonElement counters) => new(
        counters.GetProperty("bin").GetInt64(),
        counters.GetProperty("bout").GetInt64(),
        counters.GetProperty("ereq").GetInt64(),
        counters.GetProperty("stot").GetInt64());

    private static void WriteNested(Utf8JsonWriter json, string name, TrafficCounters counters)
    {
        json.WriteStartObject(name);
        Write(json, counters);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TrafficCounters counters)
    {
        json.WriteNumber("bin"u8, counters.BytesIn);
        json.WriteNumber("bout"u8, counters.BytesOut);
        json.WriteNumber("ereq"u8, counters.RequestErrors);
        json.WriteNumber("stot"u8, counters.Connections);
    }
}
