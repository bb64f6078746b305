// Reads expressions: pipes over calls over ? : over operators over members.
using System.Globalization;

namespace Amphora.Templates.Language;

internal sealed class ExpressionParser(TokenReader tokens)
{
    // From loosest to tightest.
    private static readonly (string Text, Operator Operator)[][] Levels =
    [
        [("??", Operator.Coalesce)],
        [("||", Operator.Or)],
        [("&&", Operator.And)],
        [("==", Operator.Equal), ("!=", Operator.NotEqual)],
        [("<", Operator.Less), (">", Operator.Greater), ("<=", Operator.LessOrEqual), (">=", Operator.GreaterOrEqual)],
        [("+", Operator.Add), ("-", Operator.Subtract)],
        [("*", Operator.Multiply), ("/", Operator.Divide), ("//", Operator.DivideInteger), ("%", Operator.Modulo)],
        [("..", Operator.Range), ("..<", Operator.RangeExclusive)],
    ];

    /// <summary>A whole expression, with pipes.</summary>
    public Expression Read()
    {
        var levels = 1;
        tokens.Enter();
        var value = ReadCallOrConditional();
        for (; tokens.Current.IsOperator("|"); levels++)
        {
            tokens.Enter();
            tokens.Take();
            tokens.SkipNewlines();
            value = ReadPipeTarget(value);
        }

        tokens.Leave(levels);
        return value;
    }

    private Call ReadPipeTarget(Expression input)
    {
        var start = tokens.Current;
        var name = PathOf(ReadPrimaryWithMembers())
            ?? throw new TemplateException(start.Position, "| needs the name of a function");
        return new Call(start.Position, name, [input, .. ReadArguments()]);
    }

    private Expression ReadCallOrConditional()
    {
        var start = tokens.Current;
        var value = ReadBinary(0);
        if (StartsArgument(tokens.Current))
        {
            var name = PathOf(value) ?? throw tokens.Error($"an operator is missing before {tokens.Current}");
            return new Call(start.Position, name, ReadArguments());
        }

        if (!tokens.TakeOperator("?"))
        {
            return value;
        }

        var whenTrue = Read();
        tokens.ExpectOperator(":");
        return new Conditional(start.Position, value, whenTrue, Read());
    }

    /// <summary>Arguments in a row. Scriban reads an operator behind them as part of the last argument, which is hardly ever meant:
    /// refused, so that nobody has to know.</summary>
    private List<Expression> ReadArguments()
    {
        var arguments = new List<Expression>();
        while (StartsArgument(tokens.Current))
        {
            arguments.Add(ReadPrimaryWithMembers());
        }

        return tokens.Current.Kind == TokenKind.Operator && tokens.Current.Text is not ("|" or ")" or "]" or "," or ":")
            ? throw tokens.Error($"put the call or the argument in parentheses: it is not clear what {tokens.Current} belongs to")
            : arguments;
    }

    private static bool StartsArgument(Token token) => token.Kind switch
    {
        TokenKind.String or TokenKind.Integer or TokenKind.Number or TokenKind.Local => true,
        TokenKind.Identifier => !Parser.IsKeyword(token.Text) || token.Text is "for" or "while",
        TokenKind.Operator => token.Text is "(" or "[",
        _ => false,
    };

    private Expression ReadBinary(int level)
    {
        if (level == Levels.Length)
        {
            return ReadUnary();
        }

        var levels = 0;
        var left = ReadBinary(level + 1);
        for (; OperatorOf(level) is { } @operator; levels++)
        {
            tokens.Enter();
            var position = tokens.Take().Position;
            left = new Binary(position, @operator, left, ReadBinary(level + 1));
        }

        tokens.Leave(levels);
        return left;
    }

    private Operator? OperatorOf(int level)
    {
        if (tokens.Current.Kind == TokenKind.Operator)
        {
            foreach (var (text, @operator) in Levels[level])
            {
                if (tokens.Current.Text == text)
                {
                    return @operator;
                }
            }
        }

        return null;
    }

    private Expression ReadUnary()
    {
        var start = tokens.Current;
        if (start.Kind != TokenKind.Operator || start.Text is not ("!" or "-" or "+"))
        {
            return ReadPrimaryWithMembers();
        }

        tokens.Take();
        tokens.Enter();
        var operand = ReadUnary();
        tokens.Leave();
        return start.Text == "!" ? new Not(start.Position, operand) : new Sign(start.Position, operand, start.Text == "-");
    }

    private Expression ReadPrimaryWithMembers()
    {
        var value = ReadPrimary();
        for (var levels = 0; ; levels++)
        {
            tokens.Enter();
            var position = tokens.Current.Position;
            if (tokens.Current.Text is "." or "?." && tokens.Current.Kind == TokenKind.Operator)
            {
                var isConditional = tokens.Take().Text == "?.";
                value = new Member(position, value, tokens.ExpectName("a member"), isConditional);
            }
            else if (tokens.Current.IsOperator("[") && tokens.Current.IsAttached && value is not (ArrayLiteral or Constant))
            {
                tokens.Take();
                value = new Element(position, value, Read());
                tokens.ExpectOperator("]");
            }
            else
            {
                tokens.Leave(levels + 1);
                return value;
            }
        }
    }

    private Expression ReadPrimary()
    {
        var token = tokens.Take();
        switch (token.Kind)
        {
            case TokenKind.String:
                return new Constant(token.Position, Value.From(token.Text, Trust.Literal));
            case TokenKind.Integer:
                return new Constant(token.Position, Value.From(long.Parse(token.Text, CultureInfo.InvariantCulture)));
            case TokenKind.Number:
                return new Constant(token.Position, Value.From(double.Parse(token.Text, CultureInfo.InvariantCulture)));
            case TokenKind.Local:
                return new Variable(token.Position, token.Text);
            case TokenKind.Identifier:
                return ReadName(token);
            case TokenKind.Operator when token.Text == "(":
                var inner = Read();
                tokens.ExpectOperator(")");
                return inner;
            case TokenKind.Operator when token.Text == "[":
                return ReadArray(token);
            default:
                throw new TemplateException(token.Position, $"a value is missing before {token}");
        }
    }

    private Expression ReadName(Token token)
    {
        switch (token.Text)
        {
            case "true":
                return new Constant(token.Position, Value.True);
            case "false":
                return new Constant(token.Position, Value.False);
            case "null":
                return new Constant(token.Position, Value.Null);
            case "for" or "while" when tokens.TakeOperator("."):
                var name = tokens.ExpectName("a member");
                return LoopMember.Exists(name)
                    ? new LoopMember(token.Position, name)
                    : throw new TemplateException(token.Position, $"there is no {token.Text}.{name}");
            default:
                return Parser.IsUnsupported(token.Text) || Parser.IsKeyword(token.Text)
                    ? throw new TemplateException(token.Position, $"{token.Text} is not supported here")
                    : new Variable(token.Position, token.Text);
        }
    }

    private ArrayLiteral ReadArray(Token start)
    {
        var items = new List<Expression>();
        tokens.SkipNewlines();
        while (!tokens.TakeOperator("]"))
        {
            if (items.Count > 0)
            {
                tokens.ExpectOperator(",");
                tokens.SkipNewlines();
            }

            items.Add(Read());
            tokens.SkipNewlines();
        }

        return new ArrayLiteral(start.Position, items);
    }

    /// <summary>The dotted name of what might be a function; null when it is something else.</summary>
    private static string? PathOf(Expression expression) => expression switch
    {
        Variable variable => variable.Name,
        Member member => PathOf(member.Target) is { } target ? $"{target}.{member.Name}" : null,
        _ => null,
    };
}
