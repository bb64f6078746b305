// Which slice uses which: using lines and qualified names, held against the arrows of the README.
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Amphora.Shape.Tests.Rules;

/// <summary>A folder of a program or a library, and the namespace its files declare.</summary>
internal sealed record Slice(string Name, string Namespace)
{
    private static readonly (string Folder, string Name, string Namespace)[] Libraries =
    [
        ("agent/contract/", "Contract", "Amphora.Contract"),
        ("agent/linux/", "Linux", "Amphora.Linux"),
        ("templates/engine/", "Templates", "Amphora.Templates"),
    ];

    /// <summary>Null for files that belong to no slice, as tests.</summary>
    public static Slice? Of(string path)
    {
        foreach ((string folder, string name, string space) in Libraries)
        {
            if (path.StartsWith(folder, StringComparison.Ordinal))
            {
                return new Slice(name, space);
            }
        }

        string[] parts = path.Split('/');
        string? program = parts[0] switch { "agent" => "Amphora.Agent", "controller" => "Amphora.Controller", _ => null };
        return program is null ? null
            : parts.Length == 2 ? new Slice(Path.GetFileNameWithoutExtension(parts[1]), program)
            : new Slice(parts[1], $"{program}.{parts[1]}");
    }

    /// <summary>The slice a namespace or a name inside it belongs to; null when it is none of ours.</summary>
    public static string? OfName(string name)
    {
        string[] parts = name.Replace("global::", "", StringComparison.Ordinal).Split('.');
        return parts is not ["Amphora", string second, ..] ? null
            : second is "Agent" or "Controller" ? (parts.Length > 2 ? parts[2] : null)
            : second;
    }
}

internal static class Arrows
{
    public static IEnumerable<Violation> Check(IReadOnlyCollection<SourceFile> files, ArrowMap map)
    {
        Dictionary<string, HashSet<string>> types = files
            .Select(file => (slice: Slice.Of(file.Path)?.Name, file))
            .Where(item => item.slice is not null)
            .GroupBy(item => item.slice!, item => item.file)
            .ToDictionary(
                group => group.Key,
                group => group.SelectMany(file => file.Nodes<BaseTypeDeclarationSyntax>()).Select(type => type.Identifier.Text).ToHashSet(),
                StringComparer.Ordinal);
        return files.SelectMany(file => CheckFile(file, map, types));
    }

    private static IEnumerable<Violation> CheckFile(SourceFile file, ArrowMap map, Dictionary<string, HashSet<string>> types)
    {
        if (Slice.Of(file.Path) is not { } own)
        {
            yield break;
        }

        foreach (Violation violation in CheckNamespace(file, own))
        {
            yield return violation;
        }

        foreach ((SyntaxNode node, string target) in References(file, types))
        {
            if (!map.Allows(own.Name, target))
            {
                yield return file.Violation(
                    node, $"{own.Name} uses {target}: no such arrow in the README. Data goes one way; a step hands a value on and nobody calls back up.");
            }
        }
    }

    /// <summary>The namespace says the slice: without this a file could join another slice by its namespace line.</summary>
    private static IEnumerable<Violation> CheckNamespace(SourceFile file, Slice own)
    {
        foreach (BaseNamespaceDeclarationSyntax declared in file.Nodes<BaseNamespaceDeclarationSyntax>())
        {
            string name = declared.Name.ToString();
            if (name != own.Namespace && !name.StartsWith(own.Namespace + ".", StringComparison.Ordinal))
            {
                yield return file.Violation(declared, $"namespace {name} in a file of {own.Namespace}: folder and namespace are the same slice.");
            }
        }

        foreach (UsingDirectiveSyntax line in file.Root.Usings.Where(line => line.GlobalKeyword.ValueText.Length > 0))
        {
            yield return file.Violation(line, "global using: every file names what it uses, or the arrows cannot be seen.");
        }
    }

    private static IEnumerable<(SyntaxNode Node, string Target)> References(SourceFile file, Dictionary<string, HashSet<string>> types)
    {
        foreach (UsingDirectiveSyntax line in file.Nodes<UsingDirectiveSyntax>())
        {
            if (Slice.OfName(line.NamespaceOrType.ToString()) is { } target)
            {
                yield return (line, target);
            }
        }

        foreach (SyntaxNode node in file.Root.DescendantNodes(node => node is not UsingDirectiveSyntax))
        {
            // Only the longest form of a dotted name: its parents are no dotted names.
            if (node is QualifiedNameSyntax or MemberAccessExpressionSyntax
                && node.Parent is not (QualifiedNameSyntax or MemberAccessExpressionSyntax or BaseNamespaceDeclarationSyntax)
                && Target(node.ToString(), types) is { } target)
            {
                yield return (node, target);
            }
        }
    }

    /// <summary>Amphora.Agent.Slice.Type, Agent.Slice.Type and, as C# looks in the enclosing namespaces too, Slice.Type.</summary>
    private static string? Target(string name, Dictionary<string, HashSet<string>> types)
    {
        string[] parts = name.Replace("global::", "", StringComparison.Ordinal).Split('.');
        if (parts[0] == "Amphora")
        {
            return Slice.OfName(name);
        }

        int at = parts[0] is "Agent" or "Controller" ? 1 : 0;
        return parts.Length > at + 1
            && types.TryGetValue(parts[at], out HashSet<string>? declared)
            && parts.Skip(at + 1).Take(2).Any(part => declared.Contains(part.Split('<', '(')[0]))
            ? parts[at]
            : null;
    }
}
