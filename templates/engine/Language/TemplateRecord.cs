// A ready-made object for models: few names, looked up by a short scan, no reflection.
using System.Collections;

namespace Amphora.Templates.Language;

/// <summary>An ordered list of named values with the JSON pointer they come from.</summary>
/// <param name="path">JSON pointer of the object in the document, <c>""</c> for the document itself; null when the values do not
/// come from a document.</param>
public sealed class TemplateRecord(string? path) : ITemplateObject, IEnumerable<KeyValuePair<string, object?>>
{
    private Member[] _members = new Member[8];
    private int _count;

    /// <summary>JSON pointer of the object.</summary>
    public string? Path { get; } = path;

    /// <summary>Adds a value that stands in the document at <see cref="Path"/>/<paramref name="name"/>.</summary>
    public void Add(string name, object? value) => Add(name, value, path: null);

    /// <summary>Adds a value that is made from another place of the document.</summary>
    /// <param name="name">Name in the template.</param>
    /// <param name="value">The value.</param>
    /// <param name="path">JSON pointer of what it was made from; null: <see cref="Path"/>/<paramref name="name"/>.</param>
    public void Add(string name, object? value, string? path)
    {
        if (IndexOf(name) >= 0)
        {
            throw new ArgumentException($"there is a value {name} already", nameof(name));
        }

        if (_count == _members.Length)
        {
            Array.Resize(ref _members, _count * 2);
        }

        _members[_count++] = new Member(name, value, path);
    }

    /// <inheritdoc/>
    public bool TryGetMember(string name, out object? value)
    {
        var index = IndexOf(name);
        value = index >= 0 ? _members[index].Value : null;
        return index >= 0;
    }

    /// <inheritdoc/>
    public string? PathOf(string name)
    {
        var index = IndexOf(name);
        return index >= 0 && _members[index].Path is { } path ? path : Path is null ? null : $"{Path}/{EscapePointer(name)}";
    }

    /// <summary>Names and values, in order.</summary>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < _count; i++)
        {
            yield return new(_members[i].Name, _members[i].Value);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int IndexOf(string name)
    {
        var members = _members.AsSpan(0, _count);
        for (var i = 0; i < members.Length; i++)
        {
            if (members[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    // RFC 6901 §3
    private static string EscapePointer(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private readonly record struct Member(string Name, object? Value, string? Path);
}
