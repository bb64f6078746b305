// A line of plugged_interfaces, and MAC addresses as text.
using System.Diagnostics.CodeAnalysis;
using System.Net.NetworkInformation;

namespace Amphora.Agent.Network;

/// <summary>Which name a port was given.</summary>
internal sealed record PluggedInterface(PhysicalAddress Mac, string Name)
{
    /// <summary>Reads <c>MAC ifname</c>; null when the line is something else.</summary>
    public static PluggedInterface? Parse(string line) =>
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [var mac, var name]
        && PhysicalAddress.TryParse(mac, out var address)
            ? new PluggedInterface(address, name)
            : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Mac.ToText()} {Name}";
}

/// <summary>MAC addresses the way Linux and Octavia write them.</summary>
internal static class MacText
{
    /// <summary>Reads six pairs of hex digits with colons between them; nothing else .NET would take.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out PhysicalAddress? mac)
    {
        mac = null;
        return text is [_, _, ':', _, _, ':', _, _, ':', _, _, ':', _, _, ':', _, _] && PhysicalAddress.TryParse(text, out mac);
    }

    /// <summary>As <c>fa:16:3e:00:00:01</c>.</summary>
    public static string ToText(this PhysicalAddress mac) => BitConverter.ToString(mac.GetAddressBytes()).Replace('-', ':').ToLowerInvariant();
}
