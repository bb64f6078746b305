// The documents all suites share.
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Amphora.Contract.Tests;

/// <summary>Finds test data beside the sources.</summary>
internal static class Golden
{
    /// <summary>Top of the repository.</summary>
    internal static string Repository { get; } = FindRepository();

    /// <summary>Every example document by file name without extension.</summary>
    internal static IReadOnlyDictionary<string, byte[]> Examples { get; } =
        Directory.GetFiles(Path.Combine(Repository, "tests/golden/documents"), "*.json").Order(StringComparer.Ordinal)
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file), File.ReadAllBytes);

    /// <summary>The JSON Schema of the document.</summary>
    internal static byte[] Schema { get; } = File.ReadAllBytes(Path.Combine(Repository, "agent/contract/load-balancer.schema.json"));

    /// <summary>An example document, or a port of the folder <c>positive</c>, to be changed.</summary>
    internal static JsonNode Parse(string name) => JsonNode.Parse(Examples.TryGetValue(name, out var example)
        ? example : File.ReadAllBytes(Path.Combine(Repository, $"tests/contract/positive/{name}.json")))!;

    private static string FindRepository([CallerFilePath] string source = "")
    {
        var folder = Path.GetDirectoryName(source);
        while (folder is not null && !File.Exists(Path.Combine(folder, "Amphora.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new DirectoryNotFoundException($"no Amphora.sln above {source}");
    }
}
