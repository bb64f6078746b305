// Pure: network_data.json (OpenStack's metadata format), as far as the interfaces of boot need it.
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json;
using Amphora.Contract;

namespace Amphora.Agent.ConfigDrive;

/// <summary>An interface the instance has when it boots: management.</summary>
/// <param name="Mac">Its MAC address.</param>
internal sealed record BootInterface(PhysicalAddress Mac)
{
    /// <summary>Bytes; null: the kernel's.</summary>
    public int? Mtu { get; init; }

    /// <summary>IPv4 by DHCP.</summary>
    public bool Dhcp4 { get; init; }

    /// <summary>IPv6 by DHCP.</summary>
    public bool Dhcp6 { get; init; }

    /// <summary>IPv6 by router advertisements.</summary>
    public bool RouterAdvertisements { get; init; }

    /// <summary>Fixed addresses.</summary>
    public IReadOnlyList<Cidr> Addresses { get; init; } = [];

    /// <summary>Routes; a prefix length of 0 is the default route.</summary>
    public IReadOnlyList<(Cidr Destination, IPAddress Gateway)> Routes { get; init; } = [];
}

/// <summary>Reads it.</summary>
internal static class NetworkDataReader
{
    /// <summary>The physical links with their networks; bonds and VLANs are not what amphorae have.</summary>
    /// <exception cref="InvalidDataException">A field that is needed is not what it has to be.</exception>
    public static IReadOnlyList<BootInterface> Read(ReadOnlySpan<byte> json)
    {
        var root = MetaDataReader.Parse(json, "network_data.json");
        var interfaces = new List<BootInterface>();
        foreach (var link in Each(root, "links"))
        {
            if (MetaDataReader.Text(link, "type") is "bond" or "vlan")
            {
                continue;
            }

            var id = MetaDataReader.Text(link, "id") ?? throw Wrong("a link has no id");
            var mac = PhysicalAddress.TryParse(MetaDataReader.Text(link, "ethernet_mac_address"), out var found) && found.GetAddressBytes().Length == 6
                ? found : throw Wrong($"link {id} has no ethernet_mac_address");
            var mtu = link.TryGetProperty("mtu", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var bytes) ? bytes : (int?)null;
            interfaces.Add(WithNetworks(new BootInterface(mac) { Mtu = mtu is >= 68 and <= 65535 ? mtu : null }, id, root));
        }

        return interfaces;
    }

    private static BootInterface WithNetworks(BootInterface boot, string link, JsonElement root)
    {
        var addresses = new List<Cidr>();
        var routes = new List<(Cidr, IPAddress)>();
        foreach (var network in Each(root, "networks"))
        {
            if (MetaDataReader.Text(network, "link") != link)
            {
                continue;
            }

            var type = MetaDataReader.Text(network, "type") ?? "";
            boot = boot with
            {
                Dhcp4 = boot.Dhcp4 || type == "ipv4_dhcp",
                Dhcp6 = boot.Dhcp6 || type is "ipv6_dhcp" or "ipv6_dhcpv6-stateful",
                RouterAdvertisements = boot.RouterAdvertisements || type is "ipv6_slaac" or "ipv6_dhcpv6-stateless",
            };
            if (type is "ipv4" or "ipv6")
            {
                addresses.Add(Network(network, "ip_address", "netmask"));
            }

            foreach (var route in Each(network, "routes"))
            {
                routes.Add((Network(route, "network", "netmask"), Address(route, "gateway")));
            }
        }

        return boot with { Addresses = addresses, Routes = routes };
    }

    // 10.0.0.5 with 255.255.255.0, 10.0.0.5/24, or fd00::5 with ffff:ffff:ffff:ffff::.
    private static Cidr Network(JsonElement owner, string name, string mask)
    {
        var text = MetaDataReader.Text(owner, name) ?? throw Wrong($"{name} is missing");
        if (Cidr.TryParse(text, out var cidr))
        {
            return cidr.Value;
        }

        var address = Address(owner, name);
        if (MetaDataReader.Text(owner, mask) is not { } length)
        {
            return new Cidr(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
        }

        return Cidr.TryParse($"{address}/{length}", out var numbered) ? numbered.Value : new Cidr(address, PrefixLength(Address(owner, mask), address, name));
    }

    private static int PrefixLength(IPAddress mask, IPAddress address, string name)
    {
        var length = 0;
        var ended = mask.AddressFamily != address.AddressFamily;
        var wrong = ended;
        foreach (var part in mask.GetAddressBytes())
        {
            for (var bit = 7; bit >= 0; bit--)
            {
                var set = (part >> bit & 1) == 1;
                wrong |= set && ended;
                ended |= !set;
                length += set ? 1 : 0;
            }
        }

        return wrong ? throw Wrong($"the netmask {mask} of {name} is none for {address}") : length;
    }

    private static IPAddress Address(JsonElement owner, string name) =>
        StrictIPAddress.TryParse(MetaDataReader.Text(owner, name), out var address) ? address : throw Wrong($"{name} is not an IP address");

    private static JsonElement.ArrayEnumerator Each(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default;

    private static InvalidDataException Wrong(string reason) => new($"network_data.json: {reason}");
}
