// Project files: references point one way, and only agent/linux may be unsafe.
using System.Xml.Linq;

namespace Amphora.Shape.Tests.Rules;

internal static class Projects
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["agent/contract/contract.csproj"] = [],
        ["agent/linux/linux.csproj"] = [],
        ["templates/engine/engine.csproj"] = ["agent/contract/contract.csproj"],
        ["agent/agent.csproj"] = ["agent/contract/contract.csproj", "agent/linux/linux.csproj", "templates/engine/engine.csproj"],
        ["controller/controller.csproj"] = ["agent/contract/contract.csproj", "agent/linux/linux.csproj", "templates/engine/engine.csproj"],
    };

    public static IEnumerable<Violation> Check(IEnumerable<SourceFile> files) =>
        files.Where(file => file.Path.EndsWith(".csproj", StringComparison.Ordinal)).SelectMany(CheckProject);

    private static IEnumerable<Violation> CheckProject(SourceFile project)
    {
        XDocument document = XDocument.Parse(project.Text);
        if (project.IsProduct && !Allowed.ContainsKey(project.Path))
        {
            yield return new Violation(project.Path, 1, "an unknown product project: a lower case folder others reference is named in the architecture first.");
            yield break;
        }

        foreach (string target in document.Descendants("ProjectReference").Select(item => Resolve(project.Folder, item.Attribute("Include")!.Value)))
        {
            if (project.IsProduct && !Allowed[project.Path].Contains(target))
            {
                yield return new Violation(
                    project.Path, 1, $"references {target}: agent and controller reference contract, linux and engine, never each other, and nothing references up.");
            }
        }

        foreach (XElement item in document.Descendants("Using").Where(item => item.Attribute("Include")?.Value.StartsWith("Amphora", StringComparison.Ordinal) == true))
        {
            yield return new Violation(project.Path, 1, $"{item}: a global using hides an arrow.");
        }

        if (project.Path != "agent/linux/linux.csproj" && document.Descendants("AllowUnsafeBlocks").Any())
        {
            yield return new Violation(project.Path, 1, "AllowUnsafeBlocks: only agent/linux allows unsafe code.");
        }
    }

    private static string Resolve(string folder, string include)
    {
        List<string> parts = [.. folder.Split('/')];
        foreach (string part in include.Replace('\\', '/').Split('/'))
        {
            if (part == "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }
}
