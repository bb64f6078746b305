// A parsed template.
namespace Amphora.Templates.Language;

/// <summary>A template in the subset of Scriban's language that README.md in this folder describes: parsed once,
/// immutable, safe to render from several threads.</summary>
public sealed class Template
{
    private Template(string name, Block body) => (Name, Body) = (name, body);

    /// <summary>The name other templates include it by.</summary>
    public string Name { get; }

    internal Block Body { get; }

    /// <summary>Reads a template.</summary>
    /// <exception cref="TemplateException">It is not a template of this language.</exception>
    public static Template Parse(string name, string source) => Parse(name, name, source);

    /// <summary>Reads a template from a file; <paramref name="file"/> is what messages call it.</summary>
    internal static Template Parse(string name, string file, string source) =>
        new(name, new Parser(Lexer.Run(file, source)).ReadTemplate());
}
