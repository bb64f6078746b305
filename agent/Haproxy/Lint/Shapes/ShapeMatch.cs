// Lays a shape over a line, word by word.
using Amphora.Agent.Haproxy.Model;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Lint.Shapes;

/// <summary>Where a line leaves a shape.</summary>
/// <param name="Word">Index of the word, which may be the one behind the last.</param>
/// <param name="Expected">What would have to stand there.</param>
internal sealed record ShapeMiss(int Word, string Expected);

/// <summary>One attempt. Shapes are written so that their first word decides: nothing is tried twice.</summary>
/// <param name="line">The line.</param>
/// <param name="place">The load balancer.</param>
internal ref struct ShapeMatch(HaproxyLine line, LintPlace place)
{
    private const int None = -1;

    /// <summary>The miss that came latest in the line, which is what a person wants to hear of.</summary>
    public ShapeMiss? Furthest { get; private set; }

    /// <summary>Takes the words of a shape from an index on.</summary>
    /// <returns>The index behind them, or −1.</returns>
    public int Take(ValueList<ShapePart> parts, int at)
    {
        foreach (var part in parts.AsSpan())
        {
            at = part switch
            {
                ShapePart.Word word => TakeWord(word.Shape, at),
                ShapePart.Words words => TakeWords(words.Shape, at),
                ShapePart.Maybe maybe => Take(maybe.Parts, at) is >= 0 and var behind ? behind : at,
                _ => None,
            };
            if (at < 0)
            {
                return None;
            }
        }

        return at;
    }

    /// <summary>Takes options from an index on, each once, as long as there are any.</summary>
    /// <returns>The index behind them.</returns>
    public int TakeOptions(ValueList<ValueList<ShapePart>> options, int at)
    {
        var taken = 0UL;
        for (var i = 0; i < options.Count; i++)
        {
            if ((taken & (1UL << i)) == 0 && Take(options[i], at) is > 0 and var behind)
            {
                taken |= 1UL << i;
                at = behind;
                i = -1;
            }
        }

        if (at < line.Count && Furthest?.Word <= at)
        {
            Furthest = new ShapeMiss(at, taken == 0 ? "one of its options" : "another of its options");
        }

        return at;
    }

    private int TakeWord(WordShape shape, int at) =>
        at < line.Count && shape.Test(line[at].Value, place) ? at + 1 : Refuse(shape, at);

    private int TakeWords(WordShape shape, int at)
    {
        var behind = at;
        while (behind < line.Count && shape.Test(line[behind].Value, place))
        {
            behind++;
        }

        if (behind < line.Count || behind == at)
        {
            Refuse(shape, behind);
        }

        return behind == at ? None : behind;
    }

    private int Refuse(WordShape shape, int at)
    {
        // Of two at the same word the later: what may be missing stands before what may not.
        if (Furthest is not { } furthest || furthest.Word <= at)
        {
            Furthest = new ShapeMiss(at, shape.Expected);
        }

        return None;
    }
}
