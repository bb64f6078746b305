// Words of an nftables rule file: nothing of a document is free text there.
using System.Buffers;

namespace Amphora.Templates.Encoding;

/// <summary>Writes addresses, networks, ports and interface names for <c>nft -f</c>. It has no spelling for anything else: nft's strings
/// know no escapes.</summary>
public sealed class NftablesEncoder : IOutputEncoder
{
    private static readonly SearchValues<char> Bare =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:/-");

    private NftablesEncoder()
    {
    }

    /// <summary>The encoder; it has no state.</summary>
    public static NftablesEncoder Instance { get; } = new();

    /// <inheritdoc/>
    public string Language => "nftables";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, EncoderFunction> Functions { get; } = new Dictionary<string, EncoderFunction>();

    /// <inheritdoc/>
    public string Encode(string value) => value.Length > 0 && !value.AsSpan().ContainsAnyExcept(Bare)
        ? value
        : throw new UnsafeValueException(value, "is empty or holds characters other than letters, digits and _ . : / -");

    /// <inheritdoc/>
    public string? Obstacle(ReadOnlySpan<char> line) => null;
}
