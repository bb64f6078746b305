// A line `acl` whose pattern can be set while HAProxy runs.
using Amphora.Agent.Haproxy.Model;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Acl;

/// <summary>One rule with one pattern behind <c>--</c>, as Octavia's L7 rules are (L7 rules of the contract; manual 7.1).</summary>
/// <param name="Number">Line of the file, from 1: HAProxy knows the pattern by it.</param>
/// <param name="Name">Name of the ACL: the rule.</param>
/// <param name="Fixed">Everything of the line in front of the pattern, as it is written.</param>
/// <param name="Pattern">As HAProxy reads it.</param>
internal sealed record AclLine(int Number, string Name, string Fixed, string Pattern)
{
    private const string Directive = "acl", Separator = "--";

    /// <summary>The rules of a text, in order; a line of another shape is none.</summary>
    public static ValueList<AclLine> All(string config)
    {
        if (!config.Contains(Directive + " ", StringComparison.Ordinal))
        {
            return [];
        }

        var found = new List<AclLine>();
        var number = 0;
        foreach (var range in config.AsSpan().Split('\n'))
        {
            number++;
            if (Read(config.AsSpan(range), number) is { } line)
            {
                found.Add(line);
            }
        }

        return found.ToValueList();
    }

    /// <summary>Reads a line; null: it is of another shape, or its pattern is empty.</summary>
    public static AclLine? Read(ReadOnlySpan<char> text, int number)
    {
        if (!text.TrimStart().StartsWith(Directive, StringComparison.Ordinal))
        {
            return null;
        }

        var line = HaproxyDocument.Parse(text.ToString()).Lines.First();
        if (line.Count < 4 || !line[0].Is(Directive) || !line[line.Count - 2].Is(Separator) || line[line.Count - 1] is not { Value.IsEmpty: false } pattern)
        {
            return null;
        }

        return new AclLine(number, line[1].ToString(), text[..pattern.Start].ToString(), pattern.ToString());
    }

    /// <summary>True when the lines differ in their pattern at most.</summary>
    public static bool DifferInPattern(ReadOnlySpan<char> line, ReadOnlySpan<char> other) =>
        Read(line, 0) is { } mine && Read(other, 0) is { } theirs && mine.Fixed == theirs.Fixed;
}
