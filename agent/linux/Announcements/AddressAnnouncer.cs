// Tells the neighbours of a link which addresses it has now.
using System.Buffers.Binary;
using System.Net;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Native;
using Amphora.Linux.Netlink;
using Microsoft.Win32.SafeHandles;

namespace Amphora.Linux.Announcements;

/// <summary>Sends gratuitous ARP requests and unsolicited neighbour advertisements through packet sockets.</summary>
public static class AddressAnnouncer
{
    // The kernel's linkwatch takes some ms; a link without a carrier never runs, and nobody hears what it says.
    private static readonly TimeSpan s_untilRunning = TimeSpan.FromSeconds(1);

    /// <summary>One frame for each address, in order; first waits a moment for a link that has just come up, as its frames would be lost.</summary>
    /// <param name="networkNamespace">The link's namespace; null: the caller's own.</param>
    /// <param name="link">An Ethernet link that is up.</param>
    /// <param name="addresses">IPv4 and IPv6 addresses.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="LinuxException">A frame could not be sent; ENETDOWN when the link is down.</exception>
    public static async Task SendAsync(string? networkNamespace, Link link, IEnumerable<IPAddress> addresses, CancellationToken cancellationToken)
    {
        await LinkWatch.WaitUntilRunningAsync(networkNamespace, link, s_untilRunning, cancellationToken);
        // Protocol 0: this socket receives nothing.
        var socket = NetworkNamespace.Run(
            networkNamespace, () => Libc.Check(Libc.socket(Libc.AF_PACKET, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, 0), "open packet socket"));
        try
        {
            Send(socket, link, addresses);
        }
        finally
        {
            // The kernel closes a packet socket after an RCU grace period, some 15 ms. The frames are out; nobody has to wait for that.
            ThreadPool.UnsafeQueueUserWorkItem(static socket => socket.Dispose(), socket, preferLocal: false);
        }
    }

    private static unsafe void Send(SafeFileHandle socket, Link link, IEnumerable<IPAddress> addresses)
    {
        foreach (var address in addresses)
        {
            var frame = AnnouncementFrames.For(link.Address, address);
            var target = new Libc.SockAddrLinkLayer
            {
                sll_family = Libc.AF_PACKET,
                sll_protocol = BinaryPrimitives.ReverseEndianness(BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(2 * Libc.ETH_ALEN))),
                sll_ifindex = link.Index,
                sll_halen = Libc.ETH_ALEN,
            };
            fixed (byte* start = frame)
            {
                Libc.Check(
                    Libc.sendto(socket, start, (nuint)frame.Length, 0, &target, (uint)sizeof(Libc.SockAddrLinkLayer)),
                    $"announce {address} on {link.Name}");
            }
        }
    }
}
