// The parser's view of the tokens: what comes next, and the complaint when it is something else.
namespace Amphora.Templates.Language;

internal sealed class TokenReader(List<Token> tokens)
{
    // Deeper nesting and longer chains of operators than any template has; it bounds the stack of parser and evaluator.
    private const int MaxDepth = 200;

    private int _index;
    private int _depth;

    public Token Current => tokens[_index];

    public Token Next => tokens[Math.Min(_index + 1, tokens.Count - 1)];

    public Token Take()
    {
        var token = tokens[_index];
        if (token.Kind != TokenKind.EndOfFile)
        {
            _index++;
        }

        return token;
    }

    public bool TakeOperator(string text) => Current.IsOperator(text) && Take() is var _;

    public bool TakeWord(string text) => Current.IsWord(text) && Take() is var _;

    public void ExpectOperator(string text)
    {
        if (!TakeOperator(text))
        {
            throw Error($"{text} is missing before {Current}");
        }
    }

    public void ExpectWord(string text)
    {
        if (!TakeWord(text))
        {
            throw Error($"{text} is missing before {Current}");
        }
    }

    public string ExpectName(string what) => Current.Kind is TokenKind.Identifier or TokenKind.Local
        ? Take().Text
        : throw Error($"the name of {what} is missing before {Current}");

    public void SkipNewlines()
    {
        while (Current is { Kind: TokenKind.EndOfStatement, Text: "\n" })
        {
            _index++;
        }
    }

    public void Enter()
    {
        if (++_depth > MaxDepth)
        {
            throw Error($"this is nested more than {MaxDepth} levels deep");
        }
    }

    public void Leave(int levels = 1) => _depth -= levels;

    public TemplateException Error(string sentence) => new(Current.Position, sentence);
}
