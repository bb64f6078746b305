// A rtnetlink connection: sends one request at a time and collects its answer.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Amphora.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Amphora.Linux.Netlink;

/// <summary>Not for concurrent use. Stays in the namespace of the thread that opened it.</summary>
internal sealed unsafe class NetlinkSocket : IDisposable
{
    private const int ReceiveBufferLength = 64 * 1024;
    private const int MaxInterruptedDumps = 10;
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    private readonly SafeFileHandle _socket;
    private readonly byte[] _received = new byte[ReceiveBufferLength];
    private uint _sequence;

    internal NetlinkSocket()
    {
        _socket = Open(groups: 0);
        // The kernel explains its errors (EXT_ACK), does not send the request back with them (CAP_ACK), refuses what it
        // does not understand and applies filters of dumps (STRICT_CHK). Kernels before 4.20 lack the last one; we do not need it there.
        SetOption(Libc.SOL_NETLINK, Libc.NETLINK_EXT_ACK, 1);
        SetOption(Libc.SOL_NETLINK, Libc.NETLINK_CAP_ACK, 1);
        SetOption(Libc.SOL_NETLINK, Libc.NETLINK_GET_STRICT_CHK, 1);
        var limit = new Libc.TimeVal { tv_sec = (nint)AnswerLimit.TotalSeconds };
        Libc.Check(Libc.setsockopt(_socket, Libc.SOL_SOCKET, Libc.SO_RCVTIMEO, &limit, (uint)sizeof(Libc.TimeVal)), "limit netlink answers");
    }

    internal delegate void MessageHandler(ushort type, ReadOnlySpan<byte> body);

    internal delegate T Decoder<out T>(ReadOnlySpan<byte> body);

    /// <summary>A bound rtnetlink socket in the namespace of this thread; <paramref name="groups"/> are RTMGRP_ bits.</summary>
    internal static SafeFileHandle Open(uint groups)
    {
        var socket = Libc.Check(Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, Libc.NETLINK_ROUTE), "open netlink socket");
        var address = new Libc.SockAddrNetlink { nl_family = Libc.AF_NETLINK, nl_groups = groups };
        if (Libc.bind(socket, &address, (uint)sizeof(Libc.SockAddrNetlink)) < 0)
        {
            var errno = Libc.LastError;
            socket.Dispose();
            throw new LinuxException("bind netlink socket", errno);
        }

        return socket;
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Sends a request that asks for an acknowledgement and waits for it; messages before it go to <paramref name="handler"/>.</summary>
    /// <exception cref="NetlinkException">The kernel refused, or did not answer in time.</exception>
    internal void Execute(string operation, ReadOnlySpan<byte> request, MessageHandler? handler = null) =>
        Exchange(operation, request, handler);

    /// <summary>Asks for all objects of a kind. A dump that others changed meanwhile is asked again.</summary>
    internal List<T> Dump<T>(string operation, ReadOnlySpan<byte> request, ushort type, Decoder<T> decode)
    {
        for (var attempt = 1; ; attempt++)
        {
            var objects = new List<T>();
            var complete = Exchange(operation, request, (messageType, body) =>
            {
                if (messageType == type)
                {
                    objects.Add(decode(body));
                }
            });
            if (complete)
            {
                return objects;
            }

            if (attempt == MaxInterruptedDumps)
            {
                throw new NetlinkException(operation, Libc.EINTR, $"changed while it was read, {MaxInterruptedDumps} times");
            }
        }
    }

    // True when the answer is consistent (no NLM_F_DUMP_INTR).
    private bool Exchange(string operation, ReadOnlySpan<byte> request, MessageHandler? handler)
    {
        var sequence = ++_sequence;
        Send(operation, request, sequence);
        var consistent = true;
        while (true)
        {
            var reader = new MessageReader(Receive(operation));
            while (reader.Next())
            {
                if (reader.Header.nlmsg_seq != sequence)
                {
                    continue; // The late answer to a request somebody gave up on.
                }

                consistent &= (reader.Header.nlmsg_flags & Libc.NLM_F_DUMP_INTR) == 0;
                if (reader.Header.nlmsg_type is Libc.NLMSG_ERROR or Libc.NLMSG_DONE)
                {
                    ThrowIfRefused(operation, reader.Header, reader.Body);
                    return consistent;
                }

                handler?.Invoke(reader.Header.nlmsg_type, reader.Body);
            }
        }
    }

    // NLMSG_ERROR: s32 negative errno (0 acknowledges), struct nlmsghdr of the request, its payload unless NLM_F_CAPPED,
    // attributes if NLM_F_ACK_TLVS. NLMSG_DONE: s32 negative errno or nothing, then attributes if NLM_F_ACK_TLVS.
    private static void ThrowIfRefused(string operation, Libc.NlMsgHdr header, ReadOnlySpan<byte> body)
    {
        var errno = body.Length >= sizeof(int) ? -MemoryMarshal.Read<int>(body) : 0;
        if (errno == 0)
        {
            return;
        }

        string? text = null;
        if ((header.nlmsg_flags & Libc.NLM_F_ACK_TLVS) != 0)
        {
            var skip = sizeof(int);
            if (header.nlmsg_type == Libc.NLMSG_ERROR)
            {
                skip += (header.nlmsg_flags & Libc.NLM_F_CAPPED) != 0
                    ? Unsafe.SizeOf<Libc.NlMsgHdr>()
                    : NetlinkWriter.Align((int)MemoryMarshal.Read<Libc.NlMsgHdr>(body[sizeof(int)..]).nlmsg_len);
            }

            var attributes = new AttributeReader(body[Math.Min(skip, body.Length)..]);
            while (attributes.Next())
            {
                text = attributes.Type == Libc.NLMSGERR_ATTR_MSG ? attributes.Text : text;
            }
        }

        throw new NetlinkException(operation, errno, text);
    }

    private void Send(string operation, ReadOnlySpan<byte> request, uint sequence)
    {
        Span<byte> message = stackalloc byte[NetlinkWriter.MaxLength];
        request.CopyTo(message);
        var header = MemoryMarshal.Read<Libc.NlMsgHdr>(message);
        header.nlmsg_seq = sequence;
        MemoryMarshal.Write(message, in header);
        nint sent;
        do
        {
            fixed (byte* start = message)
            {
                sent = Libc.send(_socket, start, (nuint)request.Length, 0);
            }
        }
        while (sent < 0 && Libc.LastError == Libc.EINTR);

        if (sent < 0)
        {
            throw new NetlinkException(operation, Libc.LastError);
        }
    }

    private ReadOnlySpan<byte> Receive(string operation)
    {
        nint length;
        do
        {
            fixed (byte* start = _received)
            {
                length = Libc.recv(_socket, start, ReceiveBufferLength, Libc.MSG_TRUNC);
            }
        }
        while (length < 0 && Libc.LastError == Libc.EINTR);

        if (length < 0)
        {
            throw new NetlinkException(
                operation, Libc.LastError, Libc.LastError == Libc.EAGAIN ? $"no answer within {AnswerLimit.TotalSeconds} s" : null);
        }

        // MSG_TRUNC: the length is the datagram's, also where it did not fit.
        return length <= ReceiveBufferLength
            ? _received.AsSpan(0, (int)length)
            : throw new NetlinkException(operation, Libc.ENOBUFS, $"an answer of {length} bytes");
    }

    private void SetOption(int level, int option, int value) => _ = Libc.setsockopt(_socket, level, option, &value, sizeof(int));
}
