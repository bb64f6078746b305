// A line of haproxy.cfg.
namespace Amphora.Agent.Haproxy.Model;

/// <summary>What is known of one line.</summary>
/// <param name="Start">Offset in the text.</param>
/// <param name="Length">Characters, with the line end.</param>
/// <param name="FirstWord">Index of its first word among all words.</param>
/// <param name="WordCount">Its words.</param>
/// <param name="Section">Index of its section.</param>
/// <param name="Marks">What else was met.</param>
internal readonly record struct LinePlace(int Start, int Length, int FirstWord, int WordCount, int Section, LineMarks Marks);

/// <summary>One line of a document: a place in it, no copy.</summary>
/// <param name="document">Where it stands.</param>
/// <param name="index">Counted from 0.</param>
internal sealed class HaproxyLine(HaproxyDocument document, int index)
{
    /// <summary>As people and HAProxy count: from 1.</summary>
    public int Number => index + 1;

    /// <summary>Everything from the first character to the line end, which only the last line may lack.</summary>
    public ReadOnlySpan<char> Raw => document.Text.AsSpan(Place.Start, Place.Length);

    /// <summary>The section it stands in, or begins.</summary>
    public HaproxySection Section => document.Sections[Place.Section];

    /// <summary>What was met besides words.</summary>
    public LineMarks Marks => Place.Marks;

    /// <summary>How many words it has; none in a comment and in an empty line.</summary>
    public int Count => Place.WordCount;

    /// <summary>Where in <see cref="Raw"/> its last word ends: behind it are blanks, a comment, the line end.</summary>
    public int EndOfWords => Count == 0 ? 0 : this[Count - 1].Start + this[Count - 1].Length - Place.Start;

    private LinePlace Place => document.PlaceOf(index);

    /// <summary>A word, counted from 0: the directive.</summary>
    public HaproxyWord this[int word] => word < Count
        ? document.Word(Place.FirstWord + word)
        : throw new ArgumentOutOfRangeException(nameof(word), word, $"line {Number} has {Count} words");

    /// <summary>True when the first words of the line are these.</summary>
    public bool StartsWith(params ReadOnlySpan<string> words)
    {
        if (Count < words.Length)
        {
            return false;
        }

        for (var i = 0; i < words.Length; i++)
        {
            if (!this[i].Is(words[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True when one of the words behind the directive is this.</summary>
    public bool Contains(ReadOnlySpan<char> word)
    {
        for (var i = 1; i < Count; i++)
        {
            if (this[i].Is(word))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>As it stands in the text.</summary>
    public override string ToString() => Raw.ToString();
}
