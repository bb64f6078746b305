// Arithmetic, comparison and concatenation.
namespace Amphora.Templates.Language;

internal enum Operator
{
    Coalesce,
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
    Range,
    RangeExclusive,
    Add,
    Subtract,
    Multiply,
    Divide,
    DivideInteger,
    Modulo,
}

internal static class Operators
{
    /// <summary>Applies an operator to two values (not the three that may leave out their right side).</summary>
    public static Value Apply(Operator @operator, Value left, Value right, Position position) => @operator switch
    {
        Operator.Equal => Value.From(AreEqual(left, right, position)),
        Operator.NotEqual => Value.From(!AreEqual(left, right, position)),
        Operator.Less or Operator.Greater or Operator.LessOrEqual or Operator.GreaterOrEqual => Compare(@operator, left, right, position),
        Operator.Range or Operator.RangeExclusive => Range(@operator, left, right, position),
        Operator.Add when left.IsString || right.IsString => Concatenate(left, right, position),
        _ when left.Kind == ValueKind.Integer && right.Kind == ValueKind.Integer => Integers(@operator, left.Integer, right.Integer, position),
        _ when left.IsNumeric && right.IsNumeric => Numbers(@operator, left.Number, right.Number, position),
        _ => throw Unsupported(@operator, left, right, position),
    };

    private static bool AreEqual(Value left, Value right, Position position) =>
        left.Kind == right.Kind && left.Kind is ValueKind.List or ValueKind.Object
            ? throw Unsupported(Operator.Equal, left, right, position)
            : Value.Equal(left, right);

    private static Value Concatenate(Value left, Value right, Position position)
    {
        var text = Strings.TextOf(left, position, "be joined") + Strings.TextOf(right, position, "be joined");
        return Strings.Join([left, right], text, position);
    }

    private static Value Compare(Operator @operator, Value left, Value right, Position position)
    {
        var order = left.IsString && right.IsString ? string.CompareOrdinal(left.String, right.String)
            : left.Kind == ValueKind.Integer && right.Kind == ValueKind.Integer ? left.Integer.CompareTo(right.Integer)
            : left.IsNumeric && right.IsNumeric ? left.Number.CompareTo(right.Number)
            : throw Unsupported(@operator, left, right, position);
        return Value.From(@operator switch
        {
            Operator.Less => order < 0,
            Operator.Greater => order > 0,
            Operator.LessOrEqual => order <= 0,
            _ => order >= 0,
        });
    }

    // Scriban counts down when the end is smaller; ..< leaves out the end in both directions.
    private static Value Range(Operator @operator, Value left, Value right, Position position)
    {
        if (left.Kind != ValueKind.Integer || right.Kind != ValueKind.Integer)
        {
            throw Unsupported(@operator, left, right, position);
        }

        var distance = (Int128)right.Integer - left.Integer;
        var count = Int128.Abs(distance) + (@operator == Operator.Range ? 1 : 0);
        return count > int.MaxValue
            ? throw new TemplateException(position, $"a range of {count} numbers is too long")
            : Value.From(new RangeList(left.Integer, (int)count, distance < 0 ? -1 : 1));
    }

    private static Value Integers(Operator @operator, long left, long right, Position position)
    {
        if (right == 0 && @operator is Operator.Divide or Operator.DivideInteger or Operator.Modulo)
        {
            throw new TemplateException(position, "cannot divide by zero");
        }

        try
        {
            return @operator switch
            {
                Operator.Add => Value.From(checked(left + right)),
                Operator.Subtract => Value.From(checked(left - right)),
                Operator.Multiply => Value.From(checked(left * right)),
                Operator.Divide => Value.From((double)left / right),
                Operator.DivideInteger => Value.From(checked(left / right)),
                _ => Value.From(right == -1 ? 0 : left % right),
            };
        }
        catch (OverflowException)
        {
            throw new TemplateException(position, "the result does not fit into 64 bits");
        }
    }

    private static Value Numbers(Operator @operator, double left, double right, Position position)
    {
        if (right == 0 && @operator is Operator.Divide or Operator.Modulo)
        {
            throw new TemplateException(position, "cannot divide by zero");
        }

        return @operator switch
        {
            Operator.Add => Value.From(left + right),
            Operator.Subtract => Value.From(left - right),
            Operator.Multiply => Value.From(left * right),
            Operator.Divide => Value.From(left / right),
            Operator.Modulo => Value.From(left % right),
            _ => throw new TemplateException(position, "// divides integers only"),
        };
    }

    private static TemplateException Unsupported(Operator @operator, Value left, Value right, Position position) =>
        new(position, $"{Spelling(@operator)} does not take {left.KindName} and {right.KindName}");

    private static string Spelling(Operator @operator) => @operator switch
    {
        Operator.Equal or Operator.NotEqual => "a comparison",
        Operator.Less => "<",
        Operator.Greater => ">",
        Operator.LessOrEqual => "<=",
        Operator.GreaterOrEqual => ">=",
        Operator.Range => "..",
        Operator.RangeExclusive => "..<",
        Operator.Add => "+",
        Operator.Subtract => "-",
        Operator.Multiply => "*",
        Operator.Divide => "/",
        Operator.DivideInteger => "//",
        _ => "%",
    };
}
