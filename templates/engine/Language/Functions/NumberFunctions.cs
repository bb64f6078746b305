// math.*: Scriban's functions on numbers.
namespace Amphora.Templates.Language;

internal static class NumberFunctions
{
    public static IReadOnlyList<Builtin> All { get; } =
    [
        new("math.abs", 1, 1, static a => a[0].Kind == ValueKind.Integer && a[0].Integer != long.MinValue
            ? Value.From(Math.Abs(a[0].Integer))
            : Value.From(Math.Abs(a.Number(0)))),
        new("math.ceil", 1, 1, static a => Value.From(Math.Ceiling(a.Number(0)))),
        new("math.floor", 1, 1, static a => Value.From(Math.Floor(a.Number(0)))),
        new("math.round", 1, 2, static a => Value.From(Math.Round(a.Number(0), a.Count > 1 ? Digits(a) : 0))),
        new("math.plus", 2, 2, static a => Operators.Apply(Operator.Add, Operand(a, 0), Operand(a, 1), a.Position)),
        new("math.minus", 2, 2, static a => Operators.Apply(Operator.Subtract, Operand(a, 0), Operand(a, 1), a.Position)),
        new("math.times", 2, 2, static a => Operators.Apply(Operator.Multiply, Operand(a, 0), Operand(a, 1), a.Position)),
        new("math.modulo", 2, 2, static a => Operators.Apply(Operator.Modulo, Operand(a, 0), Operand(a, 1), a.Position)),
    ];

    private static Value Operand(Arguments arguments, int index) =>
        arguments[index].IsNumeric ? arguments[index] : throw arguments.Wrong(index, "a number");

    private static int Digits(Arguments arguments) => arguments.Integer(1) is var digits and >= 0 and <= 15
        ? digits
        : throw arguments.Wrong(1, "a number of digits from 0 to 15");
}
