// IP addresses as a document may spell them: config-rendering I9.
using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Amphora.Contract;

/// <summary>Parses addresses without what <see cref="IPAddress.TryParse(ReadOnlySpan{char}, out IPAddress)"/> also takes:
/// zone indexes, brackets, hexadecimal or octal parts, missing parts (config-rendering I9).</summary>
public static class StrictIPAddress
{
    private static readonly SearchValues<char> Allowed = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>Reads an IPv4 address in four decimal parts without leading zeros, or an IPv6 address of RFC 4291 without zone.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        if (text.Length is < 2 or > 45 || text.IndexOfAnyExcept(Allowed) >= 0)
        {
            return false;
        }

        var dotted = text;
        if (text.Contains(':'))
        {
            // An IPv4 tail (::ffff:10.0.0.1) has to be strict as well.
            dotted = text[(text.LastIndexOf(':') + 1)..];
            if (!dotted.Contains('.'))
            {
                dotted = default;
            }
        }

        return (dotted.IsEmpty || IsDottedQuad(dotted))
            && IPAddress.TryParse(text, out address)
            && address.AddressFamily == (text.Contains(':') ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
    }

    private static bool IsDottedQuad(ReadOnlySpan<char> text)
    {
        var parts = 0;
        foreach (var range in text.Split('.'))
        {
            var part = text[range];
            if (++parts > 4 || part.Length is 0 or > 3 || part.IndexOfAnyExceptInRange('0', '9') >= 0
                || (part.Length > 1 && part[0] == '0') || int.Parse(part, provider: null) > 255)
            {
                return false;
            }
        }

        return parts == 4;
    }
}
