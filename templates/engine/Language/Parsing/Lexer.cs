// Splits a template into text and tags and strips the white space the tags ask for; CodeLexer reads the inside of a tag.
namespace Amphora.Templates.Language;

internal sealed class Lexer
{
    private readonly Source _source;
    private readonly List<Token> _tokens = [];

    private Lexer(Source source) => _source = source;

    public static List<Token> Run(string file, string text)
    {
        var lexer = new Lexer(new Source(file, text));
        lexer.ReadTemplate();
        return lexer._tokens;
    }

    private void ReadTemplate()
    {
        var strip = Strip.Nothing;
        while (!_source.AtEnd)
        {
            var start = _source.Position;
            var text = TextUpToTag(out var isTag);
            if (text.Contains("{%{", StringComparison.Ordinal))
            {
                throw new TemplateException(start, "escape blocks {%{ … }%} are not supported");
            }

            text = StripStart(text, strip);
            if (!isTag)
            {
                AddText(text, start);
                break;
            }

            var indented = StartTag(ref text);
            AddText(text, start);
            strip = new CodeLexer(_source, _tokens, indented).ReadTag();
        }

        _tokens.Add(new Token(TokenKind.EndOfFile, "", _source.Position, false));
    }

    private ReadOnlySpan<char> TextUpToTag(out bool isTag)
    {
        var rest = _source.Rest;
        var length = rest.IndexOf("{{", StringComparison.Ordinal);
        isTag = length >= 0;
        var text = isTag ? rest[..length] : rest;
        _source.Advance(text.Length);
        return text;
    }

    /// <summary>Passes <c>{{</c>, <c>{{-</c> or <c>{{~</c>, strips the end of the text before it; true when the tag is indented.</summary>
    private bool StartTag(ref ReadOnlySpan<char> text)
    {
        var line = _source.LineSoFar;
        _source.Advance(2);
        switch (_source.Current)
        {
            case '-':
                text = text.TrimEnd();
                _source.Advance(1);
                return false;
            case '~':
                text = text.TrimEnd(" \t\r");
                _source.Advance(1);
                return false;
            default:
                return !line.IsEmpty && line.Trim(" \t").IsEmpty;
        }
    }

    private static ReadOnlySpan<char> StripStart(ReadOnlySpan<char> text, Strip strip)
    {
        switch (strip)
        {
            case Strip.AllWhiteSpace:
                return text.TrimStart();
            case Strip.ThroughNewline:
                text = text.TrimStart(" \t\r");
                return text is ['\n', ..] ? text[1..] : text;
            default:
                return text;
        }
    }

    private void AddText(ReadOnlySpan<char> text, Position start)
    {
        if (!text.IsEmpty)
        {
            _tokens.Add(new Token(TokenKind.Text, text.ToString(), start, false));
        }
    }
}

/// <summary>What the end of a tag strips from the text after it.</summary>
internal enum Strip
{
    Nothing,

    /// <summary><c>-}}</c></summary>
    AllWhiteSpace,

    /// <summary><c>~}}</c>: blanks, and one newline if it follows.</summary>
    ThroughNewline,
}
