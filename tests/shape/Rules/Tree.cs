// The top level of the repository, and text that belongs to one machine only.
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Amphora.Shape.Tests.Rules;

internal static partial class Tree
{
    private static readonly HashSet<string> Folders = ["agent", "controller", "image", "templates", "tests", "docs"];
    private static readonly HashSet<string> Files = ["Amphora.sln", "build.sh", "README.md", "LICENSE"];

    public static IEnumerable<Violation> CheckTopLevel(IEnumerable<SourceFile> files) =>
        files.Select(file => (name: file.Path.Split('/')[0], folder: file.Path.Contains('/', StringComparison.Ordinal)))
            .Distinct()
            .Where(item => !item.name.StartsWith('.') && !(item.folder ? Folders.Contains(item.name) : Files.Contains(item.name) || Properties().IsMatch(item.name)))
            .Select(item => new Violation(item.name, 1, "not one of the top level's names: the design card fixes them."));

    public static IEnumerable<Violation> CheckPaths(SourceFile file)
    {
        string[] lines = file.Lines;
        for (int line = 0; line < lines.Length; line++)
        {
            if (MachinePath().Match(lines[line]) is { Success: true } match)
            {
                yield return new Violation(file.Path, line + 1, $"{match.Value}: a path of one machine; a checkout works anywhere.");
            }
        }
    }

    public static IEnumerable<Violation> CheckUnfinished(SourceFile file) =>
        file.Root.DescendantTrivia(descendIntoTrivia: true)
            .Where(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia))
            .Where(trivia => Unfinished().IsMatch(trivia.ToString()))
            .Select(trivia => new Violation(
                file.Path, trivia.GetLocation().GetLineSpan().StartLinePosition.Line + 1, "unfinished without an issue: name it, as #12, or finish it."));

    [GeneratedRegex(@"^Directory\.[A-Za-z.]+\.props$")]
    private static partial Regex Properties();

    [GeneratedRegex(@"(?<![A-Za-z0-9_.})*-])/(work|root|home|Users)/[A-Za-z0-9_.-]+")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b(?!.*#\d)")]
    private static partial Regex Unfinished();
}
