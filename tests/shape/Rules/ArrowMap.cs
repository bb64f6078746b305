// The arrows between slices, read from the list under "## Arrows" of a README.
using System.Text.RegularExpressions;

namespace Amphora.Shape.Tests.Rules;

/// <summary>Who may use whom. A slice that is not in the list may use only what every slice may use.</summary>
internal sealed partial class ArrowMap
{
    private readonly Dictionary<string, HashSet<string>> _targets;
    private readonly HashSet<string> _forEverySlice;
    private readonly HashSet<string> _unlimited;

    private ArrowMap(Dictionary<string, HashSet<string>> targets, HashSet<string> forEverySlice, HashSet<string> unlimited) =>
        (_targets, _forEverySlice, _unlimited) = (targets, forEverySlice, unlimited);

    /// <summary>The libraries use only what their own line names; "every slice" are the folders of a program.</summary>
    public bool Allows(string from, string to) =>
        from == to
        || _unlimited.Contains(from)
        || (_targets.TryGetValue(from, out HashSet<string>? named) && named.Contains(to))
        || (_forEverySlice.Contains(to) && from is not ("Contract" or "Linux" or "Templates"));

    /// <summary>Lines <c>- `A`, `B` → `C`, `D`</c>, <c>→ everything</c> or <c>→ nothing of ours</c>, and the sentence
    /// <c>Every slice may use `X`, `Y`</c>.</summary>
    public static ArrowMap Parse(string readme)
    {
        Match section = Section().Match(readme);
        if (!section.Success)
        {
            throw new FormatException("the README has no section \"## Arrows\"");
        }

        Dictionary<string, HashSet<string>> targets = new(StringComparer.Ordinal);
        HashSet<string> unlimited = new(StringComparer.Ordinal);
        foreach (Match line in Arrow().Matches(section.Value))
        {
            string right = line.Groups["right"].Value;
            HashSet<string> named = Words(right);
            if (named.Count == 0 && !right.StartsWith("everything", StringComparison.Ordinal) && !right.StartsWith("nothing", StringComparison.Ordinal))
            {
                throw new FormatException($"cannot read the arrow \"{line.Value.Trim()}\": names in backquotes, everything or nothing");
            }

            foreach (string from in Words(line.Groups["left"].Value))
            {
                if (right.StartsWith("everything", StringComparison.Ordinal))
                {
                    unlimited.Add(from);
                }
                else
                {
                    targets[from] = named;
                }
            }
        }

        return new ArrowMap(targets, Words(EverySlice().Match(section.Value).Groups["names"].Value), unlimited);
    }

    private static HashSet<string> Words(string text) =>
        Quoted().Matches(text).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);

    [GeneratedRegex(@"^## Arrows\s*$.*?(?=^## |\z)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Section();

    [GeneratedRegex(@"^- (?<left>[^→\n]+)→ *(?<right>[^\n]*)$", RegexOptions.Multiline)]
    private static partial Regex Arrow();

    [GeneratedRegex(@"[Ee]very slice may use (?<names>[^.]*)\.")]
    private static partial Regex EverySlice();

    [GeneratedRegex("`([A-Za-z0-9]+)`")]
    private static partial Regex Quoted();
}
