// The far end of a pair of virtual Ethernet links.
using System.Net.NetworkInformation;
using Amphora.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Amphora.Linux.Netlink;

/// <summary>What the far end of a pair shall be.</summary>
public sealed record VethPeer
{
    /// <summary>Its name, free where it will be.</summary>
    public required string Name { get; init; }

    /// <summary>Where it will be; null: beside the near end.</summary>
    public SafeFileHandle? NetworkNamespace { get; init; }

    /// <summary>Its MAC address; null: the kernel makes one up.</summary>
    public PhysicalAddress? Address { get; init; }

    /// <summary>MTU of both ends, in bytes; null: the kernel's.</summary>
    public int? Mtu { get; init; }

    // Attributes inside VETH_INFO_PEER, behind its struct ifinfomsg.
    internal void Encode(ref NetlinkWriter message)
    {
        message.Attribute(Libc.IFLA_IFNAME, Name);
        if (Address is not null)
        {
            message.Attribute(Libc.IFLA_ADDRESS, Address.GetAddressBytes());
        }

        if (Mtu is { } mtu)
        {
            message.Attribute(Libc.IFLA_MTU, (uint)mtu);
        }

        if (NetworkNamespace is not null)
        {
            message.Attribute(Libc.IFLA_NET_NS_FD, (uint)NetworkNamespace.DangerousGetHandle());
        }
    }
}
