// The frames that tell neighbours where an address is now: gratuitous ARP and unsolicited neighbour advertisement.
using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Amphora.Linux.Native;

namespace Amphora.Linux.Announcements;

/// <summary>Builds announcements as whole Ethernet frames (appliance-layout §7).</summary>
internal static class AnnouncementFrames
{
    private const int ArpLength = 28;
    private const int IPv6HeaderLength = 40;
    private const int AdvertisementLength = 24;
    private const int OptionLength = 8;

    // RFC 4861 §4.4: R (router) and O (override), not S (solicited).
    private const uint RouterAndOverride = 0xa0000000;
    private const byte HopLimit = 255;

    private static readonly byte[] s_broadcast = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    private static readonly byte[] s_allNodesMac = [0x33, 0x33, 0, 0, 0, 1];
    private static readonly byte[] s_allNodes = IPAddress.Parse("ff02::1").GetAddressBytes();

    /// <summary>The frame for the address's family.</summary>
    internal static byte[] For(PhysicalAddress mac, IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? GratuitousArp(mac.GetAddressBytes(), address.GetAddressBytes())
        : NeighborAdvertisement(mac.GetAddressBytes(), address.GetAddressBytes());

    // RFC 826: hardware type, protocol type, lengths, operation | sender MAC, sender IP | target MAC, target IP.
    // A request (not a reply) for the own address: every host refreshes its entry, also those that ignore unasked replies.
    private static byte[] GratuitousArp(byte[] mac, byte[] address)
    {
        var frame = Ethernet(s_broadcast, mac, Libc.ETH_P_ARP, ArpLength);
        var arp = frame.AsSpan(Libc.ETH_HLEN);
        BinaryPrimitives.WriteUInt16BigEndian(arp, Libc.ARPHRD_ETHER);
        BinaryPrimitives.WriteUInt16BigEndian(arp[2..], Libc.ETH_P_IP);
        arp[4] = Libc.ETH_ALEN;
        arp[5] = (byte)address.Length;
        BinaryPrimitives.WriteUInt16BigEndian(arp[6..], Libc.ARPOP_REQUEST);
        mac.CopyTo(arp[8..]);
        address.CopyTo(arp[14..]);
        s_broadcast.CopyTo(arp[18..]);
        address.CopyTo(arp[24..]);
        return frame;
    }

    // RFC 8200 §3: version 6, class, flow | payload length, next header, hop limit | source | destination.
    // RFC 4861 §4.4: type 136, code 0, checksum | flags | target | option 2: target link-layer address.
    private static byte[] NeighborAdvertisement(byte[] mac, byte[] address)
    {
        const int payload = AdvertisementLength + OptionLength;
        var frame = Ethernet(s_allNodesMac, mac, Libc.ETH_P_IPV6, IPv6HeaderLength + payload);
        var ip = frame.AsSpan(Libc.ETH_HLEN);
        ip[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], payload);
        ip[6] = Libc.IPPROTO_ICMPV6;
        ip[7] = HopLimit;
        address.CopyTo(ip[8..]);
        s_allNodes.CopyTo(ip[24..]);

        var icmp = ip[IPv6HeaderLength..];
        icmp[0] = Libc.ND_NEIGHBOR_ADVERT;
        BinaryPrimitives.WriteUInt32BigEndian(icmp[4..], RouterAndOverride);
        address.CopyTo(icmp[8..]);
        icmp[24] = Libc.ND_OPT_TARGET_LINKADDR;
        icmp[25] = OptionLength / 8;
        mac.CopyTo(icmp[26..]);
        BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], Checksum(address, icmp));
        return frame;
    }

    // RFC 8200 §8.1: one's complement sum over source, destination, length, next header and the message.
    private static ushort Checksum(byte[] source, ReadOnlySpan<byte> message)
    {
        var sum = Sum(source) + Sum(s_allNodes) + (uint)message.Length + Libc.IPPROTO_ICMPV6 + Sum(message);
        while (sum > ushort.MaxValue)
        {
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        }

        return (ushort)~sum;
    }

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (var i = 0; i < bytes.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
        }

        return sum;
    }

    private static byte[] Ethernet(ReadOnlySpan<byte> destination, ReadOnlySpan<byte> source, ushort type, int payload)
    {
        var frame = new byte[Libc.ETH_HLEN + payload];
        destination.CopyTo(frame);
        source.CopyTo(frame.AsSpan(Libc.ETH_ALEN));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2 * Libc.ETH_ALEN), type);
        return frame;
    }
}
