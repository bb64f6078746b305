// What a section may hold.
using System.Collections.Frozen;
using Amphora.Agent.Haproxy.Model;

namespace Amphora.Agent.Haproxy.Lint.Shapes;

/// <summary>A table: the first line of a section and its directives.</summary>
internal sealed class SectionShape
{
    private readonly DirectiveShape _header;
    private readonly FrozenDictionary<string, DirectiveShape[]>.AlternateLookup<ReadOnlySpan<char>> _directives;

    /// <summary>Makes a table.</summary>
    /// <param name="header">The first line; one that a configuration has at most once is a <see cref="DirectiveShape.Once"/>.</param>
    /// <param name="directives">The lines below.</param>
    public SectionShape(DirectiveShape header, params IEnumerable<DirectiveShape> directives)
    {
        _header = header;
        Directives = [.. directives];
        _directives = Directives.GroupBy(static shape => shape.FirstWord, StringComparer.Ordinal)
            .ToFrozenDictionary(static group => group.Key, static group => group.ToArray(), StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>As <c>frontend</c>.</summary>
    public string Keyword => _header.FirstWord;

    /// <summary>True when a configuration has at most one.</summary>
    public bool IsOnce => _header.IsOnce;

    /// <summary>All rows.</summary>
    public IReadOnlyList<DirectiveShape> Directives { get; }

    /// <summary>Where the first line of a section leaves the shape; null when it has it.</summary>
    public ShapeMiss? MissOfHeader(HaproxyLine line, LintPlace place) => _header.Miss(line, place);

    /// <summary>The rows of a directive; none when the section has no such directive.</summary>
    public ReadOnlySpan<DirectiveShape> Rows(ReadOnlySpan<char> firstWord) => _directives.TryGetValue(firstWord, out var rows) ? rows : [];
}
