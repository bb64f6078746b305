// Documents and what becomes of them: by our templates, and by Octavia's.
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Amphora.Agent.Haproxy.Lint;
using Amphora.Agent.Haproxy.Model;
using Amphora.Contract.DesiredState;
using Amphora.Fixtures;
using Amphora.Templates.Language;
using Amphora.Templates.Rendering;
using Xunit;

namespace Amphora.Agent.Tests.Haproxy.Lint;

internal static class LintCorpus
{
    private static readonly LoadBalancerRenderer s_renderer = new(TemplateSet.Load(null));

    /// <summary>The example documents of the contract.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.GetFiles(Path.Combine(Checkout.Top, "tests/golden/documents"), "*.json").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)];

    /// <summary>A new copy of one.</summary>
    public static JsonNode Document(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(Checkout.Top, "tests/golden/documents", name + ".json")))!;

    /// <summary>The examples and everything that differs from them.</summary>
    public static IEnumerable<JsonNode> Documents() => [.. Names.Select(Document), .. Variants().Select(static variant => variant.Document)];

    /// <summary>Everything that differs from an example.</summary>
    public static IEnumerable<DocumentVariant> Variants() => [.. DocumentVariants.All(), .. HostVariants.All()];

    /// <summary>What our templates make of it; null when it needs no HAProxy, or when it is no document.</summary>
    public static string? Rendered(JsonNode document) =>
        DesiredStateReader.Read(Encoding.UTF8.GetBytes(document.ToJsonString())).Document is { } read
            ? s_renderer.Render(read, LoadBalancerRenderer.PreviewFacts(read)).Files?.HaproxyConfig
            : null;

    /// <summary>Where its load balancer is.</summary>
    public static LintPlace Place(JsonNode document) => new(
        (string?)document["settings"]?["base_path"] ?? "/var/lib/octavia",
        (string?)document["settings"]?["base_cert_dir"] ?? "/var/lib/octavia/certs",
        (string)document["loadbalancer"]!["id"]!);

    /// <summary>Checks a text.</summary>
    public static LintReport Check(string text, JsonNode document) => HaproxyLint.Check(HaproxyDocument.Parse(text), Place(document));

    /// <summary>Fails with the findings and the lines they are of.</summary>
    public static void AssertClean(string text, JsonNode document)
    {
        var report = Check(text, document);
        Assert.True(report.IsClean, string.Join('\n', report.Findings.Select(finding => $"{finding}\n    {text.Split('\n')[finding.Line - 1]}")));
    }

    /// <summary>An id for the tests' own objects.</summary>
    public static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"5e57{number:x4}-0000-4000-8000-000000000001");
}
