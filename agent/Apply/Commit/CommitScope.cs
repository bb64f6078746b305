// What a change of haproxy.cfg may have an effect on: members that die by themselves meanwhile are nobody's fault. Pure.
namespace Amphora.Agent.Apply.Commit;

/// <summary>The sections that differ between two texts. A difference in <c>global</c> or <c>defaults</c> may have an effect on everything.</summary>
internal sealed class CommitScope
{
    private const string Frontend = "frontend ";
    private const string Backend = "backend ";

    private readonly HashSet<string>? _changed;

    private CommitScope(HashSet<string>? changed) => _changed = changed;

    /// <summary>Everything.</summary>
    public static CommitScope Everything { get; } = new(null);

    /// <summary>Compares two texts; without the earlier one, everything may be new.</summary>
    public static CommitScope Of(string? before, string? after)
    {
        if (before is null || after is null)
        {
            return Everything;
        }

        var (old, now) = (Sections(before), Sections(after));
        var changed = old.Keys.Union(now.Keys).Where(head => old.GetValueOrDefault(head) != now.GetValueOrDefault(head)).ToHashSet(StringComparer.Ordinal);
        return changed.Any(static head => head is "global" || head.StartsWith("defaults", StringComparison.Ordinal)) ? Everything : new CommitScope(changed);
    }

    /// <summary>True for a pool (<c>&lt;pool&gt;:&lt;listener&gt;</c>) that may be served otherwise than before.</summary>
    public bool HasPool(string name) => _changed is null || _changed.Contains(Backend + name);

    /// <summary>True for a listener that differs, or one of whose pools does.</summary>
    public bool HasListener(string name) => _changed is null || _changed.Contains(Frontend + name)
        || _changed.Any(head => head.StartsWith(Backend, StringComparison.Ordinal) && head.EndsWith($":{name}", StringComparison.Ordinal));

    // By their first line, which begins at the margin; what is inside is indented.
    private static Dictionary<string, string> Sections(string text)
    {
        var sections = new Dictionary<string, string>(StringComparer.Ordinal);
        var (head, body) = ("", new List<string>());
        foreach (var line in text.Split('\n'))
        {
            if (line.Length > 0 && !char.IsWhiteSpace(line[0]) && line[0] != '#')
            {
                Add();
                (head, body) = (string.Join(' ', line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), []);
            }
            else if (line.AsSpan().Trim() is { IsEmpty: false } words && words[0] != '#')
            {
                body.Add(words.ToString());
            }
        }

        Add();
        return sections;

        void Add() => sections[head] = (sections.TryGetValue(head, out var earlier) ? earlier : "") + string.Join('\n', body);
    }
}
