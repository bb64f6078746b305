// Spelling of addresses in generated files: always re-printed, never the text that came in (E7, I9).
using System.Net;
using System.Net.Sockets;

namespace Amphora.Templates.Rendering;

/// <summary>Prints addresses.</summary>
internal static class Addresses
{
    public static bool IsV6(this IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>IPv6 in brackets, so that a port may follow and <c>addr</c> understands it (UD12).</summary>
    public static string Bracketed(this IPAddress address) => address.IsV6() ? $"[{address}]" : address.ToString();

    /// <summary>The address as a network of its own: /32 or /128.</summary>
    public static string AsHost(this IPAddress address) => address.IsV6() ? $"{address}/128" : $"{address}/32";
}
