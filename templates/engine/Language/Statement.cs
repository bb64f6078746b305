// The tree of statements.
namespace Amphora.Templates.Language;

/// <summary>How a statement ends.</summary>
internal enum Flow
{
    Next,
    Break,
    Continue,
    Return,
}

internal abstract class Statement(Position position)
{
    public Position Position { get; } = position;

    /// <summary>True when its tag follows nothing but blanks on its line and keeps them. Scriban indents every line such a tag prints
    /// by these blanks; we refuse to print several, so that both render the same text.</summary>
    public bool Indented { get; init; }

    public abstract Flow Run(RenderContext context);
}

/// <summary>Statements in a row.</summary>
internal sealed class Block(IReadOnlyList<Statement> statements)
{
    private readonly Statement[] _statements = [.. statements];

    public Flow Run(RenderContext context)
    {
        foreach (var statement in _statements)
        {
            var flow = statement.Indented ? context.RunOnOneLine(statement) : statement.Run(context);
            if (flow != Flow.Next)
            {
                return flow;
            }
        }

        return Flow.Next;
    }
}

/// <summary>Text between tags: printed as it stands.</summary>
internal sealed class TextStatement(Position position, string text) : Statement(position)
{
    public override Flow Run(RenderContext context)
    {
        context.Output.Append(text, Position);
        return Flow.Next;
    }
}

/// <summary>An expression whose value is printed.</summary>
internal sealed class PrintStatement(Position position, Expression expression) : Statement(position)
{
    public override Flow Run(RenderContext context)
    {
        if (expression is Call { Name: "include" } include)
        {
            context.IncludeHere(include);
        }
        else
        {
            context.Print(expression.Evaluate(context), Position);
        }

        return Flow.Next;
    }
}

internal sealed class Assignment(Position position, string name, Expression expression) : Statement(position)
{
    public override Flow Run(RenderContext context)
    {
        context.Set(name, expression.Evaluate(context));
        return Flow.Next;
    }
}

/// <summary><c>if</c> with its <c>else if</c> and <c>else</c>; an arm without a condition is taken.</summary>
internal sealed class IfStatement(Position position, IReadOnlyList<(Expression? Condition, Block Body)> arms) : Statement(position)
{
    public override Flow Run(RenderContext context)
    {
        foreach (var (condition, body) in arms)
        {
            if (condition is null || condition.Evaluate(context).IsTruthy)
            {
                return body.Run(context);
            }
        }

        return Flow.Next;
    }
}

/// <summary><c>case</c>: the first <c>when</c> with an equal value; an arm without values is <c>else</c>.</summary>
internal sealed class CaseStatement(Position position, Expression subject, IReadOnlyList<(IReadOnlyList<Expression>? Values, Block Body)> arms)
    : Statement(position)
{
    public override Flow Run(RenderContext context)
    {
        var value = subject.Evaluate(context);
        foreach (var (values, body) in arms)
        {
            if (values is null || values.Any(candidate => Value.Equal(value, candidate.Evaluate(context))))
            {
                return body.Run(context);
            }
        }

        return Flow.Next;
    }
}

internal sealed class ForStatement(Position position, string variable, Expression source, Block body, Block? whenEmpty) : Statement(position)
{
    public override Flow Run(RenderContext context)
    {
        var value = source.Evaluate(context);
        if (value.IsNull)
        {
            // As Scriban: else is for a list without elements only.
            return Flow.Next;
        }

        if (value.Kind != ValueKind.List)
        {
            throw new TemplateException(source.Position, $"for needs a list, not {value.KindName}");
        }

        return value.List.Count == 0 ? whenEmpty?.Run(context) ?? Flow.Next : context.Repeat(variable, value.List, body, Position);
    }
}

internal sealed class WhileStatement(Position position, Expression condition, Block body) : Statement(position)
{
    public override Flow Run(RenderContext context) => context.Repeat(condition, body, Position);
}

internal sealed class CaptureStatement(Position position, string variable, Block body) : Statement(position)
{
    public override Flow Run(RenderContext context)
    {
        var flow = context.Capture(body, Position, Indented, out var text);
        context.Set(variable, text);
        return flow;
    }
}

/// <summary>Defines a function when it is run.</summary>
internal sealed class FunctionStatement(Position position, Function function) : Statement(position)
{
    public override Flow Run(RenderContext context)
    {
        context.Define(function);
        return Flow.Next;
    }
}

/// <summary><c>break</c>, <c>continue</c> and <c>ret</c>.</summary>
internal sealed class JumpStatement(Position position, Flow flow, Expression? result) : Statement(position)
{
    public override Flow Run(RenderContext context)
    {
        if (flow == Flow.Return)
        {
            context.Result = result?.Evaluate(context) ?? Value.Null;
        }

        return flow;
    }
}

/// <summary>A function of a template.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parameters">Names of its parameters; null: takes any arguments, as <c>$0</c>, <c>$1</c> …</param>
/// <param name="Body">What it runs.</param>
internal sealed record Function(string Name, IReadOnlyList<string>? Parameters, Block Body);

/// <summary>Where a loop stands.</summary>
internal sealed class Loop
{
    public int Index { get; set; }

    /// <summary>Number of elements; null in a <c>while</c>.</summary>
    public int? Count { get; init; }
}
