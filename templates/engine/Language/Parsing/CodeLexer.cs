// Reads the inside of one tag: names, numbers, strings, operators, comments, and how the tag ends.
using System.Globalization;
using System.Text;

namespace Amphora.Templates.Language;

internal sealed class CodeLexer(Source source, List<Token> tokens, bool indented)
{
    // Longest first: ".." must not be read from "..<".
    private static readonly string[] Operators =
    [
        "..<", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "//", "..", "+", "-", "*", "/", "%", "<", ">", "!", "=", "|",
        ".", ",", "(", ")", "[", "]", "?", ":",
    ];

    private readonly Position _tagStart = source.Position;
    private Position _lastEnd;

    public Strip ReadTag()
    {
        while (true)
        {
            if (source.AtEnd)
            {
                throw new TemplateException(_tagStart, "this tag has no end: }} is missing");
            }

            if (EndOfTag() is { } strip)
            {
                return strip;
            }

            ReadToken();
        }
    }

    private Strip? EndOfTag()
    {
        var (length, strip) = source.Follows("}}") ? (2, Strip.Nothing)
            : source.Follows("-}}") ? (3, Strip.AllWhiteSpace)
            : source.Follows("~}}") ? (3, Strip.ThroughNewline)
            : (0, Strip.Nothing);
        if (length == 0)
        {
            return null;
        }

        Add(TokenKind.EndOfStatement, "}}", source.Position);
        source.Advance(length);
        return strip;
    }

    private void ReadToken()
    {
        var (start, count) = (source.Position, tokens.Count);
        switch (source.Current)
        {
            case '\n' or ';':
                Add(TokenKind.EndOfStatement, source.Rest[..1].ToString(), start);
                source.Advance(1);
                break;
            case ' ' or '\t' or '\r':
                source.Advance(1);
                break;
            case '#':
                SkipComment(start);
                break;
            case '"' or '\'' or '`':
                ReadString(start);
                break;
            case '$' or '_' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'):
                ReadName(start);
                break;
            case >= '0' and <= '9':
                ReadNumber(start);
                break;
            default:
                ReadOperator(start);
                break;
        }

        _lastEnd = tokens.Count > count ? source.Position : default;
    }

    private void SkipComment(Position start)
    {
        if (source.Peek(1) == '#')
        {
            source.Advance(2);
            var end = source.Rest.IndexOf("##", StringComparison.Ordinal);
            if (end < 0)
            {
                throw new TemplateException(start, "this comment has no end: ## is missing");
            }

            source.Advance(end + 2);
            return;
        }

        while (!source.AtEnd && source.Current != '\n' && !source.Follows("}}") && !source.Follows("-}}") && !source.Follows("~}}"))
        {
            source.Advance(1);
        }
    }

    private void ReadName(Position start)
    {
        var isLocal = source.Current == '$';
        source.Advance(isLocal ? 1 : 0);
        var name = source.TakeWhile(static c => char.IsAsciiLetterOrDigit(c) || c == '_').ToString();
        if (name == "empty" && source.Current == '?' && tokens is [.., { Kind: TokenKind.Operator, Text: "." or "?." }])
        {
            source.Advance(1);
            name = "empty?";
        }

        if (isLocal && name.Length == 0)
        {
            throw new TemplateException(start, "a name is missing after $");
        }

        Add(isLocal ? TokenKind.Local : TokenKind.Identifier, isLocal ? "$" + name : name, start);
    }

    private void ReadNumber(Position start)
    {
        var text = source.TakeWhile(char.IsAsciiDigit).ToString();
        var isInteger = !(source.Current == '.' && char.IsAsciiDigit(source.Peek(1)));
        if (!isInteger)
        {
            source.Advance(1);
            text = $"{text}.{source.TakeWhile(char.IsAsciiDigit)}";
        }

        if (char.IsAsciiLetter(source.Current) || source.Current == '_')
        {
            throw new TemplateException(start, "only decimal numbers as 12 and 1.5 are supported");
        }

        if (isInteger && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            throw new TemplateException(start, $"{text} is too large for a number of 64 bits");
        }

        Add(isInteger ? TokenKind.Integer : TokenKind.Number, text, start);
    }

    private void ReadOperator(Position start)
    {
        foreach (var text in Operators)
        {
            if (source.Follows(text))
            {
                source.Advance(text.Length);
                Add(TokenKind.Operator, text, start);
                return;
            }
        }

        throw new TemplateException(start, $"\"{source.Current}\" cannot stand here");
    }

    private void ReadString(Position start)
    {
        var quote = source.Current;
        source.Advance(1);
        var text = new StringBuilder();
        while (source.Current != quote || source.AtEnd)
        {
            if (source.AtEnd)
            {
                throw new TemplateException(start, "this string has no end");
            }

            if (source.Current == '\\' && quote != '`')
            {
                text.Append(ReadEscape());
            }
            else
            {
                text.Append(source.Current);
                source.Advance(1);
            }
        }

        source.Advance(1);
        Add(TokenKind.String, text.ToString(), start);
    }

    private char ReadEscape()
    {
        var start = source.Position;
        var kind = source.Peek(1);
        var digits = kind switch { 'u' => 4, 'x' => 2, _ => 0 };
        var rest = source.Rest;
        char? value = kind switch
        {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            '0' => '\0',
            '\\' or '"' or '\'' => kind,
            'u' or 'x' when rest.Length >= digits + 2
                && ushort.TryParse(rest.Slice(2, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) => (char)code,
            _ => null,
        };
        if (value is not { } character)
        {
            throw new TemplateException(start, $"\\{kind} is no escape: \\n \\t \\r \\0 \\\\ \\' \\\" \\xHH and \\uHHHH are");
        }

        source.Advance(2 + digits);
        return character;
    }

    private void Add(TokenKind kind, string text, Position start) => tokens.Add(new Token(kind, text, start, indented, start == _lastEnd));
}
