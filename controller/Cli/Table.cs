// Tables with aligned columns.
using System.Globalization;

namespace Amphora.Controller.Cli;

/// <summary>Prints rows under a header, each column as wide as its widest cell.</summary>
internal sealed class Table(params string[] header)
{
    private const string Gap = "  ";
    private readonly List<string[]> _rows = [header];

    /// <summary>Adds a row; missing cells stay empty.</summary>
    public void Add(params string[] cells) => _rows.Add([.. cells.Select(OneLine)]);

    /// <summary>Writes everything; no trailing blanks.</summary>
    public void WriteTo(TextWriter writer)
    {
        var columns = _rows.Max(row => row.Length);
        var widths = Enumerable.Range(0, columns).Select(column => _rows.Max(row => column < row.Length ? row[column].Length : 0)).ToArray();
        foreach (var row in _rows)
        {
            writer.WriteLine(string.Join(Gap, row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }

    /// <summary>A duration as people read it.</summary>
    public static string Milliseconds(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.0} ms");

    /// <summary>What stands for an absent value.</summary>
    public static string OrDash(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "-";

    /// <summary>Several values in a cell.</summary>
    public static string List(IEnumerable<string> values) => OrDash(string.Join(", ", values));

    // Text of an agent must not start rows, nor move the cursor of a terminal.
    private static string OneLine(string cell) => cell.Any(char.IsControl) ? string.Concat(cell.Select(letter => char.IsControl(letter) ? ' ' : letter)) : cell;
}
