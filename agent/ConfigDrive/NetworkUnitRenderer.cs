// Pure: an interface of boot as a file of systemd-networkd (systemd.network(5)).
using System.Globalization;
using System.Text;

namespace Amphora.Agent.ConfigDrive;

/// <summary>Renders. Every value is a number or an address that was parsed: no text of the drive reaches the file.</summary>
internal static class NetworkUnitRenderer
{
    /// <summary>The file; its name sorts before what an image brings.</summary>
    public static DriveFile Render(BootInterface boot, string directory)
    {
        var mac = BitConverter.ToString(boot.Mac.GetAddressBytes()).Replace('-', ':').ToLowerInvariant();
        var text = new StringBuilder($"# From the config drive.\n[Match]\nMACAddress={mac}\n\n");
        if (boot.Mtu is { } mtu)
        {
            text.Append(CultureInfo.InvariantCulture, $"[Link]\nMTUBytes={mtu}\n\n");
        }

        var dhcp = (boot.Dhcp4, boot.Dhcp6) switch { (true, true) => "yes", (true, false) => "ipv4", (false, true) => "ipv6", _ => "no" };
        text.Append(CultureInfo.InvariantCulture, $"[Network]\nDHCP={dhcp}\nIPv6AcceptRA={(boot.RouterAdvertisements || boot.Dhcp6 ? "yes" : "no")}\n");
        foreach (var address in boot.Addresses)
        {
            text.Append(CultureInfo.InvariantCulture, $"Address={address}\n");
        }

        foreach (var (destination, gateway) in boot.Routes)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n[Route]\nDestination={destination}\nGateway={gateway}\n");
        }

        return new DriveFile($"{directory.TrimEnd('/')}/05-config-drive-{mac.Replace(":", "", StringComparison.Ordinal)}.network", Encoding.ASCII.GetBytes(text.ToString()))
        {
            Source = "network_data.json",
        };
    }
}
