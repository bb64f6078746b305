// An immutable list that compares by its elements, so that records which hold one have value equality.
using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Amphora.Contract;

/// <summary>An immutable list with value equality: two lists are equal when their elements are, in order.</summary>
/// <typeparam name="T">Element type; it should have value equality itself.</typeparam>
[CollectionBuilder(typeof(ValueList), nameof(ValueList.Create))]
public readonly struct ValueList<T> : IReadOnlyList<T>, IEquatable<ValueList<T>>
{
    private readonly ImmutableArray<T> _items;

    internal ValueList(ImmutableArray<T> items) => _items = items;

    /// <summary>The list without elements; also the value of <c>default</c>.</summary>
    public static ValueList<T> Empty => default;

    /// <summary>Number of elements.</summary>
    public int Count => _items.IsDefault ? 0 : _items.Length;

    /// <summary>The element at <paramref name="index"/>, counted from 0.</summary>
    public T this[int index] => _items[index];

    /// <summary>The elements as a span, without copying.</summary>
    public ReadOnlySpan<T> AsSpan() => _items.IsDefault ? default : _items.AsSpan();

    /// <summary>An enumerator that allocates nothing.</summary>
    public ImmutableArray<T>.Enumerator GetEnumerator() =>
        (_items.IsDefault ? ImmutableArray<T>.Empty : _items).GetEnumerator();

    /// <summary>True when an element is as asked for. Unlike LINQ's Any and Select, this and <see cref="ConvertAll"/> add next to nothing to
    /// a native program for a struct.</summary>
    public bool Exists(Predicate<T> match)
    {
        foreach (var item in AsSpan())
        {
            if (match(item))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A list of what is made of each element.</summary>
    public ValueList<TResult> ConvertAll<TResult>(Func<T, TResult> convert)
    {
        var converted = new TResult[Count];
        for (var i = 0; i < converted.Length; i++)
        {
            converted[i] = convert(_items[i]);
        }

        return new(ImmutableCollectionsMarshal.AsImmutableArray(converted));
    }

    IEnumerator<T> IEnumerable<T>.GetEnumerator() =>
        ((IEnumerable<T>)(_items.IsDefault ? ImmutableArray<T>.Empty : _items)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<T>)this).GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(ValueList<T> other)
    {
        ReadOnlySpan<T> mine = AsSpan(), theirs = other.AsSpan();
        if (mine.Length != theirs.Length)
        {
            return false;
        }

        for (var i = 0; i < mine.Length; i++)
        {
            if (!EqualityComparer<T>.Default.Equals(mine[i], theirs[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ValueList<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in AsSpan())
        {
            hash.Add(item);
        }

        return hash.ToHashCode();
    }

    /// <summary>Same elements, same order.</summary>
    public static bool operator ==(ValueList<T> left, ValueList<T> right) => left.Equals(right);

    /// <summary>Other elements or another order.</summary>
    public static bool operator !=(ValueList<T> left, ValueList<T> right) => !left.Equals(right);
}

/// <summary>Makes <see cref="ValueList{T}"/> from other collections.</summary>
public static class ValueList
{
    /// <summary>A list of the elements of a span; what a collection expression calls.</summary>
    public static ValueList<T> Create<T>(ReadOnlySpan<T> items) => new(ImmutableArray.Create(items));

    /// <summary>A list of the elements of a list.</summary>
    public static ValueList<T> ToValueList<T>(this List<T> items) => Create<T>(CollectionsMarshal.AsSpan(items));

    /// <summary>A list of the elements of a sequence.</summary>
    public static ValueList<T> ToValueList<T>(this IEnumerable<T> items) => new([.. items]);
}
