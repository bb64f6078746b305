// Heartbeats as JSON lines.
using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using Amphora.Contract.Heartbeat;
using Amphora.Controller.Health;

namespace Amphora.Controller.Cli.Heartbeats;

/// <summary>Prints heartbeats as they come.</summary>
internal interface IHeartbeatPrinter
{
    /// <summary>Prints one.</summary>
    void Print(HeartbeatView message, SocketAddress from, DateTimeOffset now);

    /// <summary>Prints what is still to be printed.</summary>
    void End();
}

/// <summary>One object a line: when and from where it came, and the message itself.</summary>
internal sealed class HeartbeatLines(TextWriter writer) : IHeartbeatPrinter
{
    private readonly ArrayBufferWriter<byte> _line = new(8192);

    /// <inheritdoc/>
    public void Print(HeartbeatView message, SocketAddress from, DateTimeOffset now)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line))
        {
            json.WriteStartObject();
            json.WriteString("received"u8, now);
            json.WriteString("from"u8, HealthSlice.ToText(from));
            json.WriteString("id"u8, message.AmphoraId);
            json.WriteNumber("seq"u8, message.Sequence);
            if (message.HasOrigin)
            {
                json.WriteString("boot_id"u8, message.BootId);
                json.WriteString("started"u8, DateTimeOffset.FromUnixTimeMilliseconds(message.Started));
                json.WriteString("time"u8, DateTimeOffset.FromUnixTimeMilliseconds(message.Time));
            }

            WriteListeners(json, message);
            WritePools(json, message);
            json.WriteEndObject();
        }

        writer.WriteLine(Encoding.UTF8.GetString(_line.WrittenSpan));
        writer.Flush();
    }

    /// <inheritdoc/>
    public void End() => writer.Flush();

    private static void WriteListeners(Utf8JsonWriter json, HeartbeatView message)
    {
        json.WriteStartObject("listeners"u8);
        foreach (var listener in message.Listeners)
        {
            json.WriteStartObject(message.Text(listener.Id));
            json.WriteString("status"u8, message.Text(listener.Status));
            WriteStats(json, "stats"u8, listener.Stats, withConnections: true);
            if (listener.HasTotal)
            {
                WriteStats(json, "total"u8, listener.Total, withConnections: false);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteStats(Utf8JsonWriter json, ReadOnlySpan<byte> name, in StatsEntry stats, bool withConnections)
    {
        json.WriteStartObject(name);
        json.WriteNumber("tx"u8, stats.Tx);
        json.WriteNumber("rx"u8, stats.Rx);
        if (withConnections)
        {
            json.WriteNumber("conns"u8, stats.Conns);
        }

        json.WriteNumber("totconns"u8, stats.Totconns);
        json.WriteNumber("ereq"u8, stats.Ereq);
        json.WriteEndObject();
    }

    private static void WritePools(Utf8JsonWriter json, HeartbeatView message)
    {
        json.WriteStartObject("pools"u8);
        foreach (var pool in message.Pools)
        {
            json.WriteStartObject(message.Text(pool.Key));
            json.WriteString("status"u8, message.Text(pool.Status));
            json.WriteStartObject("members"u8);
            foreach (var member in message.MembersOf(pool))
            {
                json.WriteString(message.Text(member.Id), message.Text(member.Status));
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
