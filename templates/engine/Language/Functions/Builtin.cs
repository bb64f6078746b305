// A function of Scriban's library that templates may call, and the table of them.
using System.Collections.Frozen;

namespace Amphora.Templates.Language;

/// <summary>A function of the library.</summary>
/// <param name="Name">Its name, as <c>string.upcase</c>.</param>
/// <param name="Minimum">Fewest arguments.</param>
/// <param name="Maximum">Most arguments.</param>
/// <param name="Body">What it does.</param>
internal sealed record Builtin(string Name, int Minimum, int Maximum, Func<Arguments, Value> Body)
{
    public Value Invoke(Value[] values, Position position) => values.Length < Minimum || values.Length > Maximum
        ? throw WrongCount(Name, Minimum, Maximum, values.Length, position)
        : Body(new Arguments(Name, values, position));

    public static TemplateException WrongCount(string name, int minimum, int maximum, int count, Position position)
    {
        var wanted = minimum == maximum ? $"{minimum}" : $"{minimum} to {maximum}";
        return new(position, $"{name} takes {wanted} argument{(wanted == "1" ? "" : "s")}, not {count}");
    }
}

/// <summary>The library: the part of Scriban's that configuration files need.</summary>
internal static class Builtins
{
    private static readonly FrozenDictionary<string, Builtin> ByName =
        StringFunctions.All.Concat(ListFunctions.All).Concat(NumberFunctions.All)
            .ToFrozenDictionary(static builtin => builtin.Name, StringComparer.Ordinal);

    public static Builtin? Find(string name) => ByName.GetValueOrDefault(name);
}

/// <summary>The arguments of one call, with complaints that name the function.</summary>
internal readonly struct Arguments(string name, Value[] values, Position position)
{
    public int Count => values.Length;

    public Position Position => position;

    public Value this[int index] => values[index];

    /// <summary>The text of an argument, "" for null.</summary>
    public string Text(int index) => Strings.TextOf(values[index], position, $"be given to {name}");

    public int Integer(int index) => values[index] is { Kind: ValueKind.Integer, Integer: >= int.MinValue and <= int.MaxValue } value
        ? (int)value.Integer
        : throw Wrong(index, "an integer");

    public double Number(int index) => values[index].IsNumeric ? values[index].Number : throw Wrong(index, "a number");

    /// <summary>A copy of the elements of a list, none for null.</summary>
    public Value[] List(int index)
    {
        if (values[index].IsNull)
        {
            return [];
        }

        if (values[index].Kind != ValueKind.List)
        {
            throw Wrong(index, "a list");
        }

        var list = values[index].List;
        if (list.Count > MaxListLength)
        {
            throw new TemplateException(position, $"{name} cannot take a list of {list.Count} elements");
        }

        var items = new Value[list.Count];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = list[i];
        }

        return items;
    }

    /// <summary>Text made by changing the first argument's text with the help of the others: as trusted as the least of them.</summary>
    public Value Derive(string text, params ReadOnlySpan<int> others)
    {
        var parts = new List<Value> { Strings.Derive(values[0], text, name, position) };
        foreach (var index in others)
        {
            parts.Add(values[index]);
        }

        return parts.Count == 1 ? parts[0] : Strings.Join(parts, text, position);
    }

    public TemplateException Wrong(int index, string wanted) =>
        new(position, $"argument {index + 1} of {name} must be {wanted}, not {values[index].KindName}");

    // A range can be longer than memory.
    private const int MaxListLength = 100_000;
}
