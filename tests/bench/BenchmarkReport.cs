// The table, on the terminal and in docs/benchmark.md.
using System.Globalization;
using System.Text;

namespace Amphora.Bench;

/// <summary>Collects rows; a row with an aim says whether it was reached.</summary>
internal sealed class BenchmarkReport
{
    private static readonly string[] Header = ["what", "unit", "median", "min", "max", "runs", "aim"];
    private readonly List<string[]> _rows = [];

    public void Add(string what, string unit, Samples samples, double? atMost = null, double? atLeast = null)
    {
        string aim = atMost is { } most ? $"≤ {Samples.Format(most)}: {(samples.Median <= most ? "yes" : "no")}"
            : atLeast is { } least ? $"≥ {Samples.Format(least)}: {(samples.Median >= least ? "yes" : "no")}"
            : "";
        string[] row = [what, unit, .. samples.ToCells(), aim];
        _rows.Add(row);
        Console.WriteLine($"{what}: {row[2]} {unit} ({row[3]}–{row[4]}, {row[5]} runs) {aim}");
    }

    /// <summary>Two rows: the median, which has the aim, and what one of a hundred is above.</summary>
    public void AddWithTail(string what, string unit, Samples samples, double? atMost)
    {
        Add(what, unit, samples, atMost);
        string[] row = [$"{what}, 99 of 100", unit, Samples.Format(samples.Tail), "", "", $"{samples.Count}", ""];
        _rows.Add(row);
        Console.WriteLine($"{row[0]}: {row[2]} {unit}");
    }

    public void Write() => BenchmarkPage.WriteTable(Text());

    private string Text()
    {
        StringBuilder text = new();
        text.Append(
            CultureInfo.InvariantCulture,
            $"""
            # Benchmark

            What `./build.sh bench` printed on {DateTimeOffset.UtcNow:yyyy-MM-dd}: native binaries, one machine, shared and noisy
            ({Machine.Description}). Compare rows with each other, not with another machine's. Runs of different kinds and sizes take
            turns; `haproxy -c` alone stands beside each PUT of the same run, on the file that PUT wrote.

            - *small*: 1 listener, 2 members. *large*: 100 listeners, 2,000 members in 100 pools.
            - *start to first answer*: from before the fork to the last byte of `GET /` over mutual TLS, full handshake.
            - *vrrp-check*: what keepalived runs every few seconds, against an HAProxy that answers; fork and end included, as for `/bin/true`.
            - *PUT*: from the first byte sent to the answer. *To serving*: until a request over the changed listener is answered by a member.
            - *heartbeats*: what one core of the receiver takes a second, from its processor time: received over a socket, verified with the key
              of its amphora, expanded, read, checked for replay.
            - *own share*: what the agent adds: (PUT − its own `haproxy -c` − start or reload of HAProxy) / `haproxy -c` alone.


            """);
        return text + Table();
    }

    /// <summary>The rows.</summary>
    public string Table()
    {
        StringBuilder text = new();
        int[] widths = [.. Header.Select((word, column) => _rows.Select(row => row[column].Length).Append(word.Length).Max())];
        AppendRow(text, Header, widths);
        text.Append('|').AppendJoin('|', widths.Select(width => new string('-', width + 2))).Append("|\n");
        _rows.ForEach(row => AppendRow(text, row, widths));
        return text.ToString();
    }

    private static void AppendRow(StringBuilder text, string[] cells, int[] widths) =>
        text.Append("| ").AppendJoin(" | ", cells.Select((cell, column) => column < 2 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).Append(" |\n");
}
