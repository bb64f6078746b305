// The rules P1–P9 for ports (docs/ports.md).
using System.Net;
using System.Net.Sockets;
using Amphora.Contract.DesiredState.Reading;
using Amphora.Contract.Json;

namespace Amphora.Contract.Rest;

/// <summary>Judges a port while it is read.</summary>
internal sealed class PortRules(PortType? type, FaultCollector faults)
{
    /// <summary>RFC 8200 §5.</summary>
    private const int SmallestIPv6Mtu = 1280;

    private readonly HashSet<IPAddress> _addresses = [];
    private (bool Known, Cidr? Subnet) _firstVip;

    /// <summary>P3: what only a VIP port may have.</summary>
    internal void OnlyForVip(JsonValue field)
    {
        if (type == PortType.Member)
        {
            field.MustBeAbsentFor("P3", "on a port of type member");
        }
    }

    /// <summary>P1 and P2: a VIP port has VIPs, a member port has none.</summary>
    internal void CheckVips(JsonValue field)
    {
        if (!field.IsArrayOrAbsent)
        {
            return;
        }

        if (type == PortType.Vip && IsEmpty(field))
        {
            field.Refuse("P1", "an array of at least one VIP on a port of type vip");
        }
        else if (type == PortType.Member && !IsEmpty(field))
        {
            field.Refuse("P2", "absent or empty on a port of type member");
        }
    }

    /// <summary>Remembers the first VIP's subnet, in which the port's own address lies.</summary>
    internal void NoteVip(Cidr? subnet)
    {
        if (!_firstVip.Known)
        {
            _firstVip = (true, subnet);
        }
    }

    /// <summary>P4: a network has no bits behind its prefix.</summary>
    internal void CheckSubnet(Cidr? network, Place place)
    {
        if (network is { HasHostBits: true } wrong)
        {
            faults.Add(place, "P4", $"{place.Title} is {wrong}; it has to be without bits behind the prefix");
        }
    }

    /// <summary>P5, P6, P7, P9 for an address of the port.</summary>
    internal void CheckAddress(IPAddress? address, Place place, Cidr? subnet)
    {
        if (address is null)
        {
            return;
        }

        CheckUsable(address, place);
        if (!_addresses.Add(address))
        {
            faults.Add(place, "P7", $"{place.Title} is {address}; it has to be different from the port's other addresses");
        }

        if (CheckFamily(address, place, subnet) && subnet is { } network && !network.Contains(address))
        {
            faults.Add(place, "P6", $"{place.Title} is {address}; it has to lie in {network}");
        }
    }

    /// <summary>The port's own address: as any address, in the first VIP's subnet.</summary>
    internal void CheckVrrpIp(IPAddress? address, Place place) => CheckAddress(address, place, _firstVip.Subnet);

    /// <summary>P5 and P9 for a gateway; it may lie outside of the subnet (on-link routes).</summary>
    internal void CheckGateway(IPAddress? gateway, Place place, Cidr? subnet)
    {
        if (gateway is not null)
        {
            CheckUsable(gateway, place);
            CheckFamily(gateway, place, subnet);
        }
    }

    /// <summary>P4, P5 and P9 for a host route.</summary>
    internal void CheckRoute(RouteFacts route, Cidr? subnet)
    {
        CheckSubnet(route.Destination, route.DestinationPlace);
        if (route.Destination is { } destination)
        {
            CheckFamily(destination.Address, route.DestinationPlace, subnet);
        }

        CheckGateway(route.Nexthop, route.NexthopPlace, subnet);
    }

    /// <summary>P8: IPv6 needs 1280 bytes.</summary>
    internal void CheckMtu(int? mtu, JsonValue field)
    {
        if (mtu < SmallestIPv6Mtu && _addresses.Any(address => address.AddressFamily == AddressFamily.InterNetworkV6))
        {
            field.Refuse("P8", $"at least {SmallestIPv6Mtu} on a port with IPv6 addresses");
        }
    }

    private static bool IsEmpty(JsonValue field) => !field.IsPresent || field.IsEmptyArray;

    private bool CheckFamily(IPAddress address, Place place, Cidr? subnet)
    {
        if (subnet is not { } network || network.Family == address.AddressFamily)
        {
            return true;
        }

        faults.Add(place, "P5", $"{place.Title} is {address}; it has to be of the family of the subnet {network}");
        return false;
    }

    // P9.
    private void CheckUsable(IPAddress address, Place place)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        var isIPv4 = address.AddressFamily == AddressFamily.InterNetwork;
        var kind = IPAddress.IsLoopback(address) ? "a loopback"
            : address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? "the unspecified"
            : address.Equals(IPAddress.Broadcast) ? "the broadcast"
            : (isIPv4 ? bytes[0] is >= 224 and <= 239 : address.IsIPv6Multicast) ? "a multicast"
            : null;
        if (kind is not null)
        {
            faults.Add(place, "P9", $"{place.Title} is {address}, {kind} address; it has to be one a host can have");
        }
    }
}
