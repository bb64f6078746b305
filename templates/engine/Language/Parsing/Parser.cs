// Reads statements; ExpressionParser reads what stands in them.
namespace Amphora.Templates.Language;

internal sealed class Parser
{
    private readonly TokenReader _tokens;
    private readonly ExpressionParser _expressions;
    private int _loops;
    private int _functions;

    public Parser(List<Token> tokens)
    {
        _tokens = new TokenReader(tokens);
        _expressions = new ExpressionParser(_tokens);
    }

    public Block ReadTemplate()
    {
        var body = ReadBlock();
        return _tokens.Current.Kind == TokenKind.EndOfFile
            ? body
            : throw _tokens.Error($"{_tokens.Current.Text} stands here without a beginning");
    }

    /// <summary>Words that have a meaning in Scriban but none here.</summary>
    public static bool IsUnsupported(string word) => word is "with" or "wrap" or "import" or "readonly" or "tablerow" or "do" or "this";

    /// <summary>Words that start or end statements.</summary>
    public static bool IsKeyword(string word) => word is "if" or "else" or "end" or "for" or "in" or "while" or "case" or "when"
        or "break" or "continue" or "capture" or "func" or "ret";

    private Block ReadBlock()
    {
        _tokens.Enter();
        var statements = new List<Statement>();
        while (true)
        {
            var token = _tokens.Current;
            if (token.Kind == TokenKind.EndOfFile || token is { Kind: TokenKind.Identifier, Text: "end" or "else" or "when" })
            {
                _tokens.Leave();
                return new Block(statements);
            }

            if (token.Kind == TokenKind.EndOfStatement)
            {
                _tokens.Take();
            }
            else
            {
                statements.Add(ReadStatement(token));
            }
        }
    }

    private Statement ReadStatement(Token token)
    {
        if (token.Kind == TokenKind.Text)
        {
            return new TextStatement(token.Position, _tokens.Take().Text);
        }

        Statement statement = token.Kind == TokenKind.Identifier && !_tokens.Next.IsOperator(".")
            ? token.Text switch
            {
                "if" => ReadIf(),
                "case" => ReadCase(),
                "for" => ReadFor(),
                "while" => ReadWhile(),
                "capture" => ReadCapture(),
                "func" => ReadFunction(),
                "break" or "continue" => ReadLoopJump(),
                "ret" => ReadReturn(),
                _ => ReadSimple(),
            }
            : ReadSimple();
        if (_tokens.Current.Kind is not (TokenKind.EndOfStatement or TokenKind.EndOfFile))
        {
            throw _tokens.Error($"the statement should end before {_tokens.Current}");
        }

        return statement;
    }

    private Statement ReadSimple()
    {
        var start = _tokens.Current;
        if (start.Kind is TokenKind.Identifier or TokenKind.Local && _tokens.Next.IsOperator("="))
        {
            if (IsKeyword(start.Text) || IsUnsupported(start.Text))
            {
                throw _tokens.Error($"{start.Text} cannot be the name of a variable");
            }

            _tokens.Take();
            _tokens.Take();
            return new Assignment(start.Position, start.Text, _expressions.Read()) { Indented = start.Indented };
        }

        var expression = _expressions.Read();
        return _tokens.Current.IsOperator("=")
            ? throw _tokens.Error("only variables can be assigned")
            : new PrintStatement(start.Position, expression) { Indented = start.Indented };
    }

    private IfStatement ReadIf()
    {
        var start = _tokens.Take();
        var arms = new List<(Expression?, Block)> { (_expressions.Read(), ReadBody()) };
        while (_tokens.TakeWord("else"))
        {
            if (!_tokens.TakeWord("if"))
            {
                arms.Add((null, ReadBody()));
                break;
            }

            arms.Add((_expressions.Read(), ReadBody()));
        }

        ReadEnd(start);
        return new IfStatement(start.Position, arms) { Indented = start.Indented };
    }

    private CaseStatement ReadCase()
    {
        var start = _tokens.Take();
        var subject = _expressions.Read();
        SkipUpToWhen();
        var arms = new List<(IReadOnlyList<Expression>?, Block)>();
        while (_tokens.TakeWord("when"))
        {
            arms.Add((ReadWhenValues(), ReadBody()));
        }

        if (_tokens.TakeWord("else"))
        {
            arms.Add((null, ReadBody()));
        }

        ReadEnd(start);
        return new CaseStatement(start.Position, subject, arms) { Indented = start.Indented };
    }

    // Between case and the first when only blank text may stand; it is not printed.
    private void SkipUpToWhen()
    {
        while (_tokens.Current.Kind == TokenKind.EndOfStatement
            || (_tokens.Current.Kind == TokenKind.Text && string.IsNullOrWhiteSpace(_tokens.Current.Text)))
        {
            _tokens.Take();
        }

        if (!_tokens.Current.IsWord("when"))
        {
            throw _tokens.Error($"when is missing before {_tokens.Current}");
        }
    }

    private List<Expression> ReadWhenValues()
    {
        var values = new List<Expression> { _expressions.Read() };
        while (_tokens.TakeOperator(","))
        {
            values.Add(_expressions.Read());
        }

        return values;
    }

    private ForStatement ReadFor()
    {
        var start = _tokens.Take();
        var variable = ReadVariableName("the loop's variable");
        _tokens.ExpectWord("in");
        var source = _expressions.Read();
        var body = ReadLoopBody();
        var whenEmpty = _tokens.TakeWord("else") ? ReadBody() : null;
        ReadEnd(start);
        return new ForStatement(start.Position, variable, source, body, whenEmpty) { Indented = start.Indented };
    }

    private WhileStatement ReadWhile()
    {
        var start = _tokens.Take();
        var condition = _expressions.Read();
        var body = ReadLoopBody();
        ReadEnd(start);
        return new WhileStatement(start.Position, condition, body) { Indented = start.Indented };
    }

    private CaptureStatement ReadCapture()
    {
        var start = _tokens.Take();
        var variable = ReadVariableName("the variable");
        var body = ReadBody();
        ReadEnd(start);
        return new CaptureStatement(start.Position, variable, body) { Indented = start.Indented };
    }

    private FunctionStatement ReadFunction()
    {
        var start = _tokens.Take();
        if (start.Indented)
        {
            throw new TemplateException(start.Position, "a function is indented: write {{~ instead of {{, or start in the first column");
        }

        var name = _tokens.Current.Kind == TokenKind.Identifier ? ReadVariableName("the function") : throw _tokens.Error("the name of the function is missing");
        var parameters = _tokens.TakeOperator("(") ? ReadParameters() : null;
        var loops = _loops;
        _loops = 0;
        _functions++;
        var body = ReadBody();
        _functions--;
        _loops = loops;
        ReadEnd(start);
        return new FunctionStatement(start.Position, new Function(name, parameters, body));
    }

    private List<string> ReadParameters()
    {
        var parameters = new List<string>();
        while (!_tokens.TakeOperator(")"))
        {
            if (parameters.Count > 0)
            {
                _tokens.ExpectOperator(",");
            }

            parameters.Add(ReadVariableName("a parameter"));
        }

        return parameters;
    }

    private JumpStatement ReadLoopJump()
    {
        if (_loops == 0)
        {
            throw _tokens.Error($"{_tokens.Current.Text} stands outside of a loop");
        }

        var start = _tokens.Take();
        return new JumpStatement(start.Position, start.Text == "break" ? Flow.Break : Flow.Continue, null);
    }

    private JumpStatement ReadReturn()
    {
        var start = _tokens.Take();
        var result = _tokens.Current.Kind == TokenKind.EndOfStatement ? null : _expressions.Read();
        return result is not null && _functions == 0
            ? throw new TemplateException(start.Position, "ret with a value stands outside of a function")
            : new JumpStatement(start.Position, Flow.Return, result);
    }

    private string ReadVariableName(string what)
    {
        var token = _tokens.Current;
        return token.Kind == TokenKind.Identifier && (IsKeyword(token.Text) || IsUnsupported(token.Text))
            ? throw _tokens.Error($"{token.Text} cannot be the name of {what}")
            : _tokens.ExpectName(what);
    }

    private Block ReadLoopBody()
    {
        _loops++;
        var body = ReadBody();
        _loops--;
        return body;
    }

    private Block ReadBody() => _tokens.Current.Kind == TokenKind.EndOfStatement
        ? ReadBlock()
        : throw _tokens.Error($"a newline, ; or }}}} is missing before {_tokens.Current}");

    private void ReadEnd(Token start)
    {
        if (!_tokens.Current.IsWord("end"))
        {
            throw new TemplateException(start.Position, $"this {start.Text} has no end: found {_tokens.Current} instead");
        }

        _tokens.Take();
    }
}
