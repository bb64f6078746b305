// Collects findings, not more than somebody reads.
using Amphora.Agent.Haproxy.Model;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Lint;

/// <summary>The findings of a text so far.</summary>
internal sealed class LintFindings
{
    /// <summary>How many are kept; the rest is counted.</summary>
    public const int Most = 20;

    private const int LongestDirective = 60;

    private readonly List<LintFinding> _first = [];
    private int _more;

    /// <summary>A line breaks a rule.</summary>
    public void Add(HaproxyLine line, string rule)
    {
        if (_first.Count < Most)
        {
            _first.Add(new LintFinding(line.Number, Printable(line.Raw.Trim()), rule));
        }
        else
        {
            _more++;
        }
    }

    /// <summary>All of them.</summary>
    public LintReport ToReport() => new(_first.ToValueList(), _more);

    private static string Printable(ReadOnlySpan<char> text)
    {
        var isCut = text.Length > LongestDirective;
        var copy = (isCut ? text[..LongestDirective] : text).ToArray();
        for (var i = 0; i < copy.Length; i++)
        {
            copy[i] = char.IsControl(copy[i]) || char.IsSurrogate(copy[i]) ? '?' : copy[i];
        }

        return new string(copy) + (isCut ? "…" : "");
    }
}
