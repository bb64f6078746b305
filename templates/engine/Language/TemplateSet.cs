// The templates of the assembly, and the files an operator puts in their place.
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;

namespace Amphora.Templates.Language;

/// <summary>Templates by file name. Embedded ones are parsed when first used, files on disk at once, so that a broken
/// override is found at the start and not in the middle of the night.</summary>
public sealed class TemplateSet
{
    private const string Ending = ".sbn";

    private readonly ConcurrentDictionary<string, Template> _templates = new(StringComparer.Ordinal);
    private readonly Assembly _assembly;
    private readonly FrozenSet<string> _embedded;

    private TemplateSet(IEnumerable<Template> templates, Assembly assembly, FrozenSet<string> embedded)
    {
        (_assembly, _embedded) = (assembly, embedded);
        foreach (var template in templates)
        {
            _templates[template.Name] = template;
        }
    }

    /// <summary>Names of all templates, sorted.</summary>
    public IReadOnlyList<string> Names => [.. _embedded.Union(_templates.Keys).Order(StringComparer.Ordinal)];

    /// <summary>The templates of the assembly; files of the same name in <paramref name="overrideDirectory"/> replace them.</summary>
    /// <param name="overrideDirectory">Directory of the operator's templates; null: none.</param>
    /// <exception cref="TemplateException">A file in the directory cannot be read, is no template of ours, or is wrong.</exception>
    public static TemplateSet Load(string? overrideDirectory) => Load(overrideDirectory, typeof(TemplateSet).Assembly);

    /// <summary>The same with the templates of another assembly. LogicalName of an embedded template is its file name.</summary>
    internal static TemplateSet Load(string? overrideDirectory, Assembly assembly)
    {
        var embedded = assembly.GetManifestResourceNames()
            .Where(static name => name.EndsWith(Ending, StringComparison.Ordinal)).ToFrozenSet(StringComparer.Ordinal);
        return new(overrideDirectory is null ? [] : ReadDirectory(overrideDirectory, embedded), assembly, embedded);
    }

    /// <summary>Only the given templates, by name.</summary>
    public static TemplateSet Of(params IEnumerable<Template> templates) =>
        new(templates, typeof(TemplateSet).Assembly, FrozenSet<string>.Empty);

    /// <summary>The template.</summary>
    /// <exception cref="TemplateException">There is none, or it is wrong.</exception>
    public Template Get(string name) =>
        Find(name) ?? throw new TemplateException(new Position(name, 0, 0), "there is no template of this name");

    internal Template? Find(string name) =>
        _templates.TryGetValue(name, out var template) ? template
        : _embedded.Contains(name) ? _templates.GetOrAdd(name, Template.Parse(name, ReadEmbedded(name)))
        : null;

    private string ReadEmbedded(string name)
    {
        using var stream = _assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static List<Template> ReadDirectory(string directory, FrozenSet<string> embedded)
    {
        var templates = new List<Template>();
        foreach (var path in ListFiles(directory).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            if (!embedded.Contains(name))
            {
                var names = string.Join(", ", embedded.Order(StringComparer.Ordinal));
                throw new TemplateException(new Position(path, 0, 0), $"no template has this name; there are {names}");
            }

            templates.Add(Template.Parse(name, path, ReadFile(path)));
        }

        return templates;
    }

    private static string[] ListFiles(string directory)
    {
        try
        {
            return Directory.GetFiles(directory, "*" + Ending);
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            throw new TemplateException(new Position(directory, 0, 0), $"cannot read the directory of templates: {reason.Message}");
        }
    }

    private static string ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            throw new TemplateException(new Position(path, 0, 0), $"cannot read the template: {reason.Message}");
        }
    }
}
