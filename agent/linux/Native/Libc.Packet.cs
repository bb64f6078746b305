// <linux/if_packet.h>, <linux/if_ether.h>, <net/if_arp.h>, <netinet/icmp6.h>: whole frames and what is in those sent here.
using System.Runtime.InteropServices;

namespace Amphora.Linux.Native;

internal static partial class Libc
{
    internal const ushort ETH_P_ARP = 0x0806;
    internal const ushort ETH_P_IP = 0x0800;
    internal const ushort ETH_P_IPV6 = 0x86dd;
    internal const int ETH_ALEN = 6;
    internal const int ETH_HLEN = 14;
    internal const ushort ARPHRD_ETHER = 1;
    internal const ushort ARPOP_REQUEST = 1;
    internal const byte IPPROTO_ICMPV6 = 58;
    internal const byte ND_NEIGHBOR_ADVERT = 136;
    internal const byte ND_OPT_TARGET_LINKADDR = 2;

    /// <summary>struct sockaddr_ll.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    internal struct SockAddrLinkLayer
    {
        internal ushort sll_family;
        internal ushort sll_protocol;
        internal int sll_ifindex;
        internal ushort sll_hatype;
        internal byte sll_pkttype;
        internal byte sll_halen;
        internal ulong sll_addr;
    }
}
