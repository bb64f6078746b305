// HeartbeatMessage → JSON text.
using System.Buffers;
using System.Text.Json;

namespace Amphora.Contract.Heartbeat;

/// <summary>Writes messages in upstream's order of keys; what is ours comes behind, where upstream's receiver does not look.</summary>
public static class HeartbeatWriter
{
    /// <summary>The UTF-8 text.</summary>
    public static ReadOnlyMemory<byte> Write(HeartbeatMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer))
        {
            Write(json, message);
        }

        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, HeartbeatMessage message)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, message.AmphoraId);
        json.WriteNumber("seq"u8, message.Sequence);
        json.WriteStartObject("listeners"u8);
        foreach (var listener in message.Listeners)
        {
            Write(json, listener);
        }

        json.WriteEndObject();
        json.WriteStartObject("pools"u8);
        foreach (var pool in message.Pools)
        {
            Write(json, pool);
        }

        json.WriteEndObject();
        json.WriteNumber("ver"u8, HeartbeatMessage.Version);
        if (message.Origin is { } origin)
        {
            json.WriteString("boot_id"u8, origin.BootId);
            json.WriteNumber("started"u8, origin.Started);
            json.WriteNumber("time"u8, origin.Time);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, HeartbeatListener listener)
    {
        json.WriteStartObject(listener.Id);
        json.WriteString("status"u8, listener.Status);
        json.WriteStartObject("stats"u8);
        json.WriteNumber("tx"u8, listener.Stats.BytesOut);
        json.WriteNumber("rx"u8, listener.Stats.BytesIn);
        json.WriteNumber("conns"u8, listener.Stats.Connections);
        json.WriteNumber("totconns"u8, listener.Stats.TotalConnections);
        json.WriteNumber("ereq"u8, listener.Stats.RequestErrors);
        json.WriteEndObject();
        if (listener.Total is { } total)
        {
            json.WriteStartObject("total"u8);
            json.WriteNumber("tx"u8, total.BytesOut);
            json.WriteNumber("rx"u8, total.BytesIn);
            json.WriteNumber("totconns"u8, total.TotalConnections);
            json.WriteNumber("ereq"u8, total.RequestErrors);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, HeartbeatPool pool)
    {
        json.WriteStartObject(pool.Key);
        json.WriteString("status"u8, pool.Status);
        json.WriteStartObject("members"u8);
        foreach (var member in pool.Members)
        {
            json.WriteString(member.Id, member.Status);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
