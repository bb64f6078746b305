// array.* and object.*: Scriban's functions on lists and objects.
namespace Amphora.Templates.Language;

internal static class ListFunctions
{
    // Loops and arrays instead of LINQ: over a struct as large as Value it makes the native program megabytes larger.
    public static IReadOnlyList<Builtin> All { get; } =
    [
        new("array.size", 1, 1, static a => Value.From((long)a.List(0).Length)),
        new("array.first", 1, 1, static a => a.List(0) is [var first, ..] ? first : Value.Null),
        new("array.last", 1, 1, static a => a.List(0) is [.., var last] ? last : Value.Null),
        new("array.contains", 2, 2, static a => Value.From(Contains(a.List(0), a[1]))),
        new("array.join", 2, 2, Join),
        new("array.map", 2, 2, Map),
        new("array.compact", 1, 1, static a => ToValue(Array.FindAll(a.List(0), static item => !item.IsNull))),
        new("array.uniq", 1, 1, static a => ToValue([.. Distinct(a.List(0))])),
        new("array.sort", 1, 1, Sort),
        new("array.reverse", 1, 1, Reverse),
        new("array.add", 2, 2, static a => ToValue([.. a.List(0), a[1]])),
        new("array.concat", 2, 2, static a => ToValue([.. a.List(0), .. a.List(1)])),
        new("array.limit", 2, 2, static a => ToValue(a.List(0)[..Place(a)])),
        new("array.offset", 2, 2, static a => ToValue(a.List(0)[Place(a)..])),
        new("object.default", 2, 2, static a => a[0].IsNull || a[0] is { IsString: true, String: "" } ? a[1] : a[0]),
        new("object.has_key", 2, 2, HasKey),
    ];

    private static Value ToValue(Value[] items) => Value.From(new ValueArray(items));

    private static bool Contains(Value[] items, Value wanted) => Array.Exists(items, item => Value.Equal(item, wanted));

    private static Value Reverse(Arguments arguments)
    {
        var items = arguments.List(0);
        Array.Reverse(items);
        return ToValue(items);
    }

    // How many elements of the list the second argument counts.
    private static int Place(Arguments arguments) => Math.Clamp(arguments.Integer(1), 0, arguments.List(0).Length);

    private static Value Join(Arguments arguments)
    {
        var items = arguments.List(0);
        var separator = arguments[1];
        var parts = new List<Value>(items.Length + 1);
        var texts = new List<string>(items.Length);
        foreach (var item in items)
        {
            parts.Add(item);
            texts.Add(Strings.TextOf(item, arguments.Position, "be joined"));
        }

        parts.Add(separator);
        Strings.RequireLength(texts.Sum(static text => (long)text.Length) + ((long)arguments.Text(1).Length * texts.Count), arguments.Position);
        return Strings.Join(parts, string.Join(arguments.Text(1), texts), arguments.Position);
    }

    private static Value Map(Arguments arguments)
    {
        var name = arguments.Text(1);
        var items = arguments.List(0);
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = items[i].Kind == ValueKind.Object
                ? RenderContext.MemberOf(items[i].Object, name)
                : throw new TemplateException(arguments.Position, $"array.map needs a list of objects, not of {items[i].KindName}");
        }

        return ToValue(items);
    }

    private static List<Value> Distinct(Value[] items)
    {
        var distinct = new List<Value>();
        var texts = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            var isNew = item.IsString ? texts.Add(item.String) : !distinct.Exists(earlier => Value.Equal(earlier, item));
            if (isNew)
            {
                distinct.Add(item);
            }
        }

        return distinct;
    }

    private static Value Sort(Arguments arguments)
    {
        var items = arguments.List(0);
        return Array.TrueForAll(items, static item => item.IsString)
                ? Sorted(items, static (left, right) => string.CompareOrdinal(left.String, right.String))
            : Array.TrueForAll(items, static item => item.IsNumeric) ? Sorted(items, static (left, right) => left.Number.CompareTo(right.Number))
            : throw arguments.Wrong(0, "a list of strings only or of numbers only");
    }

    // Equal elements stay in order: they may come from different places of the document.
    private static Value Sorted(Value[] items, Comparison<Value> compare)
    {
        var order = new int[items.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(order, (left, right) => compare(items[left], items[right]) is var sign and not 0 ? sign : left.CompareTo(right));
        var sorted = new Value[items.Length];
        for (var i = 0; i < order.Length; i++)
        {
            sorted[i] = items[order[i]];
        }

        return ToValue(sorted);
    }

    private static Value HasKey(Arguments arguments) => arguments[0].Kind == ValueKind.Object
        ? Value.From(arguments[0].Object.TryGetMember(arguments.Text(1), out _))
        : throw arguments.Wrong(0, "an object");
}
