// Languages in which we only write addresses, ports, names and paths: everything else is refused.
using System.Buffers;
using System.Collections.Frozen;

namespace Amphora.Templates.Encoding;

/// <summary>Writes values that need no quoting and refuses all others.</summary>
public sealed class ClosedSetEncoder : IOutputEncoder
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private readonly SearchValues<char> _allowed;
    private readonly string _allowedText;

    private ClosedSetEncoder(string language, string marks)
    {
        Language = language;
        _allowed = SearchValues.Create(Letters + marks);
        _allowedText = $"letters, digits and {marks}";
    }

    /// <summary>nftables rules: addresses, prefixes, ports, names.</summary>
    public static ClosedSetEncoder Nftables { get; } = new("nftables", "_.:/-");

    /// <summary>HAProxy's crt-list: a path a line. A space starts options there, <c>[</c> too, <c>#</c> a comment, <c>!</c> a filter.</summary>
    public static ClosedSetEncoder CrtList { get; } = new("crt-list", "_./:+=@,-");

    /// <inheritdoc/>
    public string Language { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, EncoderFunction> Functions => FrozenDictionary<string, EncoderFunction>.Empty;

    /// <inheritdoc/>
    public bool JoinsPieces => true;

    /// <inheritdoc/>
    public string Encode(string value) => value.Length == 0
        ? throw new UnsafeValueException(value, "is empty")
        : value.AsSpan().IndexOfAnyExcept(_allowed) is var index && index >= 0
            ? throw new UnsafeValueException(value, $"contains U+{(int)value[index]:X4}, and only {_allowedText} can be written")
            : value;

    /// <inheritdoc/>
    public string? Obstacle(ReadOnlySpan<char> line) => null;
}
