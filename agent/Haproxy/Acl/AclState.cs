// The patterns a process has, against those of its text. Pure.
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Acl;

/// <summary>A rule whose pattern is another one.</summary>
/// <param name="Line">As it shall be.</param>
/// <param name="Seen">The pattern the process has; null: it knows no such rule, or several patterns of it.</param>
internal sealed record AclDifference(AclLine Line, string? Seen)
{
    /// <summary>What is told, for people.</summary>
    public ValueList<string> Commands => [$"prepare acl {Line.Name}", $"add acl {Line.Name} {Line.Pattern}", $"commit acl {Line.Name}"];

    /// <inheritdoc/>
    public override string ToString() => $"rule {Line.Name}: {Seen ?? "nothing"} becomes {Line.Pattern}";
}

/// <summary>Compares; an empty answer is the proof.</summary>
internal static class AclState
{
    /// <summary>Every rule whose pattern is not that of the text.</summary>
    /// <param name="config">The text.</param>
    /// <param name="patterns">What the process has, by line.</param>
    public static ValueList<AclDifference> Compare(string config, IReadOnlyDictionary<int, string> patterns) =>
    [
        .. AclLine.All(config)
            .Select(line => new AclDifference(line, patterns.GetValueOrDefault(line.Number)))
            .Where(static difference => difference.Seen != difference.Line.Pattern),
    ];
}
