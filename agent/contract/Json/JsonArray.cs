// The elements of an array, one after the other.
namespace Amphora.Contract.Json;

/// <summary>An array that was entered; <c>default</c> has no elements.</summary>
internal readonly struct JsonArray(JsonText text, int token, int container)
{
    /// <summary>True when there is no element.</summary>
    internal bool IsEmpty => text is null || text[token].Next == token + 1;

    /// <summary>Number of elements, counted.</summary>
    internal int Count()
    {
        var count = 0;
        foreach (var _ in this)
        {
            count++;
        }

        return count;
    }

    /// <summary>From the first to the last.</summary>
    public Enumerator GetEnumerator() => new(text, token, container);

    /// <summary>Where the walk is.</summary>
    internal struct Enumerator(JsonText? text, int token, int container)
    {
        private readonly int _end = text is null ? 0 : text[token].Next;
        private int _next = token + 1;
        private int _token;
        private int _index = -1;

        /// <summary>The element.</summary>
        public readonly JsonValue Current => new(text!, _token, new Place(container, null, _index));

        /// <summary>Goes to the next element.</summary>
        public bool MoveNext()
        {
            if (_next >= _end)
            {
                return false;
            }

            _token = _next;
            _next = text![_token].Next;
            _index++;
            return true;
        }
    }
}
