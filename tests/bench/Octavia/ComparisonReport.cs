// A table of ours beside Octavia's.
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

    /// <summary>The table.</summary>
    public string Table()
    {
        StringBuilder text = new();
        int[] widths = [.. Header.Select((word, column) => _rows.Select(row => row[column].Length).Append(word.Length).Max())];
        AppendRow(text, Header, widths);
        text.Append('|').AppendJoin('|', widths.Select(width => new string('-', width + 2))).Append("|\n");
        _rows.ForEach(row => AppendRow(text, row, widths));
        return text.ToString();
    }

    private static string Cell(Samples samples)
    {
        string[] cells = samples.ToCells();
        return $"{cells[0]} ({cells[1]}–{cells[2]})";
    }

    private static void AppendRow(StringBuilder text, string[] cells, int[] widths) =>
        text.Append("| ").AppendJoin(" | ", cells.Select((cell, column) => column < 2 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).Append(" |\n");
}
