// Numbers as JSON Schema sees them: 1, 1.0 and 10e-1 are the same integer.
using System.Buffers.Text;

namespace Amphora.Contract.Json;

/// <summary>A JSON number as ±Digits × 10^Exponent, exact.</summary>
/// <param name="IsNegative">Sign; zero has none.</param>
/// <param name="Digits">Up to 18 significant digits, without trailing zeros.</param>
/// <param name="Exponent">Power of ten; negative when the number is not an integer.</param>
/// <param name="IsHuge">True when it has more than 18 significant digits; <paramref name="Digits"/> then says nothing.</param>
internal readonly record struct JsonNumber(bool IsNegative, long Digits, long Exponent, bool IsHuge)
{
    private const int MaxDigits = 18;
    private const long FarExponent = 1_000_000_000;

    /// <summary>True when there is no fraction.</summary>
    internal bool IsInteger => Exponent >= 0;

    /// <summary>The integer; one that does not fit becomes the largest or smallest <see cref="long"/>.</summary>
    internal long Saturated
    {
        get
        {
            var value = Digits;
            var exponent = IsHuge ? FarExponent : Exponent;
            for (; exponent > 0 && value != 0; exponent--)
            {
                if (value > long.MaxValue / 10)
                {
                    return IsNegative ? long.MinValue : long.MaxValue;
                }

                value *= 10;
            }

            return IsNegative ? -value : value;
        }
    }

    /// <summary>Reads a literal that is already known to be a JSON number.</summary>
    internal static JsonNumber Parse(ReadOnlySpan<byte> literal)
    {
        var negative = literal[0] == '-';
        var unsigned = negative ? literal[1..] : literal;
        var e = unsigned.IndexOfAny((byte)'e', (byte)'E');
        var mantissa = e < 0 ? unsigned : unsigned[..e];
        var first = mantissa.IndexOfAnyInRange((byte)'1', (byte)'9');
        if (first < 0)
        {
            return default;
        }

        var last = mantissa.LastIndexOfAnyInRange((byte)'1', (byte)'9');
        var point = mantissa.IndexOf((byte)'.');
        var fraction = point < 0 ? 0 : mantissa.Length - point - 1;
        var trailingZeros = mantissa.Length - 1 - last - (point > last ? 1 : 0);
        var exponent = (e < 0 ? 0 : ReadExponent(unsigned[(e + 1)..])) - fraction + trailingZeros;

        long digits = 0;
        var count = 0;
        foreach (var character in mantissa[first..(last + 1)])
        {
            if (character != '.' && ++count <= MaxDigits)
            {
                digits = (digits * 10) + (character - '0');
            }
        }

        return new JsonNumber(negative, digits, exponent, count > MaxDigits);
    }

    private static long ReadExponent(ReadOnlySpan<byte> text)
    {
        var negative = text[0] == '-';
        var digits = text.TrimStart("+-"u8).TrimStart((byte)'0');
        long value = 0;
        var known = digits.IsEmpty
            || (Utf8Parser.TryParse(digits, out value, out var used) && used == digits.Length && value < FarExponent);
        return (known ? value : FarExponent) * (negative ? -1 : 1);
    }
}
