// The table of both agents, on the terminal and in docs/benchmark.md.
using System.Globalization;
using System.Text;

namespace Amphora.Bench.Octavia;

/// <summary>Collects rows of two medians and their ratio.</summary>
internal sealed class ComparisonReport
{
    private static readonly string[] Header = ["what", "unit", "amphora-agent", "octavia-agent", "ratio", "runs", "aim"];
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row.</summary>
    /// <param name="what">For people.</param>
    /// <param name="unit">Of the numbers.</param>
    /// <param name="ours">Ours.</param>
    /// <param name="octavia">Octavia's.</param>
    /// <param name="atLeast">How many times better ours is to be; null: no aim.</param>
    /// <param name="isMoreBetter">True where the larger number wins.</param>
    public void Add(string what, string unit, Samples ours, Samples octavia, double? atLeast = null, bool isMoreBetter = false)
    {
        double ratio = isMoreBetter ? ours.Median / octavia.Median : octavia.Median / ours.Median;
        string aim = atLeast is { } least ? $"≥ {Samples.Format(least)}: {(ratio >= least ? "yes" : "no")}" : "";
        string[] row = [what, unit, Cell(ours), Cell(octavia), $"{Samples.Format(ratio)} ×", $"{ours.Count}", aim];
        _rows.Add(row);
        Console.WriteLine($"{what}: {row[2]} beside {row[3]} {unit}: {row[4]} {aim}");
    }

    public void Write(string version) => BenchmarkPage.WriteComparison(Text(version));

    private static string Cell(Samples samples)
    {
        string[] cells = samples.ToCells();
        return $"{cells[0]} ({cells[1]}–{cells[2]})";
    }

    private string Text(string version)
    {
        StringBuilder text = new();
        text.Append(
            CultureInfo.InvariantCulture,
            $"""
            What `./build.sh bench octavia` printed on {DateTimeOffset.UtcNow:yyyy-MM-dd} on the same machine ({Machine.Description}): our native agent and Debian's
            octavia-agent {version} (Python, compiled to .pyc files), each a unit of a systemd in a container of its own, both spoken to over API 1.0
            by the same client, taking turns, all files in the cache; load average at the end {File.ReadAllText("/proc/loadavg").Split(' ')[0]}. Median (least–most); the ratio says how many times better ours is.

            - *start*: from the fork of the main process, by systemd's clock, to the last byte of `GET /` over mutual TLS.
            - *memory*: of all processes of the unit; Octavia's agent has three: the server, its worker, the sender of heartbeats.
            - *own connections*: a handshake for each request. Octavia's agent closes every connection; ours keeps those that may be kept.
            - *small*: 1 listener, 2 members; *large*: 100 listeners, 2,000 members. *To serving*: upload and reload, until a request over the changed
              listener is answered by a member. Octavia's agent answers a reload when HAProxy was told, ours when the new process serves.
            - *heartbeats*: processor time of all processes of the unit while nobody asks, its own sender at work on the running HAProxy's stats socket.
              At an interval of 10 s ours still looks every second, so that a change is told within one. About 4 ms of one of ours are the
              compression of 127 KB of ids to 50 KB (measured alone); a faster level of zlib does not fit a datagram.
            - The three processes of Octavia's agent share pages: RSS counts those three times, PSS once.


            """);
        int[] widths = [.. Header.Select((word, column) => _rows.Select(row => row[column].Length).Append(word.Length).Max())];
        AppendRow(text, Header, widths);
        text.Append('|').AppendJoin('|', widths.Select(width => new string('-', width + 2))).Append("|\n");
        _rows.ForEach(row => AppendRow(text, row, widths));
        return text.ToString();
    }

    private static void AppendRow(StringBuilder text, string[] cells, int[] widths) =>
        text.Append("| ").AppendJoin(" | ", cells.Select((cell, column) => column < 2 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).Append(" |\n");
}
