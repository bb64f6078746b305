// What a template sees of the world: named values that know where they stand in the document.
using Amphora.Templates.Encoding;

namespace Amphora.Templates.Language;

/// <summary>An object of the model. Values are null, <see cref="bool"/>, <see cref="long"/>, <see cref="int"/>, <see cref="double"/>,
/// <see cref="string"/>, <see cref="EncodedText"/>, <see cref="ITemplateObject"/>, or a list of these that is an
/// <c>IReadOnlyList&lt;object?&gt;</c> (so <c>ValueList&lt;string&gt;</c> and <c>TemplateRecord[]</c> are, <c>int[]</c> is not).</summary>
public interface ITemplateObject
{
    /// <summary>The member's value; false when there is none, which a template reads as null.</summary>
    bool TryGetMember(string name, out object? value);

    /// <summary>JSON pointer of the member's value in the document; null when it does not come from there.</summary>
    string? PathOf(string name);
}
