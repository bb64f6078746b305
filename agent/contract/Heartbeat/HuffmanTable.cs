// Canonical Huffman codes (RFC 1951 §3.2.2), one look-up for short ones.
using System.Runtime.CompilerServices;

namespace Amphora.Contract.Heartbeat;

/// <summary>A code that can be set again and again.</summary>
/// <param name="alphabet">The symbols it may have, as <see cref="DeflateSymbol"/> has them.</param>
/// <param name="fastBits">Codes of at most so many bits are found with one look; the table has to be filled for each code.</param>
internal sealed class HuffmanTable(uint[] alphabet, int fastBits)
{
    private const int LongestCode = 15;

    // Symbols in the order of their codes, and how many codes there are of each length.
    private readonly ushort[] _symbols = new ushort[alphabet.Length];
    private readonly ushort[] _counts = new ushort[LongestCode + 1];

    // What is set: short messages all have the fixed codes.
    private readonly byte[] _lengths = new byte[alphabet.Length];
    private int _lengthCount;

    /// <summary>By the next bits: the symbol; 0: the code is longer, or none.</summary>
    public uint[] Fast { get; } = new uint[1 << fastBits];

    /// <summary>As <see cref="Fast"/>, with two literals in one entry where the bits hold the codes of both: half of a message are the digits
    /// of ids.</summary>
    public uint[] Runs { get; } = new uint[1 << fastBits];

    /// <summary>Takes a code by its lengths; false when they make none. One that leaves bits unused is taken when it has no symbol, or one
    /// of one bit, as zlib does it.</summary>
    public bool Set(ReadOnlySpan<byte> lengths)
    {
        if (lengths.SequenceEqual(_lengths.AsSpan(0, _lengthCount)))
        {
            return true;
        }

        _lengthCount = 0;
        if (!Fill(lengths))
        {
            return false;
        }

        lengths.CopyTo(_lengths);
        _lengthCount = lengths.Length;
        return true;
    }

    /// <summary>Takes the code of the next symbol; 0 when the bits are no code.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Decode(ref BitReader bits)
    {
        var symbol = Fast[(int)bits.Peek & (Fast.Length - 1)];
        if (symbol != 0)
        {
            bits.Skip(DeflateSymbol.CodeBits(symbol));
            return symbol;
        }

        return DecodeLong(ref bits);
    }

    private bool Fill(ReadOnlySpan<byte> lengths)
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

        FillRuns();
        return left == 0 || codes == 0 || (codes == 1 && _counts[1] == 1);
    }

    private void FillRuns()
    {
        var (fast, runs) = (Fast, Runs);
        for (var index = 0; index < fast.Length; index++)
        {
            var first = fast[index];
            runs[index] = DeflateSymbol.TryPair(first, fast[index >> DeflateSymbol.CodeBits(first)], fastBits, out var pair) ? pair : first;
        }
    }

    private void Enter(int symbol, int length, int code)
    {
        if (length > fastBits)
        {
            return;
        }

        var entry = DeflateSymbol.WithCode(alphabet[symbol], length);
        for (var index = Reverse(code, length); index < Fast.Length; index += 1 << length)
        {
            Fast[index] = entry;
        }
    }

    private uint DecodeLong(ref BitReader bits)
    {
        var (code, first, index) = (0, 0, 0);
        for (var length = 1; length <= LongestCode; length++)
        {
            code |= (int)(bits.Peek >> (length - 1)) & 1;
            var count = _counts[length];
            if (code - first < count)
            {
                bits.Skip(length);
                return DeflateSymbol.WithCode(alphabet[_symbols[index + code - first]], length);
            }

            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }

        return 0;
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
