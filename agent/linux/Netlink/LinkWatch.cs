// Waits for a link to appear: a port that is hot-plugged a moment after it was asked for.
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Native;

namespace Amphora.Linux.Netlink;

/// <summary>Listens to the kernel's announcements of links (RTNLGRP_LINK) in one namespace.</summary>
public static class LinkWatch
{
    private const int DatagramLength = 64 * 1024;

    /// <summary>Waits until a link with this MAC address is in the namespace, by event and not by polling.</summary>
    /// <param name="networkNamespace">Where it shall appear; null: the caller's own.</param>
    /// <param name="address">Its MAC address.</param>
    /// <param name="limit">How long; then the answer is null.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task<Link?> WaitForLinkAsync(
        string? networkNamespace, PhysicalAddress address, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var netlink = RouteNetlink.Open(networkNamespace);
        // Subscribed before the first look, so that a link that comes in between is not missed.
        using var events = NetworkNamespace.Run(networkNamespace, OpenEvents);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        var datagram = new byte[DatagramLength];
        var link = netlink.FindLink(address);
        while (link is null)
        {
            try
            {
                var length = await events.ReceiveAsync(datagram, SocketFlags.None, deadline.Token);
                link = Search(datagram.AsSpan(0, length), address);
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.NoBufferSpaceAvailable)
            {
                // The kernel had more to say than the socket holds; what was lost is asked for.
                link = netlink.FindLink(address);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return netlink.FindLink(address);
            }
        }

        return link;
    }

    private static Socket OpenEvents()
    {
        var handle = NetlinkSocket.Open(Libc.RTMGRP_LINK);
        var socket = new Socket(new SafeSocketHandle(handle.DangerousGetHandle(), ownsHandle: true));
        handle.SetHandleAsInvalid();
        return socket;
    }

    private static Link? Search(ReadOnlySpan<byte> datagram, PhysicalAddress address)
    {
        var reader = new MessageReader(datagram);
        while (reader.Next())
        {
            if (reader.Header.nlmsg_type == Libc.RTM_NEWLINK && Link.Decode(reader.Body) is var link && link.Address.Equals(address))
            {
                return link;
            }
        }

        return null;
    }
}
