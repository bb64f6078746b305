// docs/benchmark.md: one table, and the comparison with Octavia's agent, which may be measured without the other.
using Amphora.Fixtures;

namespace Amphora.Bench;

/// <summary>Each part is replaced alone.</summary>
internal static class BenchmarkPage
{
    private const string Comparison = "\n## Beside Octavia's agent\n";

    private static string File => Path.Combine(Checkout.Top, "docs", "benchmark.md");

    /// <summary>Replaces what stands above the comparison.</summary>
    public static void WriteTable(string text) => Write(text, Parts().Comparison);

    /// <summary>Replaces the comparison.</summary>
    /// <param name="text">Without heading.</param>
    public static void WriteComparison(string text) => Write(Parts().Table, $"{Comparison}\n{text}");

    private static void Write(string table, string comparison)
    {
        System.IO.File.WriteAllText(File, table + comparison);
        Console.WriteLine($"\n{table}{comparison}\nwritten to docs/benchmark.md");
    }

    private static (string Table, string Comparison) Parts()
    {
        string page = System.IO.File.Exists(File) ? System.IO.File.ReadAllText(File) : "";
        int at = page.IndexOf(Comparison, StringComparison.Ordinal);
        return at < 0 ? (page, "") : (page[..at], page[at..]);
    }
}
