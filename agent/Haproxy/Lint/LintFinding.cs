// What the lint has to say.
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Lint;

/// <summary>A line that no load balancer of Octavia's model can have.</summary>
/// <param name="Line">Counted from 1.</param>
/// <param name="Directive">How the line begins, without control characters.</param>
/// <param name="Rule">What it breaks; a sentence without its subject.</param>
internal sealed record LintFinding(int Line, string Directive, string Rule)
{
    /// <summary>For operators.</summary>
    public override string ToString() => $"line {Line}: `{Directive}`: {Rule}";
}

/// <summary>All that was found in a text.</summary>
/// <param name="Findings">The first of them, in the order of the text.</param>
/// <param name="More">How many there are besides.</param>
internal sealed record LintReport(ValueList<LintFinding> Findings, int More)
{
    /// <summary>True when the text is one that a load balancer of Octavia's model can have.</summary>
    public bool IsClean => Findings.Count == 0;

    /// <summary>A line each, and one that says how many more there are.</summary>
    public ValueList<string> Lines =>
        More == 0 ? Findings.ConvertAll(static finding => finding.ToString()) : [.. Findings.ConvertAll(static finding => finding.ToString()), $"and {More} more lines"];
}
