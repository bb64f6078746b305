// Waits for a link: to appear, as a port that is hot-plugged a moment after it was asked for does, or to run.
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
    public static Task<Link?> WaitForLinkAsync(string? networkNamespace, PhysicalAddress address, TimeSpan limit, CancellationToken cancellationToken) =>
        WaitAsync(networkNamespace, netlink => netlink.FindLink(address), link => link.Address.Equals(address), limit, cancellationToken);

    /// <summary>Waits until a link runs (<see cref="Link.IsRunning"/>), is not up, or is gone: then nothing is left to wait for.</summary>
    /// <param name="networkNamespace">Where it is; null: the caller's own.</param>
    /// <param name="link">The link, as it was a moment ago.</param>
    /// <param name="limit">How long.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static Task WaitUntilRunningAsync(string? networkNamespace, Link link, TimeSpan limit, CancellationToken cancellationToken) => link.IsRunning ? Task.CompletedTask
        : WaitAsync(
            networkNamespace,
            netlink => netlink.FindLink(link.Name) is { IsUp: true, IsRunning: false } ? null : link,
            found => found.Index == link.Index && (found.IsRunning || !found.IsUp),
            limit,
            cancellationToken);

    // Null: not so within the limit.
    private static async Task<Link?> WaitAsync(
        string? networkNamespace, Func<RouteNetlink, Link?> look, Predicate<Link> isIt, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var netlink = RouteNetlink.Open(networkNamespace);
        // Subscribed before the first look, so that a link that comes in between is not missed.
        using var events = NetworkNamespace.Run(networkNamespace, OpenEvents);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        var datagram = new byte[DatagramLength];
        var link = look(netlink);
        while (link is null)
        {
            try
            {
                var length = await events.ReceiveAsync(datagram, SocketFlags.None, deadline.Token);
                link = Search(datagram.AsSpan(0, length), isIt);
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.NoBufferSpaceAvailable)
            {
                // The kernel had more to say than the socket holds; what was lost is asked for.
                link = look(netlink);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return look(netlink);
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

    private static Link? Search(ReadOnlySpan<byte> datagram, Predicate<Link> isIt)
    {
        var reader = new MessageReader(datagram);
        while (reader.Next())
        {
            if (reader.Header.nlmsg_type == Libc.RTM_NEWLINK && Link.Decode(reader.Body) is var link && isIt(link))
            {
                return link;
            }
        }

        return null;
    }
}
