// Bits of a deflate stream (RFC 1951 §3.1.1).
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Amphora.Contract.Heartbeat;

/// <summary>Reads bits, least significant first; past the end come zeros, and <see cref="IsOverrun"/> tells.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> source)
{
    /// <summary>Bits of the longest code of a literal or length that <see cref="TakeRun"/> takes.</summary>
    public const int LongestFastCode = 10;

    /// <summary>What one step may write: literals, a match, and what is written too much behind it.</summary>
    public const int MostAStep = (2 * LookUpsARefill) + LongestMatch + sizeof(ulong);

    private const int LookUpsARefill = 56 / LongestFastCode;
    private const int LongestMatch = 258;

    private readonly ReadOnlySpan<byte> _source = source;
    private int _position;
    private ulong _bits;
    private int _count;

    // Zero bytes that were put in behind the end.
    private int _padding;

    /// <summary>True when bits were taken that the source does not have.</summary>
    public readonly bool IsOverrun => _count < 8 * _padding;

    /// <summary>True when every byte was touched, and no more.</summary>
    public readonly bool IsAtEnd => !IsOverrun && _count - (8 * _padding) < 8 && _position == _source.Length;

    /// <summary>The next bits, 56 of them for certain after <see cref="Refill"/>.</summary>
    public readonly ulong Peek => _bits;

    /// <summary>Makes at least 56 bits available.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Refill()
    {
        if (_source.Length - _position >= 8)
        {
            Load(_source, ref _position, ref _bits, ref _count);
            return;
        }

        while (_count <= 56)
        {
            if (_position < _source.Length)
            {
                _bits |= (ulong)_source[_position++] << _count;
            }
            else
            {
                _padding++;
            }

            _count += 8;
        }
    }

    /// <summary>Takes bits away.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Skip(int count)
    {
        _bits >>= count;
        _count -= count;
    }

    /// <summary>Takes a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Take(int count)
    {
        var value = (int)(_bits & ((1UL << count) - 1));
        Skip(count);
        return value;
    }

    /// <summary>Takes what a symbol stands for: its value, and the bits behind the code that are added to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int TakeValue(uint symbol) => DeflateSymbol.Value(symbol) + Take(DeflateSymbol.ExtraBits(symbol));

    /// <summary>Takes literals and matches as long as their codes are short and neither end is near, which is nearly all of a message. Where
    /// it stops, whatever the reason, the careful way goes on. Two bytes are written for each literal or pair; the second of one that stands
    /// alone is written again. Local copies stay in registers.</summary>
    public void TakeRun(HuffmanTable literals, HuffmanTable distances, Span<byte> destination, ref int written)
    {
        var (bits, count, position, at) = (_bits, _count, _position, written);
        var (literalCodes, distanceCodes) = (literals.Runs, distances.Fast);
        var source = _source;
        while (_padding == 0 && source.Length - position >= 2 * sizeof(ulong) && destination.Length - at >= MostAStep)
        {
            Load(source, ref position, ref bits, ref count);
            var symbol = literalCodes[(int)bits & (literalCodes.Length - 1)];
            for (var lookUps = LookUpsARefill; lookUps > 0 && DeflateSymbol.IsLiteral(symbol); lookUps--)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(destination[at..], (ushort)DeflateSymbol.Value(symbol));
                at += DeflateSymbol.Literals(symbol);
                (bits, count) = (bits >> DeflateSymbol.CodeBits(symbol), count - DeflateSymbol.CodeBits(symbol));
                symbol = literalCodes[(int)bits & (literalCodes.Length - 1)];
            }

            if (DeflateSymbol.IsLiteral(symbol))
            {
                continue;
            }

            // At least 14 bits (64 − 5 × 10) were there when the symbol was looked up. 56 are enough for a match: 10 + 5 + 8 + 13.
            Load(source, ref position, ref bits, ref count);
            var rest = bits;
            var length = DeflateSymbol.Take(symbol, ref rest);
            var code = distanceCodes[(int)rest & (distanceCodes.Length - 1)];
            var distance = DeflateSymbol.Take(code, ref rest);
            if (!DeflateSymbol.IsNumber(symbol) || !DeflateSymbol.IsNumber(code) || distance > at)
            {
                break;
            }

            (bits, count) = (rest, count - DeflateSymbol.AllBits(symbol) - DeflateSymbol.AllBits(code));
            CopyWithRoom(destination, at, distance, length);
            at += length;
        }

        (_bits, _count, _position, written) = (bits, count, position, at);
    }

    // To at least 56 bits; eight bytes have to be there.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(ReadOnlySpan<byte> source, ref int position, ref ulong bits, ref int count)
    {
        bits |= BinaryPrimitives.ReadUInt64LittleEndian(source[position..]) << count;
        position += (63 - count) >> 3;
        count |= 56;
    }

    // Eight bytes at a time where what is read was written before; what is written too much is written again.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyWithRoom(Span<byte> destination, int at, int distance, int length)
    {
        var end = at + length;
        if (distance >= sizeof(ulong))
        {
            for (; at < end; at += sizeof(ulong))
            {
                BinaryPrimitives.WriteUInt64LittleEndian(destination[at..], BinaryPrimitives.ReadUInt64LittleEndian(destination[(at - distance)..]));
            }

            return;
        }

        for (; at < end; at++)
        {
            destination[at] = destination[at - distance];
        }
    }

    /// <summary>Takes the bytes of a stored block; false when they are not there.</summary>
    public bool TakeStored(out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        Skip(_count & 7);
        var start = _position - ((_count - (8 * _padding)) / 8);
        if (IsOverrun || _source.Length - start < 4)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt16LittleEndian(_source[start..]);
        if ((ushort)~BinaryPrimitives.ReadUInt16LittleEndian(_source[(start + 2)..]) != length || _source.Length - start - 4 < length)
        {
            return false;
        }

        bytes = _source.Slice(start + 4, length);
        (_position, _bits, _count, _padding) = (start + 4 + length, 0, 0, 0);
        return true;
    }
}
