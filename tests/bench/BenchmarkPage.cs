// docs/benchmark.md: one table, and below it sections that may be measured without the others.
using Amphora.Fixtures;

namespace Amphora.Bench;

/// <summary>Each part is replaced alone.</summary>
internal static class BenchmarkPage
{
    private const string Mark = "\n## ";

    private static string File => Path.Combine(Checkout.Top, "docs", "benchmark.md");

    /// <summary>Replaces what stands above the sections.</summary>
    public static void WriteTable(string text)
    {
        List<string> parts = Parts();
        parts[0] = text;
        Write(parts);
    }

    /// <summary>Replaces a section, or adds it.</summary>
    /// <param name="heading">Its heading.</param>
    /// <param name="text">Without heading.</param>
    public static void WriteSection(string heading, string text)
    {
        List<string> parts = Parts();
        string section = $"{heading}\n\n{text}";
        int at = parts.FindIndex(part => part.StartsWith(heading + "\n", StringComparison.Ordinal));
        if (at < 0)
        {
            parts.Add(section);
        }
        else
        {
            parts[at] = section;
        }

        Write(parts);
    }

    private static void Write(List<string> parts)
    {
        string page = string.Join(Mark, parts.Select(part => part.TrimEnd() + "\n"));
        System.IO.File.WriteAllText(File, page);
        Console.WriteLine($"\n{page}\nwritten to docs/benchmark.md");
    }

    private static List<string> Parts() => System.IO.File.Exists(File) ? [.. System.IO.File.ReadAllText(File).Split(Mark)] : [""];
}
