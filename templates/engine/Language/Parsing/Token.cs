// The words of a template: what the lexer hands to the parser.
namespace Amphora.Templates.Language;

internal enum TokenKind
{
    /// <summary>Text outside of tags, white space already stripped.</summary>
    Text,

    /// <summary>A newline, a semicolon or the end of a tag.</summary>
    EndOfStatement,
    Identifier,

    /// <summary><c>$name</c>, with its dollar.</summary>
    Local,
    String,
    Integer,
    Number,
    Operator,
    EndOfFile,
}

/// <summary>One token.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text; of a string its contents.</param>
/// <param name="Position">Where it starts.</param>
/// <param name="Indented">Its tag follows nothing but blanks on its line and does not strip them (see <see cref="Statement.Indented"/>).</param>
/// <param name="IsAttached">No white space before it: <c>a[0]</c> is an element, <c>f [0]</c> a call.</param>
internal readonly record struct Token(TokenKind Kind, string Text, Position Position, bool Indented, bool IsAttached = false)
{
    public bool IsOperator(string text) => Kind == TokenKind.Operator && Text == text;

    public bool IsWord(string text) => Kind == TokenKind.Identifier && Text == text;

    /// <summary>For messages.</summary>
    public override string ToString() => Kind switch
    {
        TokenKind.Text => "text",
        TokenKind.EndOfStatement => Text == "}}" ? "the end of the tag" : "the end of the statement",
        TokenKind.EndOfFile => "the end of the file",
        TokenKind.String => "a string",
        _ => $"\"{Text}\"",
    };
}
