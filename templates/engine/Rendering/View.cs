// What a template sees of a document: immutable records whose members have names of the template language.
using Amphora.Templates.Language;

namespace Amphora.Templates.Rendering;

/// <summary>One object of a template's model. Every decision is already made in it; a template only lays out text.
/// The names are documented in docs/templates.md.</summary>
internal abstract record View : ITemplateObject
{
    /// <summary>What <see cref="Member"/> answers for a name that does not exist.</summary>
    protected static readonly object Unknown = new();

    /// <summary>JSON pointer of the document object this view shows; faults are reported below it.</summary>
    public string Pointer { get; init; } = "";

    /// <inheritdoc/>
    public bool TryGetMember(string name, out object? value)
    {
        value = Member(name);
        if (!ReferenceEquals(value, Unknown))
        {
            return true;
        }

        value = null;
        return false;
    }

    /// <inheritdoc/>
    public virtual string? PathOf(string name) => $"{Pointer}/{name}";

    /// <summary>The value of a member, or <see cref="Unknown"/>.</summary>
    protected abstract object? Member(string name);
}
