// Is a haproxy.cfg one that a load balancer of Octavia's model can have? Pure.
using Amphora.Agent.Haproxy.Lint.Shapes;
using Amphora.Agent.Haproxy.Model;

namespace Amphora.Agent.Haproxy.Lint;

/// <summary>Checks text that came from a controller. HAProxy runs whatever it can read, also what a tenant's text smuggled in: Lua, programs,
/// other tenants' files, a way out of the namespace. So a line has to be one that a template writes (<see cref="LintTables"/>), in the
/// section where it writes it, with values of the kind it writes.</summary>
internal static class HaproxyLint
{
    /// <summary>Checks all lines of a text.</summary>
    /// <param name="document">The text.</param>
    /// <param name="place">The load balancer it is for.</param>
    public static LintReport Check(HaproxyDocument document, LintPlace place)
    {
        var findings = new LintFindings();
        var seen = new HashSet<SectionShape>();
        foreach (var section in document.Sections)
        {
            Check(section, place, findings, seen);
        }

        return findings.ToReport();
    }

    private static void Check(HaproxySection section, LintPlace place, LintFindings findings, HashSet<SectionShape> seen)
    {
        if (section.Keyword.Length == 0)
        {
            foreach (var line in section.Lines.Where(static line => line.Count > 0 || LineRules.OfText(line) is not null))
            {
                findings.Add(line, LineRules.OfText(line) ?? "stands before the first section");
            }

            return;
        }

        var header = section.Lines.First();
        var (shape, miss) = ShapeOf(header, section.Keyword, place);
        if (shape is null)
        {
            // Its lines are nothing to anybody.
            findings.Add(header, $"no load balancer of Octavia's has a section {section.Keyword}");
            return;
        }

        var rule = LineRules.OfText(header)
            ?? (miss is { } where ? LineRules.Say(header, where) : null)
            ?? (shape.IsOnce && !seen.Add(shape) ? $"a second section {section}" : null);
        if (rule is not null)
        {
            findings.Add(header, rule);
        }

        new SectionLint(section, shape, place, findings).Run();
    }

    // The table of a section; when its first line has the shape of none, the last that has its keyword, and where they part.
    private static (SectionShape? Shape, ShapeMiss? Miss) ShapeOf(HaproxyLine header, string keyword, LintPlace place)
    {
        (SectionShape? Shape, ShapeMiss? Miss) found = default;
        foreach (var shape in LintTables.Sections.Where(shape => shape.Keyword == keyword))
        {
            found = (shape, shape.MissOfHeader(header, place));
            if (found.Miss is null)
            {
                break;
            }
        }

        return found;
    }
}
