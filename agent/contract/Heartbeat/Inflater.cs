// zlib streams (RFC 1950, RFC 1951) → bytes, into a span that bounds them; without any allocation.
using System.Buffers.Binary;

namespace Amphora.Contract.Heartbeat;

/// <summary>How an expansion ended.</summary>
internal enum InflateResult
{
    /// <summary>The whole stream was read.</summary>
    Done,

    /// <summary>The destination is full, and the stream goes on.</summary>
    Full,

    /// <summary>Not a zlib stream, or a broken one.</summary>
    Corrupt,

    /// <summary>As much is there as was asked for; it can go on.</summary>
    Paused,
}

/// <summary>Expands one stream after the other. Datagrams come from anybody: with per-amphora keys the id has to be read before the mac
/// can be checked, so this has to be safe on hostile bytes, pause after a few bytes of output, and cost nothing but time. The
/// framework's stream does neither (it allocates 40 KiB a message). The checksum at the end is not looked at: the mac vouches for more.</summary>
internal sealed class Inflater
{
    private const int EndOfBlock = 256;

    // RFC 1951 §3.2.7: the order in which the lengths of the code length codes come.
    private static ReadOnlySpan<byte> LengthOrder => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    private readonly HuffmanTable _literals = new(DeflateSymbol.LiteralsAndLengths(), BitReader.LongestFastCode);
    private readonly HuffmanTable _distances = new(DeflateSymbol.Distances(), BitReader.LongestFastDistance);
    private readonly HuffmanTable _codeLengths = new(DeflateSymbol.CodeLengths(), 7);
    private readonly byte[] _lengths = new byte[288 + 32];

    /// <summary>Expands a stream that has to fill <paramref name="source"/> exactly.</summary>
    public InflateResult Inflate(ReadOnlySpan<byte> source, Span<byte> destination, out int written)
    {
        var expansion = new Expansion(source);
        var result = Continue(ref expansion, destination, int.MaxValue);
        written = expansion.Written;
        return result;
    }

    /// <summary>Begins an expansion, or goes on with one that was paused; one that ended says again how.</summary>
    /// <param name="expansion">Where it stands. No other one may come in between: the codes of the block are kept here.</param>
    /// <param name="destination">The same memory as before.</param>
    /// <param name="enough">With so many bytes written it pauses, after the step that wrote the last of them.</param>
    public InflateResult Continue(ref Expansion expansion, Span<byte> destination, int enough)
    {
        if (expansion.Result == InflateResult.Paused)
        {
            expansion.Result = expansion.HasHeader || expansion.TakeHeader() ? Blocks(ref expansion, destination, enough) : InflateResult.Corrupt;
        }

        return expansion.Result;
    }

    private InflateResult Blocks(ref Expansion expansion, Span<byte> destination, int enough)
    {
        ref var bits = ref expansion.Bits;
        while (expansion.IsInBlock || !expansion.IsLast)
        {
            var result = expansion.IsInBlock ? InflateResult.Done : BeginBlock(ref expansion, destination);
            if (result == InflateResult.Done && expansion.IsInBlock)
            {
                result = Block(ref expansion, destination, enough);
            }

            if (result != InflateResult.Done)
            {
                return result;
            }

            expansion.IsInBlock = false;
        }

        return bits.IsAtEnd ? InflateResult.Done : InflateResult.Corrupt;
    }

    // A stored block is through at once.
    private InflateResult BeginBlock(ref Expansion expansion, Span<byte> destination)
    {
        ref var bits = ref expansion.Bits;
        bits.Refill();
        expansion.IsLast = bits.Take(1) == 1;
        var type = bits.Take(2);
        if (type == 0)
        {
            return Stored(ref bits, destination, ref expansion.Written);
        }

        expansion.IsInBlock = type == 1 ? SetFixedCodes() : type == 2 && ReadCodes(ref bits);
        return expansion.IsInBlock ? InflateResult.Done : InflateResult.Corrupt;
    }

    // RFC 1951 §3.2.4: to the next byte; LEN, its complement, the bytes.
    private static InflateResult Stored(ref BitReader bits, Span<byte> destination, ref int written)
    {
        if (!bits.TakeStored(out var bytes))
        {
            return InflateResult.Corrupt;
        }

        var room = destination.Length - written;
        var fits = Math.Min(room, bytes.Length);
        bytes[..fits].CopyTo(destination[written..]);
        written += fits;
        return fits < bytes.Length ? InflateResult.Full : InflateResult.Done;
    }

    private InflateResult Block(ref Expansion expansion, Span<byte> destination, int enough)
    {
        ref var bits = ref expansion.Bits;
        ref var written = ref expansion.Written;
        var run = destination[..(int)Math.Min(destination.Length, (long)enough + BitReader.MostAStep)];
        while (true)
        {
            bits.TakeRun(_literals, _distances, run, ref written);
            if (written >= enough)
            {
                return InflateResult.Paused;
            }

            bits.Refill();
            var symbol = _literals.Decode(ref bits);
            var isLiteral = DeflateSymbol.IsLiteral(symbol);
            var (length, distance) = isLiteral || DeflateSymbol.IsEndOfBlock(symbol) ? (1, 0) : Match(ref bits, symbol);
            if (length == 0 || distance > written || bits.IsOverrun)
            {
                return InflateResult.Corrupt;
            }

            if (DeflateSymbol.IsEndOfBlock(symbol) || written == destination.Length)
            {
                return DeflateSymbol.IsEndOfBlock(symbol) ? InflateResult.Done : InflateResult.Full;
            }

            var fits = Math.Min(length, destination.Length - written);
            Put(destination, written, symbol, distance, fits);
            written += fits;
            if (fits < length)
            {
                return InflateResult.Full;
            }
        }
    }

    // Length 0 and distance 0 stand for a code that does not exist. 56 bits are enough: 15 + 5 + 15 + 13.
    private (int Length, int Distance) Match(ref BitReader bits, uint symbol)
    {
        if (!DeflateSymbol.IsNumber(symbol))
        {
            return default;
        }

        var length = bits.TakeValue(symbol);
        var code = _distances.Decode(ref bits);
        return DeflateSymbol.IsNumber(code) ? (length, bits.TakeValue(code)) : default;
    }

    // Distance 0 stands for a literal.
    private static void Put(Span<byte> destination, int at, uint symbol, int distance, int length)
    {
        if (distance > 0)
        {
            Copy(destination, at, distance, length);
            return;
        }

        destination[at] = (byte)DeflateSymbol.Value(symbol);
    }

    private static void Copy(Span<byte> destination, int at, int distance, int length)
    {
        if (length <= 8 && distance >= 8 && destination.Length - at >= 8)
        {
            // Most copies are short. What is written too much is written again.
            BinaryPrimitives.WriteUInt64LittleEndian(destination[at..], BinaryPrimitives.ReadUInt64LittleEndian(destination[(at - distance)..]));
            return;
        }

        if (distance >= length)
        {
            destination.Slice(at - distance, length).CopyTo(destination[at..]);
            return;
        }

        // What is copied is copied again: "aaaa" is one a with distance 1.
        for (var i = 0; i < length; i++)
        {
            destination[at + i] = destination[at + i - distance];
        }
    }

    // RFC 1951 §3.2.6.
    private bool SetFixedCodes()
    {
        var lengths = _lengths.AsSpan();
        lengths[..144].Fill(8);
        lengths[144..256].Fill(9);
        lengths[256..280].Fill(7);
        lengths[280..288].Fill(8);
        lengths[288..320].Fill(5);
        return _literals.Set(lengths[..288]) && _distances.Set(lengths[288..320]);
    }

    // RFC 1951 §3.2.7.
    private bool ReadCodes(ref BitReader bits)
    {
        bits.Refill();
        var literals = bits.Take(5) + 257;
        var distances = bits.Take(5) + 1;
        var codes = bits.Take(4) + 4;
        Span<byte> codeLengths = stackalloc byte[LengthOrder.Length];
        codeLengths.Clear();
        for (var i = 0; i < codes; i++)
        {
            bits.Refill();
            codeLengths[LengthOrder[i]] = (byte)bits.Take(3);
        }

        var all = _lengths.AsSpan(0, literals + distances);
        return literals <= 286 && distances <= 30
            && _codeLengths.Set(codeLengths)
            && ReadLengths(ref bits, all)
            && all[EndOfBlock] != 0
            && _literals.Set(all[..literals]) && _distances.Set(all[literals..]);
    }

    private bool ReadLengths(ref BitReader bits, Span<byte> lengths)
    {
        for (var i = 0; i < lengths.Length;)
        {
            bits.Refill();
            var code = _codeLengths.Decode(ref bits);
            var symbol = DeflateSymbol.IsNumber(code) ? DeflateSymbol.Value(code) : -1;
            if (symbol is >= 0 and < 16)
            {
                lengths[i++] = (byte)symbol;
                continue;
            }

            var (value, times) = symbol switch
            {
                16 when i > 0 => (lengths[i - 1], 3 + bits.Take(2)),
                17 => ((byte)0, 3 + bits.Take(3)),
                18 => ((byte)0, 11 + bits.Take(7)),
                _ => ((byte)0, int.MaxValue),
            };
            if (times > lengths.Length - i || bits.IsOverrun)
            {
                return false;
            }

            lengths.Slice(i, times).Fill(value);
            i += times;
        }

        return !bits.IsOverrun;
    }
}
