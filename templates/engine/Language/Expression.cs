// The tree of expressions: constants, names, members, operators.
namespace Amphora.Templates.Language;

internal abstract class Expression(Position position)
{
    public Position Position { get; } = position;

    public abstract Value Evaluate(RenderContext context);
}

internal sealed class Constant(Position position, Value value) : Expression(position)
{
    public override Value Evaluate(RenderContext context) => value;
}

/// <summary>A variable, a name of the model, or the call of a function without arguments.</summary>
internal sealed class Variable(Position position, string name) : Expression(position)
{
    public string Name { get; } = name;

    public override Value Evaluate(RenderContext context) => context.Get(this);
}

/// <summary><c>for.index</c>, <c>while.index</c> and their like.</summary>
internal sealed class LoopMember(Position position, string name) : Expression(position)
{
    public override Value Evaluate(RenderContext context)
    {
        var loop = context.Loop ?? throw new TemplateException(Position, $"for.{name} stands outside of a loop");
        return name switch
        {
            "index" => Value.From((long)loop.Index),
            "first" => Value.From(loop.Index == 0),
            "even" => Value.From(loop.Index % 2 == 0),
            "odd" => Value.From(loop.Index % 2 == 1),
            "last" => Value.From(loop.Index == Count(loop) - 1),
            "rindex" => Value.From((long)(Count(loop) - 1 - loop.Index)),
            _ => Value.From((long)Count(loop)),
        };
    }

    public static bool Exists(string name) => name is "index" or "first" or "even" or "odd" or "last" or "rindex" or "length";

    private int Count(Loop loop) => loop.Count ?? throw new TemplateException(Position, $"a while loop has no {name}");
}

internal sealed class Member(Position position, Expression target, string name, bool isConditional) : Expression(position)
{
    public Expression Target { get; } = target;

    public string Name { get; } = name;

    public override Value Evaluate(RenderContext context)
    {
        var value = Target.Evaluate(context);
        switch (value.Kind)
        {
            case ValueKind.Object:
                return RenderContext.MemberOf(value.Object, Name);
            case ValueKind.Null:
                return isConditional ? Value.Null : throw new TemplateException(Position, $"cannot get the member {Name} of null");
            case ValueKind.List when Name == "size":
                return Value.From((long)value.List.Count);
            case ValueKind.List when Name == "empty?":
                return Value.From(value.List.Count == 0);
            case ValueKind.String when Name == "size":
                return Value.From((long)value.String.Length);
            case ValueKind.String when Name == "empty?":
                return Value.From(value.String.Length == 0);
            default:
                throw new TemplateException(Position, $"{value.KindName} has no member {Name}");
        }
    }
}

internal sealed class Element(Position position, Expression target, Expression index) : Expression(position)
{
    public override Value Evaluate(RenderContext context)
    {
        var value = target.Evaluate(context);
        var key = index.Evaluate(context);
        switch (value.Kind, key.Kind)
        {
            case (ValueKind.List, ValueKind.Integer):
                // A negative index counts from the end, one outside of the list gives null.
                var at = key.Integer < 0 ? key.Integer + value.List.Count : key.Integer;
                return at >= 0 && at < value.List.Count ? value.List[(int)at] : Value.Null;
            case (ValueKind.Object, ValueKind.String):
                return RenderContext.MemberOf(value.Object, key.String);
            default:
                throw new TemplateException(Position, $"{value.KindName} cannot be indexed with {key.KindName}");
        }
    }
}

internal sealed class ArrayLiteral(Position position, IReadOnlyList<Expression> items) : Expression(position)
{
    public override Value Evaluate(RenderContext context)
    {
        var values = new Value[items.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = items[i].Evaluate(context);
        }

        return Value.From(new ValueArray(values));
    }
}

internal sealed class Not(Position position, Expression operand) : Expression(position)
{
    public override Value Evaluate(RenderContext context) => Value.From(!operand.Evaluate(context).IsTruthy);
}

internal sealed class Sign(Position position, Expression operand, bool isNegative) : Expression(position)
{
    public override Value Evaluate(RenderContext context)
    {
        var value = operand.Evaluate(context);
        return !value.IsNumeric ? throw new TemplateException(Position, $"a sign needs a number, not {value.KindName}")
            : isNegative ? Operators.Apply(Operator.Subtract, Value.From(0L), value, Position)
            : value;
    }
}

internal sealed class Conditional(Position position, Expression condition, Expression whenTrue, Expression whenFalse) : Expression(position)
{
    public override Value Evaluate(RenderContext context) =>
        condition.Evaluate(context).IsTruthy ? whenTrue.Evaluate(context) : whenFalse.Evaluate(context);
}

internal sealed class Binary(Position position, Operator @operator, Expression left, Expression right) : Expression(position)
{
    public override Value Evaluate(RenderContext context)
    {
        var value = left.Evaluate(context);
        return @operator switch
        {
            Operator.And => Value.From(value.IsTruthy && right.Evaluate(context).IsTruthy),
            Operator.Or => Value.From(value.IsTruthy || right.Evaluate(context).IsTruthy),
            // As Scriban: the right side runs in any case, so that what fails there fails here.
            Operator.Coalesce => right.Evaluate(context) is var other && value.IsNull ? other : value,
            _ => Operators.Apply(@operator, value, right.Evaluate(context), Position),
        };
    }
}

/// <summary>A call with arguments, or through a pipe.</summary>
internal sealed class Call(Position position, string name, IReadOnlyList<Expression> arguments) : Expression(position)
{
    // Known at parse time unless the template, the model's encoder or nobody defines it.
    private readonly Builtin? _builtin = Builtins.Find(name);

    public string Name { get; } = name;

    public IReadOnlyList<Expression> Arguments { get; } = arguments;

    public override Value Evaluate(RenderContext context)
    {
        var values = new Value[Arguments.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Arguments[i].Evaluate(context);
        }

        return _builtin is null ? context.Invoke(this, values) : _builtin.Invoke(values, Position);
    }
}
