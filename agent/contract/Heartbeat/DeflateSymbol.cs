// What a code of deflate stands for, in one number that a look-up table can hold (RFC 1951 §3.2.5, §3.2.7).
using System.Runtime.CompilerServices;

namespace Amphora.Contract.Heartbeat;

/// <summary>Bits 0–5: length of the code and of what is added to the value behind it, which is as much as a shift looks at; 6–7, 12: what
/// it is; 8–11: length of the code; 13: it is two literals; 16–31: the value. 0: no symbol. A symbol is a literal, the end of a block, nothing that may come, or else a number: a length, a distance,
/// the length of a code.</summary>
internal static class DeflateSymbol
{
    private const uint Literal = 1 << 6;
    private const uint EndOfBlock = 1 << 7;
    private const uint Unknown = 1 << 12;
    private const int CodeBit = 8;
    private const int PairBit = 13;
    private const int LiteralSymbols = 256;

    private static ReadOnlySpan<ushort> LengthBase =>
        [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
    private static ReadOnlySpan<byte> LengthExtra => [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
    private static ReadOnlySpan<ushort> DistanceBase =>
    [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577,
    ];
    private static ReadOnlySpan<byte> DistanceExtra =>
        [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];

    /// <summary>The alphabet of literals and lengths.</summary>
    public static uint[] LiteralsAndLengths() =>
    [
        .. Enumerable.Range(0, LiteralSymbols).Select(static value => Literal | ((uint)value << 16)), EndOfBlock, .. Numbers(LengthBase, LengthExtra), Unknown, Unknown,
    ];

    /// <summary>The alphabet of distances.</summary>
    public static uint[] Distances() => [.. Numbers(DistanceBase, DistanceExtra), Unknown, Unknown];

    /// <summary>The alphabet of the lengths of codes.</summary>
    public static uint[] CodeLengths() => [.. Enumerable.Range(0, 19).Select(static value => (uint)value << 16)];

    /// <summary>A byte.</summary>
    public static bool IsLiteral(uint symbol) => (symbol & Literal) != 0;

    /// <summary>How many bytes a literal stands for: one, or two of a pair.</summary>
    public static int Literals(uint symbol) => 1 + ((int)(symbol >> PairBit) & 1);

    /// <summary>Two literals that follow each other as one symbol, when both codes have at most <paramref name="bits"/> bits.</summary>
    public static bool TryPair(uint first, uint second, int bits, out uint pair)
    {
        var length = CodeBits(first) + CodeBits(second);
        pair = WithCode(Literal | (1U << PairBit) | ((uint)Value(first) << 16) | ((uint)Value(second) << 24), length & 15);
        return (first & second & Literal) != 0 && length <= bits;
    }

    /// <summary>A symbol of the alphabet with its code.</summary>
    public static uint WithCode(uint symbol, int length) => symbol + (uint)(length | (length << CodeBit));

    /// <summary>The end of a block.</summary>
    public static bool IsEndOfBlock(uint symbol) => (symbol & EndOfBlock) != 0;

    /// <summary>A length, a distance, or the length of a code.</summary>
    public static bool IsNumber(uint symbol) => symbol != 0 && (symbol & (Literal | EndOfBlock | Unknown)) == 0;

    /// <summary>Bits of its code.</summary>
    public static int CodeBits(uint symbol) => (int)(symbol >> CodeBit) & 15;

    /// <summary>Bits of the code, and behind it that belong to it.</summary>
    public static int AllBits(uint symbol) => (int)symbol & 63;

    /// <summary>Bits behind the code that belong to it.</summary>
    public static int ExtraBits(uint symbol) => AllBits(symbol) - CodeBits(symbol);

    /// <summary>What it stands for, without the bits behind the code.</summary>
    public static int Value(uint symbol) => (int)(symbol >> 16);

    /// <summary>The number it stands for, where the bits begin with its code.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Number(uint symbol, ulong bits) => Value(symbol) + (int)((bits & ((1UL << AllBits(symbol)) - 1)) >> CodeBits(symbol));

    private static uint[] Numbers(ReadOnlySpan<ushort> values, ReadOnlySpan<byte> extra)
    {
        var symbols = new uint[values.Length];
        for (var i = 0; i < symbols.Length; i++)
        {
            symbols[i] = ((uint)values[i] << 16) | extra[i];
        }

        return symbols;
    }
}
