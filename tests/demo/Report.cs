// What the demonstration says: sections, tables, times, and what differs from what was expected.
using System.Diagnostics;
using System.Globalization;

namespace Amphora.Demo;

/// <summary>Prints as it goes and remembers times and differences for the end.</summary>
internal sealed class Report
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly List<(string Step, TimeSpan Time)> _times = [];
    private readonly List<string> _differences = [];

    public void Section(string title) => Console.WriteLine($"\n== {title}");

    public void Line(string text) => Console.WriteLine($"   {text}");

    /// <summary>Prints a command as somebody would type it.</summary>
    public void Command(IEnumerable<string> words) =>
        Console.WriteLine($"   $ {string.Join(' ', words.Select(word => word.Contains(' ', StringComparison.Ordinal) ? $"'{word}'" : word))}");

    /// <summary>Does a step and remembers how long it took.</summary>
    public async Task<T> TimedAsync<T>(string step, Func<Task<T>> work)
    {
        long start = Stopwatch.GetTimestamp();
        T result = await work();
        Time(step, Stopwatch.GetElapsedTime(start));
        return result;
    }

    /// <inheritdoc cref="TimedAsync{T}"/>
    public Task TimedAsync(string step, Func<Task> work) => TimedAsync(step, async () =>
    {
        await work();
        return true;
    });

    public void Time(string step, TimeSpan time) => _times.Add((step, time));

    /// <summary>Remembers a difference, and says it at once.</summary>
    public void Expect(string what, string expected, string actual)
    {
        if (expected != actual)
        {
            Differ(what, expected, actual);
        }
    }

    /// <summary>As <see cref="Expect"/>, for what has to be near a number.</summary>
    public void ExpectNear(string what, int expected, int actual, int tolerance)
    {
        if (Math.Abs(expected - actual) > tolerance)
        {
            Differ(what, tolerance == 0 ? $"{expected}" : $"{expected}±{tolerance}", $"{actual}");
        }
    }

    public void Table(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        List<IReadOnlyList<string>> lines = [header, .. rows];
        int[] widths = [.. Enumerable.Range(0, header.Count).Select(column => lines.Max(line => line[column].Length))];
        bool[] areNumbers = [.. Enumerable.Range(0, header.Count).Select(column => lines.Skip(1).All(line => IsNumber(line[column])))];
        foreach (IReadOnlyList<string> line in lines)
        {
            Line(string.Join("  ", line.Select((word, column) => areNumbers[column] ? word.PadLeft(widths[column]) : word.PadRight(widths[column]))).TrimEnd());
        }
    }

    /// <summary>The times, and the differences if there are any.</summary>
    /// <returns>True when everything was as expected.</returns>
    public bool Finish()
    {
        Section("times");
        Table(["step", "time"], [.. _times.Select(item => (string[])[item.Step, Milliseconds(item.Time)]), ["all of it", Milliseconds(Stopwatch.GetElapsedTime(_start))]]);
        if (_differences.Count == 0)
        {
            Console.WriteLine("\neverything was as expected");
            return true;
        }

        Console.WriteLine($"\n{_differences.Count} differences:");
        _differences.ForEach(Console.WriteLine);
        return false;
    }

    public static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString(time.TotalMilliseconds < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) + " ms";

    private static bool IsNumber(string word) =>
        double.TryParse(word.Replace(" ms", "", StringComparison.Ordinal), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _);

    private void Differ(string what, string expected, string actual)
    {
        string difference = $"{what}\n  - expected {expected}\n  + got      {actual}";
        _differences.Add(difference);
        Console.WriteLine(difference);
    }
}
