// A section of haproxy.cfg: its first line and everything up to the next one.
using System.Collections.Frozen;

namespace Amphora.Agent.Haproxy.Model;

/// <summary>Some lines in a row.</summary>
internal sealed class HaproxySection
{
    // All that HAProxy 2.6 to 3.5 register as sections. It tells them from directives by nothing else, least of all by indentation.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Keywords = FrozenSet.Create(
        StringComparer.Ordinal,
        "global", "defaults", "frontend", "backend", "listen", "peers", "acme", "cache", "crt-store", "fcgi-app", "healthcheck", "http-errors", "log-forward",
        "log-profile", "mailers", "namespace_list", "program", "resolvers", "ring", "traces", "userlist").GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly HaproxyDocument _document;
    private readonly int _first;

    internal HaproxySection(HaproxyDocument document, int first, int count, string keyword, string name) =>
        (_document, _first, Count, Keyword, Name) = (document, first, count, keyword, name);

    /// <summary>As <c>frontend</c>; empty for what stands before the first section.</summary>
    public string Keyword { get; }

    /// <summary>The word behind the keyword; empty when there is none.</summary>
    public string Name { get; }

    /// <summary>How many lines it has, with its first.</summary>
    public int Count { get; }

    /// <summary>All its lines, also comments and empty ones; the first is that with the keyword.</summary>
    public IEnumerable<HaproxyLine> Lines => Enumerable.Range(_first, Count).Select(index => new HaproxyLine(_document, index));

    /// <summary>Its lines that say something, without the one with the keyword.</summary>
    public IEnumerable<HaproxyLine> Directives => Lines.Skip(Keyword.Length > 0 ? 1 : 0).Where(static line => line.Count > 0);

    /// <summary>True for the line with the keyword.</summary>
    public bool IsHeader(HaproxyLine line) => Keyword.Length > 0 && line.Number == _first + 1;

    /// <summary>True when a line with this first word begins a section.</summary>
    public static bool IsKeyword(ReadOnlySpan<char> word) => Keywords.Contains(word);

    /// <summary>Keyword and name.</summary>
    public override string ToString() => $"{Keyword} {Name}".Trim();
}
