// What a network interface has sent and received (RTM_NEWLINK, IFLA_STATS64).
using System.Runtime.InteropServices;
using Amphora.Linux.Native;

namespace Amphora.Linux.Netlink;

/// <summary>64-bit byte counters of an interface, since it is there.</summary>
/// <param name="Name">As <c>eth1</c>.</param>
/// <param name="ReceivedBytes">Received.</param>
/// <param name="SentBytes">Sent.</param>
public sealed record LinkTraffic(string Name, ulong ReceivedBytes, ulong SentBytes)
{
    // struct rtnl_link_stats64 (linux/if_link.h): rx_packets, tx_packets, rx_bytes, tx_bytes, … each 64 bits.
    private const int ReceivedBytesAt = 2, SentBytesAt = 3;

    internal static LinkTraffic Decode(ReadOnlySpan<byte> body)
    {
        var attributes = AttributeReader.After<Libc.IfInfoMsg>(body, out _);
        var (name, received, sent) = ("", 0UL, 0UL);
        while (attributes.Next())
        {
            if (attributes.Type == Libc.IFLA_IFNAME)
            {
                name = attributes.Text;
            }
            else if (attributes.Type == Libc.IFLA_STATS64 && attributes.Value.Length >= (SentBytesAt + 1) * sizeof(ulong))
            {
                received = MemoryMarshal.Read<ulong>(attributes.Value[(ReceivedBytesAt * sizeof(ulong))..]);
                sent = MemoryMarshal.Read<ulong>(attributes.Value[(SentBytesAt * sizeof(ulong))..]);
            }
        }

        return new LinkTraffic(name, received, sent);
    }
}
