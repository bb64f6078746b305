// How large a file, a folder, a method and a constructor may be.
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Amphora.Shape.Tests.Rules;

internal static class Sizes
{
    public const int AimedLinesAFile = 300;
    public const int MostLinesAFile = 400;
    public const int MostLinesAMethod = 40;
    public const int MostFilesAFolder = 20;
    public const int MostConstructorDependencies = 5;

    private const string Outgrown = "Outgrown means a concept is missing, not a partial.";

    public static IEnumerable<Violation> CheckFiles(IEnumerable<SourceFile> files) =>
        files.Where(file => file.IsCSharp && LineCount(file) > MostLinesAFile)
            .Select(file => new Violation(file.Path, LineCount(file), $"{LineCount(file)} lines, at most {MostLinesAFile}. {Outgrown}"));

    /// <summary>Files above the aim that do not fail yet.</summary>
    public static IEnumerable<Violation> Warnings(IEnumerable<SourceFile> files) =>
        files.Where(file => file.IsCSharp && LineCount(file) is > AimedLinesAFile and <= MostLinesAFile)
            .Select(file => new Violation(file.Path, LineCount(file), $"{LineCount(file)} lines, aim at {AimedLinesAFile}. {Outgrown}"));

    /// <summary>Golden data may be many files: each is one case.</summary>
    public static IEnumerable<Violation> CheckFolders(IEnumerable<SourceFile> files) =>
        files.Where(file => !file.Path.StartsWith("tests/golden/", StringComparison.Ordinal))
            .GroupBy(file => file.Folder)
            .Where(folder => folder.Count() > MostFilesAFolder)
            .Select(folder => new Violation(folder.Key, 1, $"{folder.Count()} files in one folder, at most {MostFilesAFolder}: it holds more than one thing."));

    public static IEnumerable<Violation> CheckMethods(SourceFile file)
    {
        foreach (SyntaxNode node in file.Root.DescendantNodes().Where(node => node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or PropertyDeclarationSyntax))
        {
            int lines = LineCount(node);
            if (lines > MostLinesAMethod)
            {
                yield return file.Violation(node, $"{Name(node)} has {lines} lines, at most {MostLinesAMethod}: a reader sees a method at once.");
            }
        }
    }

    /// <summary>Classes only: a record is data, its parameters are its fields.</summary>
    public static IEnumerable<Violation> CheckConstructors(SourceFile file)
    {
        foreach (ClassDeclarationSyntax type in file.Nodes<ClassDeclarationSyntax>())
        {
            IEnumerable<ParameterListSyntax?> lists = type.Members.OfType<ConstructorDeclarationSyntax>()
                .Where(constructor => !constructor.Modifiers.Any(modifier => modifier.Text == "private"))
                .Select(constructor => (ParameterListSyntax?)constructor.ParameterList)
                .Append(type.ParameterList);
            foreach (ParameterListSyntax list in lists.OfType<ParameterListSyntax>().Where(list => list.Parameters.Count > MostConstructorDependencies))
            {
                yield return file.Violation(
                    list, $"{type.Identifier.Text} takes {list.Parameters.Count} dependencies, at most {MostConstructorDependencies}: it does more than one thing.");
            }
        }
    }

    private static int LineCount(SourceFile file) => file.Lines.Length - (file.Text.EndsWith('\n') ? 1 : 0);

    /// <summary>From the signature to the closing brace: comments and attributes above are free.</summary>
    private static int LineCount(SyntaxNode node)
    {
        SyntaxToken first = node is MemberDeclarationSyntax { AttributeLists.Count: > 0 } member
            ? member.AttributeLists.Last().GetLastToken().GetNextToken()
            : node.GetFirstToken();
        return node.GetLastToken().GetLocation().GetLineSpan().EndLinePosition.Line
            - first.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
    }

    private static string Name(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.Text + " (constructor)",
        PropertyDeclarationSyntax property => property.Identifier.Text,
        _ => node.Kind().ToString(),
    };
}
