// The lists of the language: those of the model, ranges, and those a template makes.
namespace Amphora.Templates.Language;

internal abstract class TemplateList
{
    public abstract int Count { get; }

    public abstract Value this[int index] { get; }
}

/// <summary>A list of the model; an element that is no object knows its index as its origin.</summary>
internal sealed class ModelList(IReadOnlyList<object?> items, object? owner, string? member) : TemplateList
{
    public override int Count => items.Count;

    public override Value this[int index] => items[index] is ITemplateObject item
        ? Value.FromModel(item, owner, member)
        : Value.FromModel(items[index], owner is null ? null : new ElementOrigin(owner, member, index), null);
}

/// <summary><c>first..last</c>, up or down.</summary>
internal sealed class RangeList(long first, int count, int step) : TemplateList
{
    public override int Count => count;

    public override Value this[int index] => Value.From(first + ((long)index * step));
}

/// <summary>A list made in a template.</summary>
internal sealed class ValueArray(IReadOnlyList<Value> items) : TemplateList
{
    public override int Count => items.Count;

    public override Value this[int index] => items[index];
}
