// Bits of a deflate stream (RFC 1951 §3.1.1).
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Amphora.Contract.Heartbeat;

/// <summary>Reads bits, least significant first; past the end come zeros, and <see cref="IsOverrun"/> tells.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> source)
{
    /// <summary>Bits of the longest code that <see cref="TakeLiterals"/> takes.</summary>
    public const int LongestFastLiteral = 10;

    private const int LiteralsARefill = 56 / LongestFastLiteral;

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
            _bits |= BinaryPrimitives.ReadUInt64LittleEndian(_source[_position..]) << _count;
            _position += (63 - _count) >> 3;
            _count |= 56;
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

    /// <summary>Takes literals as long as they have short codes and neither end is near: most of what heartbeats are, ids, is literals.</summary>
    /// <returns>How many.</returns>
    public int TakeLiterals(HuffmanTable table, Span<byte> destination)
    {
        var (bits, count, position) = (_bits, _count, _position);
        var fast = table.Fast;
        var source = _source;
        var at = 0;
        while (_padding == 0 && source.Length - position >= 8 && destination.Length - at >= LiteralsARefill)
        {
            bits |= BinaryPrimitives.ReadUInt64LittleEndian(source[position..]) << count;
            position += (63 - count) >> 3;
            count |= 56;
            var most = at + LiteralsARefill;
            var entry = fast[(int)bits & (fast.Length - 1)];
            while (at < most && entry - 1u < HuffmanTable.EndOfLiterals - 1u)
            {
                destination[at++] = (byte)(entry >> 4);
                bits >>= entry & 15;
                count -= entry & 15;
                entry = fast[(int)bits & (fast.Length - 1)];
            }

            if (at < most)
            {
                break;
            }
        }

        (_bits, _count, _position) = (bits, count, position);
        return at;
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
