// One section against its table.
using Amphora.Agent.Haproxy.Lint.Shapes;
using Amphora.Agent.Haproxy.Model;

namespace Amphora.Agent.Haproxy.Lint;

/// <summary>Checks the lines of a section; each has at most one finding.</summary>
/// <param name="section">The section.</param>
/// <param name="shape">Its table.</param>
/// <param name="place">The load balancer.</param>
/// <param name="findings">Takes what is found.</param>
internal sealed class SectionLint(HaproxySection section, SectionShape shape, LintPlace place, LintFindings findings)
{
    private readonly HashSet<DirectiveShape> _seen = [];
    private HaproxyLine? _firstBind;

    /// <summary>Looks at every line but the first.</summary>
    public void Run()
    {
        foreach (var line in section.Lines.Skip(1))
        {
            if (RuleOf(line) is { } rule)
            {
                findings.Add(line, rule);
            }
        }
    }

    // The rule that a line breaks.
    private string? RuleOf(HaproxyLine line) => LineRules.OfText(line) ?? (line.Count == 0 ? null : OfTable(line) ?? LineRules.OfWords(line) ?? OfBinds(line));

    private string? OfTable(HaproxyLine line)
    {
        var rows = shape.Rows(line[0].Value);
        if (rows.IsEmpty)
        {
            return $"not a directive that a load balancer of Octavia's has in section {section.Keyword}";
        }

        var misses = new List<ShapeMiss>();
        foreach (var row in rows)
        {
            if (row.Miss(line, place) is not { } miss)
            {
                return row.IsOnce && !_seen.Add(row) ? $"a second one in section {section}" : null;
            }

            misses.Add(miss);
        }

        return LineRules.Say(line, misses);
    }

    // I1: a bind line that came out of another field. Those of a listener are for the same port, with the same certificates (F5, F6).
    private string? OfBinds(HaproxyLine line)
    {
        if (!line[0].Is("bind"))
        {
            return null;
        }

        var first = _firstBind ??= line;
        return BehindAddress(line).SequenceEqual(BehindAddress(first)) ? null : $"differs from the bind in line {first.Number} in more than the address";
    }

    // From the colon before the port to the end of the last word.
    private static ReadOnlySpan<char> BehindAddress(HaproxyLine bind)
    {
        var raw = bind.Raw.TrimEnd();
        return raw[(raw.IndexOf(bind[1].Raw, StringComparison.Ordinal) + bind[1].Raw.LastIndexOf(':'))..];
    }
}
