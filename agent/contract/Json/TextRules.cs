// Forms of text that every document of ours uses.
using System.Buffers;

namespace Amphora.Contract.Json;

/// <summary>Ids, addresses, networks.</summary>
internal static class TextRules
{
    /// <summary>The longest text that can be an address, in characters.</summary>
    internal const int LongestAddress = 45;

    /// <summary>The longest text that can be a network in CIDR notation, in characters.</summary>
    internal const int LongestCidr = LongestAddress + 4;

    private static readonly SearchValues<byte> LowerHex = SearchValues.Create("0123456789abcdef"u8);
    private static readonly SearchValues<byte> AddressCharacters = SearchValues.Create("0123456789ABCDEFabcdef:."u8);

    /// <summary>config-rendering I10.</summary>
    internal static TextRule Uuid { get; } = new("a UUID in lower case, as 01234567-89ab-cdef-0123-456789abcdef", IsUuid);

    /// <summary>config-rendering I9; whether it is an address is for <see cref="StrictIPAddress"/> to say.</summary>
    internal static TextRule Address { get; } =
        new("an IPv4 or IPv6 address without zone, brackets, prefix length or leading zeros", IsAddressText);

    /// <summary>An address, a slash and one to three digits.</summary>
    internal static TextRule Cidr { get; } =
        new("an IPv4 or IPv6 network in CIDR notation, as 10.0.0.0/8 or 2001:db8::/32", IsCidrText);

    /// <summary>True when every byte is a lower-case hexadecimal digit.</summary>
    internal static bool IsLowerHex(ReadOnlySpan<byte> text) => text.IndexOfAnyExcept(LowerHex) < 0;

    private static bool IsUuid(ReadOnlySpan<byte> text) =>
        text.Length == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-'
        && IsLowerHex(text[..8]) && IsLowerHex(text[9..13]) && IsLowerHex(text[14..18]) && IsLowerHex(text[19..23])
        && IsLowerHex(text[24..]);

    private static bool IsAddressText(ReadOnlySpan<byte> text) =>
        text.Length is >= 2 and <= LongestAddress && text.IndexOfAnyExcept(AddressCharacters) < 0;

    private static bool IsCidrText(ReadOnlySpan<byte> text)
    {
        var slash = text.IndexOf((byte)'/');
        return slash >= 0 && IsAddressText(text[..slash])
            && text.Length - slash - 1 is >= 1 and <= 3 && !text[(slash + 1)..].ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }
}
