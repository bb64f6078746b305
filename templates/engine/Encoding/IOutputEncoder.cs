// The seam between a template and the language it writes.
namespace Amphora.Templates.Encoding;

/// <summary>Writes values into text of one target language so that a value can never end the word it stands in.
/// Literal text of a template does not pass it; every printed value does.</summary>
public interface IOutputEncoder
{
    /// <summary>Name for messages, as <c>haproxy</c>.</summary>
    string Language { get; }

    /// <summary>Functions that templates may call, by full name, as <c>haproxy.fetch</c>.</summary>
    IReadOnlyDictionary<string, EncoderFunction> Functions { get; }

    /// <summary>True when a quoted piece and what stands beside it are one word of the language; false when a quoted value must be a
    /// word of its own, with white space on both sides.</summary>
    bool JoinsPieces { get; }

    /// <summary>The value as (part of) one word of the language; the same string when it needs no quoting.</summary>
    /// <exception cref="UnsafeValueException">The language has no safe spelling for it.</exception>
    string Encode(string value);

    /// <summary>Why encoded text that is not bare cannot be written behind this unfinished line, as a clause ("stands inside
    /// quotes …"); null when it can. A template that writes its own quotes around a value is caught here.</summary>
    /// <param name="line">The output from the last line feed on.</param>
    string? Obstacle(ReadOnlySpan<char> line);
}

/// <summary>A function an encoder offers to templates.</summary>
/// <param name="Minimum">Fewest arguments.</param>
/// <param name="Maximum">Most arguments.</param>
/// <param name="Call">Takes the arguments as plain text; the answer is either an <see cref="EncodedText"/>, or a <see cref="string"/>
/// that still has to be encoded. Throws <see cref="UnsafeValueException"/> with the argument it cannot write.</param>
public sealed record EncoderFunction(int Minimum, int Maximum, Func<IReadOnlyList<string>, object> Call);
