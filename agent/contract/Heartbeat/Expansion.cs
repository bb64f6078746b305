// How far the expansion of a zlib stream is (RFC 1950 §2.2).
namespace Amphora.Contract.Heartbeat;

/// <summary>Where <see cref="Inflater"/> stands in a stream that has to fill <paramref name="source"/> exactly.</summary>
internal ref struct Expansion(ReadOnlySpan<byte> source)
{
    private const int HeaderBytes = 2;
    private const int TrailerBytes = 4;

    private readonly ReadOnlySpan<byte> _source = source;

    /// <summary>The bits that are left.</summary>
    public BitReader Bits;

    /// <summary>Bytes that came out.</summary>
    public int Written;

    /// <summary>How it ended; until then <see cref="InflateResult.Paused"/>.</summary>
    public InflateResult Result { get; set; } = InflateResult.Paused;

    /// <summary>True behind the header.</summary>
    public bool HasHeader { get; private set; }

    /// <summary>True when the block that was begun is the last.</summary>
    public bool IsLast { get; set; }

    /// <summary>True in the middle of a block.</summary>
    public bool IsInBlock { get; set; }

    /// <summary>Deflate with a window of at most 32 KiB, no preset dictionary, the two bytes a multiple of 31; false for anything else.</summary>
    public bool TakeHeader()
    {
        if (_source.Length < HeaderBytes + TrailerBytes
            || (_source[0] & 0x0f) != 8 || _source[0] >> 4 > 7 || (_source[1] & 0x20) != 0 || ((_source[0] << 8) | _source[1]) % 31 != 0)
        {
            return false;
        }

        Bits = new BitReader(_source[HeaderBytes..^TrailerBytes]);
        HasHeader = true;
        return true;
    }
}
