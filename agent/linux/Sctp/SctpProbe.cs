// Asks whether somebody listens on an SCTP port, without SCTP in the kernel: a raw socket.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Amphora.Linux.Native;

namespace Amphora.Linux.Sctp;

/// <summary>What an SCTP peer answered to INIT.</summary>
public enum SctpAnswer
{
    /// <summary>INIT-ACK: somebody listens.</summary>
    InitAck,

    /// <summary>ABORT: nobody listens.</summary>
    Abort,

    /// <summary>Nothing in time.</summary>
    None,

    /// <summary>Another chunk.</summary>
    Other,
}

/// <summary>Sends INIT and waits for the first chunk that answers it (RFC 9260 §5.1).</summary>
public static class SctpProbe
{
    private const int ProtocolSctp = 132;
    private const int LargestPacket = 65535;
    private const ushort FirstEphemeralPort = 49152;

    // RFC 9260 §5.1: INIT is repeated until it is answered; the first one may be lost.
    private static readonly TimeSpan Repeat = TimeSpan.FromSeconds(1);

    /// <summary>Probes a peer. An INIT-ACK is answered with ABORT, so that nothing of the association stays there.</summary>
    /// <param name="peer">Address and port.</param>
    /// <param name="timeout">How long to wait for an answer.</param>
    /// <exception cref="LinuxException">No raw socket (CAP_NET_RAW is needed).</exception>
    /// <exception cref="SocketException">There is no way to the peer.</exception>
    public static SctpAnswer Run(IPEndPoint peer, TimeSpan timeout)
    {
        using var socket = Open(peer.AddressFamily);
        socket.Connect(new IPEndPoint(peer.Address, 0));
        var ownPort = (ushort)RandomNumberGenerator.GetInt32(FirstEphemeralPort, ushort.MaxValue + 1);
        var ownTag = (uint)RandomNumberGenerator.GetInt32(1, int.MaxValue);
        var init = SctpPacket.MakeInit(ownPort, (ushort)peer.Port, ownTag, ownTag);
        var clock = Stopwatch.StartNew();
        var buffer = new byte[LargestPacket];
        while (clock.Elapsed < timeout)
        {
            socket.Send(init);
            var until = Min(clock.Elapsed + Repeat, timeout);
            while (Receive(socket, buffer, until - clock.Elapsed) is { } length)
            {
                var packet = Payload(buffer.AsSpan(0, length), peer.AddressFamily);
                if (SctpPacket.ReadAnswer(packet, (ushort)peer.Port, ownPort, ownTag, out var peerTag) is { } chunk)
                {
                    return Answer(socket, chunk, ownPort, (ushort)peer.Port, peerTag);
                }
            }
        }

        return SctpAnswer.None;
    }

    private static SctpAnswer Answer(Socket socket, byte chunk, ushort ownPort, ushort peerPort, uint peerTag)
    {
        if (chunk == SctpPacket.InitAck)
        {
            socket.Send(SctpPacket.MakeAbort(ownPort, peerPort, peerTag));
        }

        return chunk switch
        {
            SctpPacket.InitAck => SctpAnswer.InitAck,
            SctpPacket.Abort => SctpAnswer.Abort,
            _ => SctpAnswer.Other,
        };
    }

    // .NET's own constructor knows no protocol 132.
    private static Socket Open(AddressFamily family)
    {
        using var handle = Libc.Check(
            Libc.socket(family == AddressFamily.InterNetworkV6 ? Libc.AF_INET6 : Libc.AF_INET, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, ProtocolSctp), "open raw SCTP socket");
        var owned = new SafeSocketHandle(handle.DangerousGetHandle(), ownsHandle: true);
        handle.SetHandleAsInvalid();
        return new Socket(owned);
    }

    // Null: nothing more before the limit.
    private static int? Receive(Socket socket, byte[] buffer, TimeSpan limit) =>
        limit > TimeSpan.Zero && socket.Poll(limit, SelectMode.SelectRead) ? socket.Receive(buffer) : null;

    // Raw sockets of IPv4 get the IP header too, those of IPv6 do not (raw(7), ipv6(7)).
    private static ReadOnlySpan<byte> Payload(ReadOnlySpan<byte> received, AddressFamily family)
    {
        var header = family == AddressFamily.InterNetworkV6 || received.IsEmpty ? 0 : (received[0] & 0x0F) * 4;
        return received[Math.Min(header, received.Length)..];
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
