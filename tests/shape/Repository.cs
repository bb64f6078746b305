// The files of this checkout: what git tracks, and what it would track.
using System.Diagnostics;
using Amphora.Fixtures;

namespace Amphora.Shape.Tests;

internal static class Repository
{
    private static readonly Lazy<IReadOnlyList<SourceFile>> Files = new(ReadFiles);

    /// <summary>All text files; new ones that nobody committed yet count as well.</summary>
    public static IReadOnlyList<SourceFile> All => Files.Value;

    public static IEnumerable<SourceFile> CSharp => All.Where(file => file.IsCSharp);

    public static SourceFile File(string path) =>
        All.FirstOrDefault(file => file.Path == path) ?? throw new InvalidOperationException($"{path} is not there");

    private static List<SourceFile> ReadFiles() =>
        [.. Git("ls-files", "--cached", "--others", "--exclude-standard")
            .Distinct(StringComparer.Ordinal)
            .Select(path => (path, full: Path.Combine(Checkout.Top, path)))
            .Where(file => System.IO.File.Exists(file.full))
            .Select(file => new SourceFile(file.path, System.IO.File.ReadAllText(file.full)))];

    private static string[] Git(params string[] arguments)
    {
        using Process git = Process.Start(new ProcessStartInfo("git", ["-C", Checkout.Top, "-c", "core.quotePath=off", .. arguments])
        {
            RedirectStandardOutput = true,
        })!;
        string output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return git.ExitCode == 0
            ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: exit code {git.ExitCode}");
    }
}
