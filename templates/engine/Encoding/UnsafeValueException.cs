// Thrown inside a rendering, turned into a Fault with the value's path before it leaves the engine.
using System.Diagnostics.CodeAnalysis;

namespace Amphora.Templates.Encoding;

/// <summary>A value that the target language cannot carry.</summary>
/// <param name="value">The value.</param>
/// <param name="reason">Why, as a clause: "contains a line feed".</param>
[SuppressMessage("Design", "CA1032", Justification = "never made without a value")]
public sealed class UnsafeValueException(string value, string reason) : Exception($"cannot write the value: it {reason}")
{
    /// <summary>The value.</summary>
    public string Value { get; } = value;

    /// <summary>Why, as a clause.</summary>
    public string Reason { get; } = reason;
}
