// Addresses as bind, server and peer lines have them.
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy.Model;

/// <summary>Reads <c>address:port</c>. What is no plain IP address, as a name, a socket's path, <c>*</c> or a list, is none.</summary>
internal static class AddressWord
{
    /// <summary>Reads an address and its port, 1–65535. The last colon stands before the port, so IPv6 needs no brackets (config-rendering E7).</summary>
    public static bool TryParse(ReadOnlySpan<char> word, [NotNullWhen(true)] out IPAddress? address, out int port)
    {
        address = null;
        port = 0;
        var colon = word.LastIndexOf(':');
        return colon > 0
            && word[(colon + 1)..] is { Length: > 0 and <= 5 } digits
            && digits[0] != '0'
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && port <= ushort.MaxValue
            && TryParse(word[..colon], out address);
    }

    /// <summary>Reads an address without port; brackets may stand around IPv6.</summary>
    public static bool TryParse(ReadOnlySpan<char> word, [NotNullWhen(true)] out IPAddress? address)
    {
        var isBracketed = word.Length > 2 && word[0] == '[' && word[^1] == ']';
        return StrictIPAddress.TryParse(isBracketed ? word[1..^1] : word, out address)
            && (!isBracketed || address.AddressFamily == AddressFamily.InterNetworkV6);
    }
}
