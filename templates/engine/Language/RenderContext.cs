// One rendering: what the tree needs while it runs.
using System.Runtime.CompilerServices;

namespace Amphora.Templates.Language;

internal sealed class RenderContext(TemplateSet templates, ITemplateObject model, Encoding.IOutputEncoder encoder, RenderLimits limits)
{
    private readonly Scopes _scopes = new();
    private readonly Dictionary<string, Function> _functions = new(StringComparer.Ordinal);
    private Printer? _printer;
    private int _iterations;
    private int _depth;

    public Output Output { get; } = new(limits.OutputLength);

    public Printer Printer => _printer ??= new Printer(encoder, Output);

    /// <summary>The innermost loop; null outside of loops.</summary>
    public Loop? Loop { get; private set; }

    /// <summary>What the last <c>ret</c> gave.</summary>
    public Value Result { get; set; }

    public void Print(Value value, Position position) => Printer.Print(value, position);

    public Value Get(Variable variable)
    {
        var name = variable.Name;
        if (_scopes.TryGet(name, out var value))
        {
            return value;
        }

        if (model.TryGetMember(name, out var member))
        {
            return Value.FromModel(member, model, name);
        }

        return _functions.TryGetValue(name, out var function) ? Call(function, [], variable.Position) : Value.Null;
    }

    public void Set(string name, Value value) => _scopes.Set(name, value);

    public void Define(Function function) => _functions[function.Name] = function;

    public static Value MemberOf(ITemplateObject target, string name) =>
        target.TryGetMember(name, out var value) ? Value.FromModel(value, target, name) : Value.Null;

    public Flow Repeat(string variable, TemplateList list, Block body, Position position)
    {
        var (hidden, outer) = (_scopes.Hidden(variable), Loop);
        var loop = Loop = new Loop { Count = list.Count };
        var flow = Flow.Next;
        for (var i = 0; i < list.Count && flow is not (Flow.Break or Flow.Return); i++)
        {
            CountIteration(position);
            loop.Index = i;
            _scopes.Declare(variable, list[i]);
            flow = body.Run(this);
        }

        Loop = outer;
        _scopes.Restore(variable, hidden);
        return flow == Flow.Return ? flow : Flow.Next;
    }

    public Flow Repeat(Expression condition, Block body, Position position)
    {
        var outer = Loop;
        var loop = Loop = new Loop();
        var flow = Flow.Next;
        while (flow is not (Flow.Break or Flow.Return) && condition.Evaluate(this).IsTruthy)
        {
            CountIteration(position);
            flow = body.Run(this);
            loop.Index++;
        }

        Loop = outer;
        return flow == Flow.Return ? flow : Flow.Next;
    }

    /// <summary>Runs a statement whose text goes to a variable.</summary>
    public Flow Capture(Block body, Position position, bool onOneLine, out Value text)
    {
        var (floor, start) = (Output.Floor, Output.Length);
        Output.Floor = start;
        var flow = body.Run(this);
        Output.Floor = floor;
        if (onOneLine)
        {
            RequireOneLine(start, position);
        }

        text = Value.From(Output.Cut(start), Trust.Encoded);
        return flow;
    }

    /// <summary>See <see cref="Statement.Indented"/>.</summary>
    public Flow RunOnOneLine(Statement statement)
    {
        var start = Output.Length;
        var flow = statement.Run(this);
        RequireOneLine(start, statement.Position);
        return flow;
    }

    public Value Invoke(Call call, Value[] arguments) => call.Name switch
    {
        "include" => IncludeAsText(call, arguments),
        _ when _functions.TryGetValue(call.Name, out var function) => Call(function, arguments, call.Position),
        _ when encoder.Functions.TryGetValue(call.Name, out var function) => Printer.Call(function, call.Name, arguments, call.Position),
        _ => throw new TemplateException(call.Position, $"there is no function {call.Name}"),
    };

    /// <summary>Runs another template at this place.</summary>
    public void IncludeHere(Call call)
    {
        var arguments = new Value[call.Arguments.Count];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = call.Arguments[i].Evaluate(this);
        }

        Include(call, arguments);
    }

    private Value IncludeAsText(Call call, Value[] arguments)
    {
        var (floor, start) = (Output.Floor, Output.Length);
        Output.Floor = start;
        Include(call, arguments);
        Output.Floor = floor;
        return Value.From(Output.Cut(start), Trust.Encoded);
    }

    private void Include(Call call, Value[] arguments)
    {
        if (arguments is not [{ IsString: true, Trust: Trust.Literal } name, ..])
        {
            // A name from the document must not choose what is run.
            throw new TemplateException(call.Position, "include needs the name of a template, written in the template");
        }

        var template = templates.Find(name.String)
            ?? throw new TemplateException(call.Position, $"there is no template {name.String}");
        // As Scriban: $0 is the name, $1 the first argument behind it.
        Run(template.Body, arguments, null, call.Position);
    }

    private Value Call(Function function, Value[] arguments, Position position)
    {
        if (function.Parameters is { } parameters && parameters.Count != arguments.Length)
        {
            throw Builtin.WrongCount(function.Name, parameters.Count, parameters.Count, arguments.Length, position);
        }

        return Run(function.Body, arguments, function.Parameters, position);
    }

    private Value Run(Block body, ReadOnlySpan<Value> arguments, IReadOnlyList<string>? parameters, Position position)
    {
        if (++_depth > limits.Depth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new TemplateException(position, $"templates and functions call each other more than {limits.Depth} levels deep");
        }

        var (caller, loop) = (_scopes.Enter(arguments, parameters), Loop);
        (Loop, Result) = (null, Value.Null);
        body.Run(this);
        var result = Result;
        (Loop, Result) = (loop, Value.Null);
        _scopes.Leave(caller, parameters is not null);
        _depth--;
        return result;
    }

    private void CountIteration(Position position)
    {
        if (++_iterations > limits.Iterations)
        {
            throw new TemplateException(position, $"the loops of this rendering run more than {limits.Iterations} times");
        }
    }

    private void RequireOneLine(int start, Position position)
    {
        if (Output.From(start).Contains('\n'))
        {
            throw new TemplateException(position, "this tag prints several lines but is indented: write {{~ instead of {{, or start in the first column");
        }
    }
}
