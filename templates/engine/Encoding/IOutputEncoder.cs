// The seam between a template and the language it writes.
namespace Amphora.Templates.Encoding;

/// <summary>Writes values into text of one target language so that a value can never end the word it stands in.
/// Literal text of a template does not pass it; every printed value does.</summary>
public interface IOutputEncoder
{
    /// <summary>Name for messages, as <c>haproxy</c>.</summary>
    string Language { get; }

    /// <summary>The value as (part of) one word of the language.</summary>
    /// <exception cref="UnsafeValueException">The language has no safe spelling for it.</exception>
    string Encode(string value);
}
