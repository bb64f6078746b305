// Single lines, put into a configuration that has nothing else to say.
using Amphora.Agent.Haproxy.Lint;
using Amphora.Agent.Haproxy.Model;

namespace Amphora.Agent.Tests.Haproxy.Lint;

internal static class LintLines
{
    public const string LoadBalancer = "1967afd7-1f13-560f-a742-79a1cf16a829";
    public const string Listener = "cea01c26-bdbe-55ab-a078-bf900c5360ad";
    public const string Pool = "f64b7859-b3b7-57c6-bcd1-26d3e2c96cff";

    /// <summary>The place they are checked for.</summary>
    public static readonly LintPlace Place = new("/var/lib/octavia", "/var/lib/octavia/certs", LoadBalancer);

    /// <summary>What is found in the lines of a section; they begin with line 2.</summary>
    public static IReadOnlyList<LintFinding> Check(string section, params string[] lines)
    {
        var header = section switch
        {
            "frontend" => $"frontend {Listener}",
            "backend" => $"backend {Pool}:{Listener}",
            "peers" => $"peers {Place.Peers}",
            _ => section,
        };
        return [.. HaproxyLint.Check(HaproxyDocument.Parse($"{header}\n{string.Join('\n', lines)}\n"), Place).Findings];
    }
}
