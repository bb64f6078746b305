// Heartbeats as a table: redrawn on a terminal, a row a heartbeat elsewhere.
using System.Globalization;
using System.Net;
using System.Text;
using Amphora.Contract.Heartbeat;
using Amphora.Controller.Health;

namespace Amphora.Controller.Cli.Heartbeats;

/// <summary>A row an amphora, with what it said last.</summary>
internal sealed class HeartbeatTable(Terminal terminal) : IHeartbeatPrinter
{
    // Cursor home, and everything behind what is drawn cleared (ECMA-48 CUP, ED).
    private const string Home = "\u001b[H";
    private const string ClearRest = "\u001b[J";

    private static readonly TimeSpan s_redraw = TimeSpan.FromMilliseconds(250);
    private static readonly string[] s_header = ["AMPHORA", "FROM", "SEQ", "RECEIVED", "LISTENERS", "POOLS UP", "MEMBERS UP", "CONNECTIONS", "RX", "TX"];

    private readonly SortedDictionary<string, string[]> _rows = new(StringComparer.Ordinal);
    private DateTimeOffset _drawn;
    private bool _isHeaderPrinted;

    /// <inheritdoc/>
    public void Print(HeartbeatView message, SocketAddress from, DateTimeOffset now)
    {
        var row = Row(message, HealthSlice.ToText(from), now);
        if (!terminal.IsLive)
        {
            PrintRow(row);
            return;
        }

        _rows[row[0]] = row;
        if (now - _drawn >= s_redraw)
        {
            _drawn = now;
            Draw();
        }
    }

    /// <inheritdoc/>
    public void End()
    {
        if (_rows.Count > 0)
        {
            Draw();
        }

        terminal.Out.Flush();
    }

    private static string[] Row(HeartbeatView message, string from, DateTimeOffset now)
    {
        var (connections, received, sent) = (0L, 0L, 0L);
        foreach (var listener in message.Listeners)
        {
            connections += listener.Stats.Conns;
            received += listener.HasTotal ? listener.Total.Rx : listener.Stats.Rx;
            sent += listener.HasTotal ? listener.Total.Tx : listener.Stats.Tx;
        }

        var (pools, members) = (0, 0);
        foreach (var pool in message.Pools)
        {
            pools += message.Text(pool.Status).StartsWith("UP"u8) ? 1 : 0;
        }

        foreach (var member in message.Members)
        {
            var status = message.Text(member.Status);
            members += status.StartsWith("UP"u8) || status.SequenceEqual("no check"u8) ? 1 : 0;
        }

        return
        [
            Encoding.ASCII.GetString(message.AmphoraId), from, Text(message.Sequence), now.ToString("HH:mm:ss", CultureInfo.InvariantCulture), Text(message.Listeners.Length),
            $"{pools}/{message.Pools.Length}", $"{members}/{message.Members.Length}", Text(connections), Text(received), Text(sent),
        ];
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private void Draw()
    {
        var table = new Table(s_header);
        foreach (var row in _rows.Values)
        {
            table.Add(row);
        }

        terminal.Out.Write(Home);
        table.WriteTo(terminal.Out);
        terminal.Out.Write(ClearRest);
        terminal.Out.Flush();
    }

    // Elsewhere a table has no end: columns are separated by a tab.
    private void PrintRow(string[] row)
    {
        if (!_isHeaderPrinted)
        {
            _isHeaderPrinted = true;
            terminal.Out.WriteLine(string.Join('\t', s_header));
        }

        terminal.Out.WriteLine(string.Join('\t', row));
        terminal.Out.Flush();
    }
}
