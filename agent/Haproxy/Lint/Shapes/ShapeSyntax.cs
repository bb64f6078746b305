// The language in which the tables write shapes.
using Amphora.Agent.Haproxy.Lint.Words;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Lint.Shapes;

/// <summary>Reads a shape: words separated by one blank. <c>mode</c> is that word, <c>http|tcp</c> one of those, <c>&lt;port&gt;</c> one of
/// <see cref="WordShapes"/>, <c>&lt;rule&gt;+</c> one or more of them, and what stands between <c>[</c> and <c>]</c> may be missing.</summary>
internal static class ShapeSyntax
{
    /// <summary>The parts of a shape.</summary>
    /// <exception cref="FormatException">A table is written wrong.</exception>
    public static ValueList<ShapePart> Parse(string text)
    {
        var tokens = new Queue<string>(text.Split(' '));
        var parts = ReadParts(tokens);
        return tokens.Count == 0 ? parts : throw new FormatException($"a ] without [ in {text}");
    }

    private static ValueList<ShapePart> ReadParts(Queue<string> tokens)
    {
        var parts = new List<ShapePart>();
        while (tokens.TryPeek(out var token) && token != "]")
        {
            tokens.Dequeue();
            parts.Add(token == "[" ? ReadMaybe(tokens) : ReadWord(token));
        }

        return parts.ToValueList();
    }

    private static ShapePart.Maybe ReadMaybe(Queue<string> tokens)
    {
        var parts = ReadParts(tokens);
        return tokens.TryDequeue(out _) ? new ShapePart.Maybe(parts) : throw new FormatException("a [ without ]");
    }

    private static ShapePart ReadWord(string token) => token switch
    {
        ['<', .. var name, '>'] => new ShapePart.Word(WordShapes.Named(name)),
        ['<', .. var name, '>', '+'] => new ShapePart.Words(WordShapes.Named(name)),
        _ => new ShapePart.Word(Literal(token)),
    };

    private static WordShape Literal(string token)
    {
        var words = token.Split('|');
        return words is [var only]
            ? new WordShape($"`{only}`", (word, _) => word.SequenceEqual(only))
            : new WordShape($"one of {string.Join(", ", words.Select(static word => $"`{word}`"))}", (word, _) => IsOneOf(word, words));
    }

    private static bool IsOneOf(ReadOnlySpan<char> word, string[] words)
    {
        foreach (var candidate in words)
        {
            if (word.SequenceEqual(candidate))
            {
                return true;
            }
        }

        return false;
    }
}
