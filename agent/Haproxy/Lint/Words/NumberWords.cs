// Numbers, durations, sizes.
using System.Globalization;

namespace Amphora.Agent.Haproxy.Lint.Words;

/// <summary>Numbers as templates print them: decimal digits without sign and leading zeros.</summary>
internal static class NumberWords
{
    private const int StatusCodeDigits = 3;

    /// <summary>True for a number in a range.</summary>
    public static bool IsNumber(ReadOnlySpan<char> word, int least, int most) =>
        word is ['0'] or [>= '1' and <= '9', ..]
        && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= least
        && number <= most;

    /// <summary>True for a number of at least 1 with a unit behind it.</summary>
    public static bool IsNumberOf(ReadOnlySpan<char> word, ReadOnlySpan<char> unit) =>
        word.EndsWith(unit, StringComparison.Ordinal) && IsNumber(word[..^unit.Length], 1, int.MaxValue);

    /// <summary>True for a size of a table (B5): a number and perhaps <c>k</c>, <c>m</c> or <c>g</c>.</summary>
    public static bool IsSize(ReadOnlySpan<char> word) =>
        IsNumber(word is [.., 'k' or 'K' or 'm' or 'M' or 'g' or 'G'] ? word[..^1] : word, 1, int.MaxValue);

    /// <summary>True for <c>200|201</c> (B13).</summary>
    public static bool IsStatusCodes(ReadOnlySpan<char> word)
    {
        foreach (var range in word.Split('|'))
        {
            if (word[range].Length != StatusCodeDigits || word[range].ContainsAnyExceptInRange('0', '9'))
            {
                return false;
            }
        }

        return true;
    }
}
