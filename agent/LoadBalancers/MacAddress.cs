// MAC addresses as Neutron spells them.
using System.Diagnostics.CodeAnalysis;
using System.Net.NetworkInformation;
using System.Text.RegularExpressions;

namespace Amphora.Agent.LoadBalancers;

/// <summary>Six pairs of hex digits with colons, in either case; nothing else that .NET would take.</summary>
internal static partial class MacAddress
{
    /// <summary>Reads an address.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out PhysicalAddress? address)
    {
        address = null;
        return Pattern().IsMatch(text) && PhysicalAddress.TryParse(text, out address);
    }

    [GeneratedRegex(@"\A[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
