// A haproxy.cfg as lines, with its servers as slots.
using System.Text;
using Amphora.Agent.Haproxy.Acl;
using Amphora.Agent.Haproxy.Model;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Slots;

/// <summary>Immutable. What is not a server line of a backend stays as it is, byte for byte.</summary>
internal sealed class SlottedText
{
    private const string Indent = "    ";

    private readonly Line[] _lines;
    private readonly Dictionary<string, SlottedBackend> _backends;

    private SlottedText(Line[] lines, IEnumerable<SlottedBackend> backends) => (_lines, _backends) =
        (lines, backends.ToDictionary(static backend => backend.Name, StringComparer.Ordinal));

    /// <summary>In the order of the text.</summary>
    public IReadOnlyCollection<SlottedBackend> Backends => _backends.Values;

    /// <summary>Reads a text, also one that has no comments about slots: then each server is the member it is named after.</summary>
    public static SlottedText Parse(string text)
    {
        var document = HaproxyDocument.Parse(text);
        var lines = new List<Line>(document.LineCount);
        var backends = new Dictionary<string, SlottedBackend>(StringComparer.Ordinal);
        foreach (var section in document.Sections)
        {
            // A second one of the name is no configuration HAProxy takes: its lines are just lines.
            var backend = section.Keyword == "backend" && !backends.ContainsKey(section.Name) ? section.Name : null;
            if (backend is not null)
            {
                backends[backend] = ReadBackend(section, lines);
                continue;
            }

            foreach (var line in section.Lines)
            {
                lines.Add(LineOf(section, line));
            }
        }

        return new SlottedText([.. lines], backends.Values);
    }

    /// <summary>A backend; null: there is none of the name.</summary>
    public SlottedBackend? Backend(string name) => _backends.GetValueOrDefault(name);

    /// <summary>The text with other slots in a backend, as many as before.</summary>
    public SlottedText With(SlottedBackend backend) =>
        new(_lines, _backends.Values.Select(old => old.Name == backend.Name ? backend : old));

    /// <summary>The text with more slots behind the last one of a backend that has some.</summary>
    public SlottedText WithMore(string name, ValueList<Slot> slots)
    {
        var backend = _backends[name];
        var last = Array.FindLastIndex(_lines, line => line.Text is null && line.Backend == name);
        Line[] more = [.. Enumerable.Range(backend.Slots.Count, slots.Count).Select(slot => new Line(null, name, slot))];
        return new SlottedText(
            [.. _lines[..(last + 1)], .. more, .. _lines[(last + 1)..]],
            _backends.Values.Select(old => old.Name == name ? old with { Slots = [.. old.Slots, .. slots] } : old));
    }

    /// <summary>The text with the other one's lines and its own slots; <see cref="FindDifference"/> says nothing of them.</summary>
    public SlottedText WithLinesOf(SlottedText other)
    {
        using var theirs = other._lines.Where(static line => line.Text is not null).GetEnumerator();
        return new SlottedText([.. _lines.Select(line => line.Text is not null && theirs.MoveNext() ? theirs.Current : line)], _backends.Values);
    }

    /// <summary>The first line that is not the other one's, leaving servers and patterns of rules aside; null: they are the same.</summary>
    public string? FindDifference(SlottedText other)
    {
        using var mine = _lines.Where(static line => line.Text is not null).GetEnumerator();
        using var theirs = other._lines.Where(static line => line.Text is not null).GetEnumerator();
        var section = "";
        while (true)
        {
            var (hasMine, hasTheirs) = (mine.MoveNext(), theirs.MoveNext());
            if (!hasMine && !hasTheirs)
            {
                return null;
            }

            if (!hasMine || !hasTheirs || (mine.Current.Text != theirs.Current.Text && !AclLine.DifferInPattern(mine.Current.Text, theirs.Current.Text)))
            {
                return $"{(section.Length > 0 ? section + ": " : "")}{(hasMine ? $"`{mine.Current.Text!.Trim()}`" : "the end")} becomes {(hasTheirs ? $"`{theirs.Current.Text!.Trim()}`" : "the end")}";
            }

            section = mine.Current.IsHeader ? mine.Current.Text!.Trim() : section;
        }
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var line in _lines)
        {
            if (line.Text is { } words)
            {
                text.Append(words);
            }
            else
            {
                Write(_backends[line.Backend!].Slots[line.Slot], text);
            }
        }

        return text.ToString();
    }

    private static void Write(Slot slot, StringBuilder text)
    {
        text.Append(Indent);
        slot.Server.Write(text);
        text.Append(" # ").Append(SlotComment.Write(slot)).Append('\n');
    }

    private static SlottedBackend ReadBackend(HaproxySection section, List<Line> lines)
    {
        var backend = new SlottedBackend(section.Name, "", HasCookie: false, []);
        var slots = new List<Slot>();
        foreach (var line in section.Lines)
        {
            if (Slot.Read(line) is { } slot)
            {
                lines.Add(new Line(null, backend.Name, slots.Count));
                slots.Add(slot);
                continue;
            }

            lines.Add(LineOf(section, line));
            backend = line.Count > 1 && line[0].Is("balance") ? backend with { Balance = line[1].ToString() }
                : line.StartsWith("cookie") ? backend with { HasCookie = true }
                : backend;
        }

        return backend with { Slots = slots.ToValueList() };
    }

    private static Line LineOf(HaproxySection section, HaproxyLine line) => new(line.ToString(), null, 0, section.IsHeader(line));

    // With its line end; without text it is a slot of a backend.
    private sealed record Line(string? Text, string? Backend, int Slot, bool IsHeader = false);
}
