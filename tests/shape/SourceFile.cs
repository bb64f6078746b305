// A file of the repository as the rules see it: path, text, and for C# its syntax tree.
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Amphora.Shape.Tests;

internal sealed class SourceFile
{
    private CompilationUnitSyntax? _root;

    public SourceFile(string path, string text) => (Path, Text) = (path, text);

    /// <summary>Relative to the top of the repository, with slashes.</summary>
    public string Path { get; }

    public string Text { get; }

    public bool IsCSharp => Path.EndsWith(".cs", StringComparison.Ordinal);

    /// <summary>Code that ships, as opposed to code that tests it.</summary>
    public bool IsProduct => !Path.StartsWith("tests/", StringComparison.Ordinal);

    public string Folder => Path.Contains('/', StringComparison.Ordinal) ? Path[..Path.LastIndexOf('/')] : "";

    public string[] Lines => Text.Split('\n');

    public CompilationUnitSyntax Root =>
        _root ??= CSharpSyntaxTree.ParseText(Text, CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview), Path)
            .GetCompilationUnitRoot();

    public IEnumerable<T> Nodes<T>()
        where T : SyntaxNode => Root.DescendantNodes().OfType<T>();

    public Violation Violation(SyntaxNode node, string reason) =>
        new(Path, node.GetLocation().GetLineSpan().StartLinePosition.Line + 1, reason);
}

/// <summary>What a rule found, and why the rule exists.</summary>
internal sealed record Violation(string Path, int Line, string Reason)
{
    public override string ToString() => $"{Path}:{Line}: {Reason}";
}
