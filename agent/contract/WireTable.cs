// The closed list of words that stand for the values of an enumeration on the wire.
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Amphora.Contract;

/// <summary>How the values of an enumeration are spelled on the wire, both ways.</summary>
/// <typeparam name="T">The enumeration.</typeparam>
public sealed class WireTable<T>
    where T : struct, Enum
{
    /// <summary>A closed list.</summary>
    /// <param name="entries">Every value and its spelling.</param>
    public WireTable(params ReadOnlySpan<(T Value, string Name)> entries)
    {
        Entries = [.. entries];
        var names = new string[entries.Length];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = entries[i].Name;
        }

        Names = [.. names];
        Expected = names is [var only] ? only : $"one of {string.Join(", ", names)}";
    }

    /// <summary>Every value and its spelling.</summary>
    public ImmutableArray<(T Value, string Name)> Entries { get; }

    /// <summary>Every spelling.</summary>
    public ValueList<string> Names { get; }

    /// <summary>Completes "it has to be …".</summary>
    internal string Expected { get; }

    /// <summary>The spelling of a value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not of the enumeration.</exception>
    public string Spell(T value)
    {
        foreach (var entry in Entries)
        {
            if (EqualityComparer<T>.Default.Equals(entry.Value, value))
            {
                return entry.Name;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(value), value, $"not a value of {typeof(T).Name}");
    }

    /// <summary>The value spelled so; upper and lower case differ.</summary>
    public bool TryRead([NotNullWhen(true)] string? name, out T value)
    {
        foreach (var entry in Entries)
        {
            if (string.Equals(entry.Name, name, StringComparison.Ordinal))
            {
                value = entry.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>The value spelled so in UTF-8; upper and lower case differ.</summary>
    public bool TryRead(ReadOnlySpan<byte> utf8, out T value)
    {
        foreach (var entry in Entries)
        {
            if (utf8.Length == entry.Name.Length && Ascii.Equals(utf8, entry.Name))
            {
                value = entry.Value;
                return true;
            }
        }

        value = default;
        return false;
    }
}
