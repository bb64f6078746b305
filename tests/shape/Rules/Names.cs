// Names that say nothing, front doors and opening lines.
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Amphora.Shape.Tests.Rules;

internal static partial class Names
{
    private static readonly HashSet<string> ForbiddenFolders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Utils", "Util", "Common", "Shared", "Helpers", "Helper", "Base", "Core", "Misc",
    };

    // Folders of values and functions that every slice uses: nothing to register, nothing to enter.
    private static readonly string[] Toolboxes = ["agent/Actions"];

    public static IEnumerable<Violation> CheckFolders(IEnumerable<SourceFile> files) =>
        files.SelectMany(file => file.Folder.Split('/').Where(ForbiddenFolders.Contains).Select(name => (file.Folder, name)))
            .Distinct()
            .Select(item => new Violation(item.Folder, 1, $"folder {item.name}: what two slices need has a real name."));

    /// <summary>The service manager is systemd's own word for itself: its family keeps it.</summary>
    public static IEnumerable<Violation> CheckTypes(SourceFile file) =>
        file.Nodes<BaseTypeDeclarationSyntax>()
            .Select(type => (type, name: type.Identifier.Text))
            .Where(item => ForbiddenEnding().IsMatch(item.name) && !item.name.EndsWith("ServiceManager", StringComparison.Ordinal))
            .Select(item => file.Violation(item.type, $"type {item.name}: Manager, Helper, Util, Impl, Info, Data say nothing; endings mean something here (style 7)."));

    /// <summary>agent/Haproxy has agent/Haproxy/Haproxy.cs, which declares HaproxySlice.</summary>
    public static IEnumerable<Violation> CheckFrontDoors(IReadOnlyCollection<SourceFile> files)
    {
        IEnumerable<string> slices = files
            .Where(file => file.IsCSharp && ProgramSlice().IsMatch(file.Path))
            .Select(file => ProgramSlice().Match(file.Path).Groups["slice"].Value)
            .Distinct()
            .Except(Toolboxes);
        foreach (string slice in slices)
        {
            string name = slice[(slice.LastIndexOf('/') + 1)..];
            string door = $"{slice}/{name}.cs";
            SourceFile? file = files.FirstOrDefault(candidate => candidate.Path == door);
            if (file is null || !file.Nodes<ClassDeclarationSyntax>().Any(type => type.Identifier.Text == name + "Slice"))
            {
                yield return new Violation(door, 1, $"no front door: {door} declares {name}Slice, so that everybody knows where to enter a slice.");
            }
        }
    }

    public static IEnumerable<Violation> CheckOpening(SourceFile file)
    {
        string[] lines = file.Lines;
        if (!lines[0].StartsWith("// ", StringComparison.Ordinal) || lines[0].Length < 12)
        {
            yield return new Violation(file.Path, 1, "the first line is a comment that says what the file is for.");
        }
        else if (lines.Length > 1 && lines[1].StartsWith("//", StringComparison.Ordinal))
        {
            yield return new Violation(file.Path, 2, "one opening line: what takes more belongs to the type's documentation.");
        }
        else if (Licence().IsMatch(lines[0]))
        {
            yield return new Violation(file.Path, 1, "no licence blocks: LICENSE says it once.");
        }
    }

    [GeneratedRegex("(Manager|Helpers?|Utils?|Impl|Info|Data)$")]
    private static partial Regex ForbiddenEnding();

    [GeneratedRegex("^(?<slice>(agent|controller)/[A-Z][A-Za-z0-9]*)/")]
    private static partial Regex ProgramSlice();

    [GeneratedRegex("copyright|licen[sc]e|SPDX", RegexOptions.IgnoreCase)]
    private static partial Regex Licence();
}
