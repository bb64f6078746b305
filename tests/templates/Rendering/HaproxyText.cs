// A reader of haproxy.cfg written from HAProxy's manual (§2.2), independent of our encoder.
using System.Text;

namespace Amphora.Templates.Tests.Rendering;

/// <summary>A haproxy.cfg as HAProxy splits it: sections of lines of words.</summary>
internal sealed class HaproxyText
{
    private static readonly HashSet<string> SectionKeywords =
    [
        "global", "defaults", "peers", "frontend", "backend", "listen", "resolvers", "userlist", "mailers", "cache", "program", "http-errors",
        "ring", "fcgi-app", "log-forward",
    ];

    private HaproxyText(IReadOnlyList<Section> sections) => Sections = sections;

    public IReadOnlyList<Section> Sections { get; }

    public Section Global => this["global"];

    public Section Defaults => this["defaults"];

    public Section Frontend => this[$"frontend {Documents.ListenerId}"];

    public Section Backend => this[$"backend {Documents.PoolId}:{Documents.ListenerId}"];

    public Section this[string header] => Find(header) ?? throw new KeyNotFoundException($"there is no section {header}");

    public Section? Find(string header) => Sections.SingleOrDefault(section => section.Header == header);

    public static HaproxyText Parse(string text)
    {
        var sections = new List<Section>();
        foreach (var line in text.Split('\n'))
        {
            var words = Words(line);
            if (words.Count == 0)
            {
                continue;
            }

            if (SectionKeywords.Contains(words[0]) && line[0] != ' ')
            {
                sections.Add(new Section(words, []));
            }
            else if (SectionKeywords.Contains(words[0]))
            {
                throw new FormatException($"a section starts inside another: {line}");
            }
            else
            {
                sections[^1].Words.Add(words);
            }
        }

        return new HaproxyText(sections);
    }

    /// <summary>Sections, lines and the number of words in each: what no value may change.</summary>
    public IReadOnlyList<string> Shape =>
        [.. Sections.SelectMany(section => section.Words.Select(words => $"{section.HeaderWords.Count} {words[0]} {words.Count}").Prepend(section.HeaderWords[0]))];

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
                case '#':
                    Finish();
                    return words;
                case '\\' when i + 1 < line.Length && line[i + 1] is ' ' or '#' or '\\' or '"' or '\'':
                    (word ??= new StringBuilder()).Append(line[++i]);
                    break;
                case '\\':
                    throw new FormatException($"a backslash that makes a control character: {line}");
                case '\'':
                    var close = line.IndexOf('\'', i + 1);
                    (word ??= new StringBuilder()).Append(close < 0 ? throw new FormatException($"an open quote: {line}") : line[(i + 1)..close]);
                    i = close;
                    break;
                default:
                    (word ??= new StringBuilder()).Append(line[i] is '"' or '$' ? throw new FormatException($"expansion is possible: {line}") : line[i]);
                    break;
            }
        }

        Finish();
        return words;

        void Finish()
        {
            words.AddRange(word is null ? [] : [word.ToString()]);
            word = null;
        }
    }

    /// <summary>A section.</summary>
    internal sealed record Section(IReadOnlyList<string> HeaderWords, List<IReadOnlyList<string>> Words)
    {
        public string Header => string.Join(' ', HeaderWords);

        /// <summary>Lines with their words unquoted and joined by a blank.</summary>
        public IReadOnlyList<string> Lines => [.. Words.Select(words => string.Join(' ', words))];

        /// <summary>The only line that starts with these words, without them; null when there is none.</summary>
        public string? After(string start)
        {
            var found = Lines.Where(line => line == start || line.StartsWith(start + " ", StringComparison.Ordinal)).ToArray();
            return found.Length switch
            {
                0 => null,
                1 => found[0].Length == start.Length ? "" : found[0][(start.Length + 1)..],
                _ => throw new FormatException($"{found.Length} lines start with {start}"),
            };
        }

        public bool Has(string line) => Lines.Contains(line);
    }
}
