// Bits of a deflate stream (RFC 1951 §3.1.1).
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Amphora.Contract.Heartbeat;

/// <summary>Reads bits, least significant first; past the end come zeros, and <see cref="IsOverrun"/> tells.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> source)
{
    /// <summary>Bits of the longest code of a literal or length that <see cref="TakeRun"/> takes.</summary>
    public const int LongestFastCode = 10;

    /// <summary>Bits of the longest code of a distance that it takes.</summary>
    public const int LongestFastDistance = 8;

    /// <summary>What one step may write: literals, a match, and what is written too much behind it.</summary>
    public const int MostAStep = sizeof(ulong) + LongestMatch + Stride;

    // Two literals each, so that eight bytes hold them all.
    private const int LookUpsAStep = 4;
    private const int LongestMatch = 258;
    private const int Stride = 16;

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

        while (_count < 56)
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
    /// it stops, whatever the reason, the careful way goes on. What is written too much is written again. Local copies stay in registers;
    /// of the count only the six bits that a shift looks at are true.</summary>
    public void TakeRun(HuffmanTable literals, HuffmanTable distances, Span<byte> destination, ref int written)
    {
        var (bits, count, position, at) = (_bits, _count, _position, written);
        var (literalCodes, distanceCodes) = (literals.Runs, distances.Fast);
        var source = _source;
        while (source.Length - position >= 2 * sizeof(ulong) && destination.Length - at >= MostAStep)
        {
            Load(source, ref position, ref bits, ref count);
            var symbol = literalCodes[(int)bits & ((1 << LongestFastCode) - 1)];
            if (DeflateSymbol.IsLiteral(symbol))
            {
                at += TakeLiterals(literalCodes, destination[at..], ref symbol, ref bits, ref count);
                if (DeflateSymbol.IsLiteral(symbol))
                {
                    continue;
                }

                // At least 16 bits (56 − 4 × 10) were there when the symbol was looked up. 56 are enough for a match: 10 + 5 + 8 + 13.
                Load(source, ref position, ref bits, ref count);
            }

            var rest = bits >> (int)symbol;
            var code = distanceCodes[(int)rest & ((1 << LongestFastDistance) - 1)];
            var distance = DeflateSymbol.Number(code, rest);
            if (!DeflateSymbol.IsNumber(symbol) || !DeflateSymbol.IsNumber(code) || distance > at)
            {
                break;
            }

            var length = DeflateSymbol.Number(symbol, bits);
            (bits, count) = (rest >> (int)code, count - (int)symbol - (int)code);
            CopyWithRoom(destination, at, distance, length);
            at += length;
        }

        (_bits, _count, _position, written) = (bits, count & 63, position, at);
    }

    // A few, written at once; ends with the symbol behind them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TakeLiterals(uint[] codes, Span<byte> destination, ref uint symbol, ref ulong bits, ref int count)
    {
        var (text, textBits) = (0UL, 0);
        for (var lookUps = LookUpsAStep; lookUps > 0 && DeflateSymbol.IsLiteral(symbol); lookUps--)
        {
            text |= (ulong)DeflateSymbol.Value(symbol) << textBits;
            textBits += 8 * DeflateSymbol.Literals(symbol);
            (bits, count) = (bits >> (int)symbol, count - (int)symbol);
            symbol = codes[(int)bits & ((1 << LongestFastCode) - 1)];
        }

        BinaryPrimitives.WriteUInt64LittleEndian(destination, text);
        return textBits / 8;
    }

    // To at least 56 bits; eight bytes have to be there.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(ReadOnlySpan<byte> source, ref int position, ref ulong bits, ref int count)
    {
        bits |= BinaryPrimitives.ReadUInt64LittleEndian(source[position..]) << count;
        position += (~count >> 3) & 7;
        count |= 56;
    }

    // Sixteen bytes at a time where what is read was written before.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyWithRoom(Span<byte> destination, int at, int distance, int length)
    {
        var end = at + length;
        if (distance >= Stride)
        {
            for (; at < end; at += Stride)
            {
                Vector128.Create<byte>(destination.Slice(at - distance, Stride)).CopyTo(destination[at..]);
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
