// Names and addresses.
using System.Buffers;
using System.Net;
using Amphora.Agent.Haproxy.Model;

namespace Amphora.Agent.Haproxy.Lint.Words;

/// <summary>Names that templates make of ids (I10), and addresses (I9).</summary>
internal static class NameWords
{
    private const int UuidLength = 36;
    private const int PeersPort = 1025;

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> Base64 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
    private static readonly SearchValues<char> HostName = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

    /// <summary>True for a UUID in lower case.</summary>
    public static bool IsId(ReadOnlySpan<char> word) => word.Length == UuidLength
        && word[8] == '-' && word[13] == '-' && word[18] == '-' && word[23] == '-'
        && IsHex(word[..8]) && IsHex(word[9..13]) && IsHex(word[14..18]) && IsHex(word[19..23]) && IsHex(word[24..]);

    /// <summary>True for lower-case hexadecimal digits.</summary>
    public static bool IsHex(ReadOnlySpan<char> word) => !word.ContainsAnyExcept(Hex);

    /// <summary>True for <c>pool:listener</c> (B1).</summary>
    public static bool IsBackend(ReadOnlySpan<char> word) =>
        word.Length == (2 * UuidLength) + 1 && word[UuidLength] == ':' && IsId(word[..UuidLength]) && IsId(word[(UuidLength + 1)..]);

    /// <summary>True for the id of a rule, perhaps with <c>!</c> before it (L16).</summary>
    public static bool IsTerm(ReadOnlySpan<char> word) => IsId(word is ['!', ..] ? word[1..] : word);

    /// <summary>True for the name of a peer (P3), which is no option behind <c>-L</c>.</summary>
    public static bool IsPeer(ReadOnlySpan<char> word) => word is [not '-', ..] && !word.ContainsAnyExcept(Base64);

    /// <summary>True for labels of a host (I8).</summary>
    public static bool IsHostName(ReadOnlySpan<char> word) => word.Length > 0 && !word.ContainsAnyExcept(HostName);

    /// <summary>True for a VIP and a port: no wildcard, which would be every address of the amphora.</summary>
    public static bool IsVip(ReadOnlySpan<char> word) =>
        AddressWord.TryParse(word, out var address, out _) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any);

    /// <summary>True for an address.</summary>
    public static bool IsAddress(ReadOnlySpan<char> word) => AddressWord.TryParse(word, out _);

    /// <summary>True for an address and a port.</summary>
    public static bool IsMember(ReadOnlySpan<char> word) => AddressWord.TryParse(word, out _, out _);

    /// <summary>True for an address and the port of peers (P2).</summary>
    public static bool IsPeerAddress(ReadOnlySpan<char> word) => AddressWord.TryParse(word, out _, out var port) && port == PeersPort;
}
