// Which HAProxy a configuration is written for: config-rendering §14 gates on major.minor only.
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Amphora.Templates.Rendering;

/// <summary>Major and minor version of HAProxy.</summary>
/// <param name="Major">2 of 2.6.</param>
/// <param name="Minor">6 of 2.6.</param>
public readonly record struct HaproxyVersion(int Major, int Minor)
{
    /// <summary>What a preview assumes when the document says nothing (desired-state.md §2).</summary>
    public static HaproxyVersion PreviewDefault { get; } = new(2, 6);

    /// <summary>Reads what HAProxy and distributions call a version: <c>2.6</c>, <c>2.6.12-1+deb12u4</c>, <c>3.1-dev5</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out HaproxyVersion version)
    {
        version = default;
        if (text is null)
        {
            return false;
        }

        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 1)
        {
            return false;
        }

        var rest = text.AsSpan(dot + 1);
        var end = rest.IndexOfAnyExceptInRange('0', '9');
        var minorDigits = end < 0 ? rest : rest[..end];
        if (!int.TryParse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            || !int.TryParse(minorDigits, NumberStyles.None, CultureInfo.InvariantCulture, out var minor))
        {
            return false;
        }

        version = new HaproxyVersion(major, minor);
        return true;
    }

    /// <summary>True for this version and every later one.</summary>
    public bool IsAtLeast(int major, int minor) => Major > major || (Major == major && Minor >= minor);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");
}
