// <linux/rtnetlink.h>, <linux/if_link.h>, <linux/if_addr.h>, <linux/fib_rules.h>: links, addresses, routes, rules.
using System.Runtime.InteropServices;

namespace Amphora.Linux.Native;

internal static partial class Libc
{
    internal const ushort RTM_NEWLINK = 16;
    internal const ushort RTM_DELLINK = 17;
    internal const ushort RTM_GETLINK = 18;
    internal const ushort RTM_NEWADDR = 20;
    internal const ushort RTM_DELADDR = 21;
    internal const ushort RTM_GETADDR = 22;
    internal const ushort RTM_NEWROUTE = 24;
    internal const ushort RTM_DELROUTE = 25;
    internal const ushort RTM_GETROUTE = 26;
    internal const ushort RTM_NEWRULE = 32;
    internal const ushort RTM_DELRULE = 33;
    internal const ushort RTM_GETRULE = 34;
    internal const uint RTMGRP_LINK = 1;

    internal const uint IFF_UP = 0x1;
    internal const uint IFF_RUNNING = 0x40;
    internal const ushort IFLA_ADDRESS = 1;
    internal const ushort IFLA_IFNAME = 3;
    internal const ushort IFLA_MTU = 4;
    internal const ushort IFLA_MASTER = 10;
    internal const ushort IFLA_LINKINFO = 18;
    internal const ushort IFLA_STATS64 = 23;
    internal const ushort IFLA_NET_NS_FD = 28;
    internal const ushort IFLA_EXT_MASK = 29;
    internal const ushort IFLA_INFO_KIND = 1;
    internal const ushort IFLA_INFO_DATA = 2;
    internal const ushort VETH_INFO_PEER = 1;
    internal const ushort IFLA_BR_MCAST_SNOOPING = 23;
    internal const uint RTEXT_FILTER_SKIP_STATS = 8;

    internal const ushort IFA_ADDRESS = 1;
    internal const ushort IFA_LOCAL = 2;
    internal const ushort IFA_CACHEINFO = 6;
    internal const ushort IFA_FLAGS = 8;
    internal const uint IFA_F_NODAD = 0x02;
    internal const uint IFA_F_DADFAILED = 0x08;
    internal const uint IFA_F_TENTATIVE = 0x40;
    internal const uint IFA_F_PERMANENT = 0x80;

    internal const ushort RTA_DST = 1;
    internal const ushort RTA_OIF = 4;
    internal const ushort RTA_GATEWAY = 5;
    internal const ushort RTA_PREFSRC = 7;
    internal const ushort RTA_TABLE = 15;
    internal const ushort RTA_PRIORITY = 6;
    internal const byte RTN_UNICAST = 1;
    internal const uint RTNH_F_ONLINK = 4;
    internal const byte RT_SCOPE_UNIVERSE = 0;
    internal const byte RT_SCOPE_LINK = 253;
    internal const byte RT_SCOPE_NOWHERE = 255;
    internal const byte RT_TABLE_UNSPEC = 0;
    internal const byte RT_TABLE_COMPAT = 252;
    internal const byte RT_TABLE_MAIN = 254;
    internal const byte RTPROT_UNSPEC = 0;
    internal const byte RTPROT_KERNEL = 2;
    internal const byte RTPROT_STATIC = 4;
    internal const byte RTPROT_DHCP = 16;
    internal const byte RTPROT_KEEPALIVED = 18;

    internal const ushort FRA_SRC = 2;
    internal const ushort FRA_PRIORITY = 6;
    internal const ushort FRA_TABLE = 15;
    internal const ushort FRA_PROTOCOL = 21;
    internal const byte FR_ACT_TO_TBL = 1;

    /// <summary>struct ifinfomsg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct IfInfoMsg
    {
        internal byte ifi_family;
        private readonly byte _pad;
        internal ushort ifi_type;
        internal int ifi_index;
        internal uint ifi_flags;
        internal uint ifi_change;
    }

    /// <summary>struct ifaddrmsg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct IfAddrMsg
    {
        internal byte ifa_family;
        internal byte ifa_prefixlen;
        internal byte ifa_flags;
        internal byte ifa_scope;
        internal uint ifa_index;
    }

    /// <summary>struct rtmsg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct RtMsg
    {
        internal byte rtm_family;
        internal byte rtm_dst_len;
        internal byte rtm_src_len;
        internal byte rtm_tos;
        internal byte rtm_table;
        internal byte rtm_protocol;
        internal byte rtm_scope;
        internal byte rtm_type;
        internal uint rtm_flags;
    }

    /// <summary>struct fib_rule_hdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct FibRuleHdr
    {
        internal byte family;
        internal byte dst_len;
        internal byte src_len;
        internal byte tos;
        internal byte table;
        private readonly byte _res1;
        private readonly byte _res2;
        internal byte action;
        internal uint flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct IfaCacheTimes
    {
        internal uint ifa_prefered;
        internal uint ifa_valid;
        internal uint cstamp;
        internal uint tstamp;
    }
}
