// Where values come from that are not simply a member of an object.
namespace Amphora.Templates.Language;

internal abstract class Origin
{
    /// <summary>JSON pointer; null when it does not come from the document.</summary>
    public abstract string? Path { get; }
}

/// <summary>An element of a list of plain values.</summary>
internal sealed class ElementOrigin(object? owner, string? member, int index) : Origin
{
    public override string? Path
    {
        get
        {
            var list = owner is ITemplateObject item ? item.PathOf(member!) : (owner as Origin)?.Path;
            return list is null ? null : $"{list}/{index}";
        }
    }
}

/// <summary>Text made of several values: when it is refused, the guilty ones are found by trying each.</summary>
internal sealed class JoinedOrigin(IReadOnlyList<Value> parts) : Origin
{
    public IReadOnlyList<Value> Parts { get; } = parts;

    public override string? Path
    {
        get
        {
            foreach (var part in Parts)
            {
                if (part.Path is { } path)
                {
                    return path;
                }
            }

            return null;
        }
    }
}
