// array.* and object.*: Scriban's functions on lists and objects.
namespace Amphora.Templates.Language;

internal static class ListFunctions
{
    public static IReadOnlyList<Builtin> All { get; } =
    [
        new("array.size", 1, 1, static a => Value.From((long)a.List(0).Count)),
        new("array.first", 1, 1, static a => a.List(0) is [var first, ..] ? first : Value.Null),
        new("array.last", 1, 1, static a => a.List(0) is [.., var last] ? last : Value.Null),
        new("array.contains", 2, 2, static a => Value.From(Contains(a.List(0), a[1]))),
        new("array.join", 2, 2, Join),
        new("array.map", 2, 2, Map),
        new("array.compact", 1, 1, static a => ToValue(a.List(0).Where(static item => !item.IsNull))),
        new("array.uniq", 1, 1, static a => ToValue(Distinct(a.List(0)))),
        new("array.sort", 1, 1, Sort),
        new("array.reverse", 1, 1, static a => ToValue(a.List(0).Reverse())),
        new("array.add", 2, 2, static a => ToValue(a.List(0).Append(a[1]))),
        new("array.concat", 2, 2, static a => ToValue(a.List(0).Concat(a.List(1)))),
        new("array.limit", 2, 2, static a => ToValue(a.List(0).Take(a.Integer(1)))),
        new("array.offset", 2, 2, static a => ToValue(a.List(0).Skip(a.Integer(1)))),
        new("object.default", 2, 2, static a => a[0].IsNull || a[0] is { IsString: true, String: "" } ? a[1] : a[0]),
        new("object.has_key", 2, 2, HasKey),
    ];

    private static Value ToValue(IEnumerable<Value> items) => Value.From(new ValueArray([.. items]));

    private static bool Contains(IReadOnlyList<Value> items, Value wanted) => items.Any(item => Value.Equal(item, wanted));

    private static Value Join(Arguments arguments)
    {
        var items = arguments.List(0);
        var separator = arguments[1];
        var parts = new List<Value>(items.Count + 1);
        var texts = new List<string>(items.Count);
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
        return ToValue(arguments.List(0).Select(item => item.Kind == ValueKind.Object
            ? RenderContext.MemberOf(item.Object, name)
            : throw new TemplateException(arguments.Position, $"array.map needs a list of objects, not of {item.KindName}")));
    }

    private static List<Value> Distinct(IReadOnlyList<Value> items)
    {
        var distinct = new List<Value>();
        var texts = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            var isNew = item.IsString ? texts.Add(item.String) : !Contains(distinct, item);
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
        return items.All(static item => item.IsString) ? ToValue(items.OrderBy(static item => item.String, StringComparer.Ordinal))
            : items.All(static item => item.IsNumeric) ? ToValue(items.OrderBy(static item => item.Number))
            : throw arguments.Wrong(0, "a list of strings only or of numbers only");
    }

    private static Value HasKey(Arguments arguments) => arguments[0].Kind == ValueKind.Object
        ? Value.From(arguments[0].Object.TryGetMember(arguments.Text(1), out _))
        : throw arguments.Wrong(0, "an object");
}
