// Canonical Huffman codes (RFC 1951 §3.2.2), one look-up for short ones.
using System.Runtime.CompilerServices;

namespace Amphora.Contract.Heartbeat;

/// <summary>A code that can be set again and again.</summary>
/// <param name="symbols">How many symbols it may have.</param>
/// <param name="fastBits">Codes of at most so many bits are found with one look; the table has to be filled for each code.</param>
internal sealed class HuffmanTable(int symbols, int fastBits)
{
    /// <summary>Entries of <see cref="Fast"/> below it, 0 aside, are of symbols below 256.</summary>
    public const int EndOfLiterals = 256 << 4;

    private const int LongestCode = 15;

    // Symbols in the order of their codes, and how many codes there are of each length.
    private readonly ushort[] _symbols = new ushort[symbols];
    private readonly ushort[] _counts = new ushort[LongestCode + 1];

    /// <summary>By the next bits: symbol × 16 + bits of its code; 0: the code is longer, or none.</summary>
    public ushort[] Fast { get; } = new ushort[1 << fastBits];

    /// <summary>Takes a code by its lengths; false when they make none. One that leaves bits unused is taken when it has no symbol, or one
    /// of one bit, as zlib does it.</summary>
    public bool Set(ReadOnlySpan<byte> lengths)
    {
        Array.Clear(_counts);
        foreach (var length in lengths)
        {
            _counts[length]++;
        }

        _counts[0] = 0;
        var left = 1;
        var codes = 0;
        Span<ushort> next = stackalloc ushort[LongestCode + 2];
        Span<ushort> offset = stackalloc ushort[LongestCode + 2];
        next[1] = offset[1] = 0;
        for (var length = 1; length <= LongestCode; length++)
        {
            left = (left << 1) - _counts[length];
            if (left < 0)
            {
                return false;
            }

            codes += _counts[length];
            next[length + 1] = (ushort)((next[length] + _counts[length]) << 1);
            offset[length + 1] = (ushort)(offset[length] + _counts[length]);
        }

        Array.Clear(Fast);
        for (var symbol = 0; symbol < lengths.Length; symbol++)
        {
            if (lengths[symbol] is > 0 and var length)
            {
                _symbols[offset[length]++] = (ushort)symbol;
                Enter(symbol, length, next[length]++);
            }
        }

        return left == 0 || codes == 0 || (codes == 1 && _counts[1] == 1);
    }

    /// <summary>Takes the next symbol; −1 when the bits are no code.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Decode(ref BitReader bits)
    {
        int entry = Fast[(int)bits.Peek & (Fast.Length - 1)];
        if (entry != 0)
        {
            bits.Skip(entry & 15);
            return entry >> 4;
        }

        return DecodeLong(ref bits);
    }

    private void Enter(int symbol, int length, int code)
    {
        if (length > fastBits)
        {
            return;
        }

        var entry = (ushort)((symbol << 4) | length);
        for (var index = Reverse(code, length); index < Fast.Length; index += 1 << length)
        {
            Fast[index] = entry;
        }
    }

    private int DecodeLong(ref BitReader bits)
    {
        var (code, first, index) = (0, 0, 0);
        for (var length = 1; length <= LongestCode; length++)
        {
            code |= (int)(bits.Peek >> (length - 1)) & 1;
            var count = _counts[length];
            if (code - first < count)
            {
                bits.Skip(length);
                return _symbols[index + code - first];
            }

            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }

        return -1;
    }

    // Codes begin with their highest bit, the stream with its lowest.
    private static int Reverse(int code, int length)
    {
        var reversed = 0;
        for (var i = 0; i < length; i++)
        {
            reversed = (reversed << 1) | ((code >> i) & 1);
        }

        return reversed;
    }
}
