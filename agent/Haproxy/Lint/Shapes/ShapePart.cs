// What the shape of a line is made of.
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Lint.Shapes;

/// <summary>True for a word that may stand there.</summary>
/// <param name="word">Its value, as HAProxy reads it.</param>
/// <param name="place">The load balancer.</param>
internal delegate bool WordTest(ReadOnlySpan<char> word, LintPlace place);

/// <summary>Which words may stand in a place.</summary>
/// <param name="Expected">For messages, as <c>a number from 1 to 10</c>.</param>
/// <param name="Test">Decides.</param>
internal sealed record WordShape(string Expected, WordTest Test);

/// <summary>A part of a shape.</summary>
internal abstract record ShapePart
{
    private ShapePart()
    {
    }

    /// <summary>One word.</summary>
    /// <param name="Shape">Which.</param>
    internal sealed record Word(WordShape Shape) : ShapePart;

    /// <summary>One word or more.</summary>
    /// <param name="Shape">Which, each of them.</param>
    internal sealed record Words(WordShape Shape) : ShapePart;

    /// <summary>Something that may be missing.</summary>
    /// <param name="Parts">What it is.</param>
    internal sealed record Maybe(ValueList<ShapePart> Parts) : ShapePart;
}
