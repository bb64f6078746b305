// haproxy.cfg as sections, lines and words, with nothing of the text lost. Pure.
namespace Amphora.Agent.Haproxy.Model;

/// <summary>A configuration as HAProxy would read it. Any text is one: what cannot be understood is marked where it stands
/// (<see cref="LineMarks"/>) and kept. Nothing is evaluated: no variable, no <c>.if</c>, and a line that begins a scope (<c>[…]</c>) is
/// a line like others.</summary>
internal sealed class HaproxyDocument
{
    // Octavia's lines have more characters a word and a line: lists of this size do not grow.
    private const int CharactersAWord = 10, CharactersALine = 40;

    private readonly List<LinePlace> _lines;
    private readonly List<WordPlace> _words;
    private readonly List<HaproxySection> _sections = [];

    private HaproxyDocument(string text)
    {
        Text = text;
        _lines = new List<LinePlace>((text.Length / CharactersALine) + 1);
        _words = new List<WordPlace>((text.Length / CharactersAWord) + 1);
    }

    /// <summary>The text it was made of, character by character.</summary>
    public string Text { get; }

    /// <summary>The sections in order. What stands before the first one is a section without keyword.</summary>
    public IReadOnlyList<HaproxySection> Sections => _sections;

    /// <summary>All lines in order.</summary>
    public IEnumerable<HaproxyLine> Lines => Enumerable.Range(0, _lines.Count).Select(index => new HaproxyLine(this, index));

    /// <summary>How many lines there are.</summary>
    public int LineCount => _lines.Count;

    /// <summary>Reads a text; there is none that cannot be read.</summary>
    public static HaproxyDocument Parse(string text)
    {
        var document = new HaproxyDocument(text);
        document.ReadLines();
        return document;
    }

    internal LinePlace PlaceOf(int line) => _lines[line];

    internal HaproxyWord Word(int index) => new(Text, _words[index]);

    private void ReadLines()
    {
        var begin = 0;
        for (int start = 0, next; start < Text.Length; start = next)
        {
            var feed = Text.IndexOf('\n', start);
            next = feed < 0 ? Text.Length : feed + 1;
            var first = _words.Count;
            var marks = new WordSplitter(Text.AsSpan(start, (feed < 0 ? next : feed) - start), start, _words).Split();
            if (_words.Count > first && HaproxySection.IsKeyword(Word(first).Value) && _lines.Count > 0)
            {
                AddSection(begin);
                begin = _lines.Count;
            }

            _lines.Add(new LinePlace(start, next - start, first, _words.Count - first, _sections.Count, marks));
        }

        if (_lines.Count > begin)
        {
            AddSection(begin);
        }
    }

    // The lines from begin on, up to the last one that was read.
    private void AddSection(int begin)
    {
        var line = new HaproxyLine(this, begin);
        var isSection = line.Count > 0 && HaproxySection.IsKeyword(line[0].Value);
        _sections.Add(new HaproxySection(
            this, begin, _lines.Count - begin, isSection ? line[0].ToString() : "", isSection && line.Count > 1 ? line[1].ToString() : ""));
    }
}
