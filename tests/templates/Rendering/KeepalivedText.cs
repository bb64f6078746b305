// A reader of keepalived.conf written from keepalived.conf(5), independent of our encoder.
using System.Text;

namespace Amphora.Templates.Tests.Rendering;

/// <summary>A block: its own words, its lines and the blocks in it.</summary>
internal sealed class KeepalivedText(string name)
{
    public string Name { get; } = name;

    public List<string> Lines { get; } = [];

    public List<KeepalivedText> Blocks { get; } = [];

    /// <summary>Blocks, lines and the number of words in each: what no value may change.</summary>
    public IReadOnlyList<string> Shape { get; private set; } = [];

    public KeepalivedText Block(string name) => Blocks.Single(block => block.Name == name);

    public KeepalivedText? Find(string name) => Blocks.SingleOrDefault(block => block.Name == name);

    /// <summary>The only line that starts with this word, without it; null when there is none.</summary>
    public string? After(string word) =>
        Lines.SingleOrDefault(line => line.StartsWith(word + " ", StringComparison.Ordinal))?[(word.Length + 1)..];

    public static KeepalivedText Parse(string text)
    {
        var root = new KeepalivedText("");
        var open = new Stack<KeepalivedText>([root]);
        var shape = new List<string>();
        foreach (var line in text.Split('\n'))
        {
            var words = Words(line);
            if (words.Count == 0)
            {
                continue;
            }

            shape.Add($"{open.Count} {words[0]} {words.Count}");
            if (words is ["}"])
            {
                open.Pop();
            }
            else if (words[^1] == "{")
            {
                var block = new KeepalivedText(string.Join(' ', words.SkipLast(1)));
                open.Peek().Blocks.Add(block);
                open.Push(block);
            }
            else
            {
                open.Peek().Lines.Add(string.Join(' ', words));
            }
        }

        root.Shape = shape;
        return open.Count == 1 ? root : throw new FormatException($"{open.Count - 1} blocks are open at the end");
    }

    private static List<string> Words(string line)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        for (var i = 0; i < line.Length; i++)
        {
            switch (line[i])
            {
                case ' ' or '\t' or '\r':
                    Finish();
                    break;
                case '#' or '!':
                    Finish();
                    return words;
                case '"':
                    var close = line.IndexOf('"', i + 1);
                    (word ??= new StringBuilder()).Append(close < 0 ? throw new FormatException($"an open quote: {line}") : line[(i + 1)..close]);
                    i = close;
                    break;
                case '$' or '\\' or '@' or '~':
                    throw new FormatException($"expansion is possible: {line}");
                default:
                    (word ??= new StringBuilder()).Append(line[i]);
                    break;
            }
        }

        Finish();
        return words;

        void Finish()
        {
            if (word is not null)
            {
                words.Add(word.ToString());
                word = null;
            }
        }
    }
}
