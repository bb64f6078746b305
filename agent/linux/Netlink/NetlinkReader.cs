// Reads what the kernel sends: messages in a datagram, attributes in a message.
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Amphora.Linux.Native;

namespace Amphora.Linux.Netlink;

/// <summary>Walks the messages of one datagram (layout: NetlinkWriter).</summary>
internal ref struct MessageReader(ReadOnlySpan<byte> datagram)
{
    private ReadOnlySpan<byte> _rest = datagram;

    internal Libc.NlMsgHdr Header { get; private set; }

    internal ReadOnlySpan<byte> Body { get; private set; }

    /// <summary>Steps to the next message; false at the end. A length that does not fit is the kernel's breach of its protocol.</summary>
    internal bool Next()
    {
        var headerLength = Unsafe.SizeOf<Libc.NlMsgHdr>();
        if (_rest.Length < headerLength)
        {
            return false;
        }

        Header = MemoryMarshal.Read<Libc.NlMsgHdr>(_rest);
        if (Header.nlmsg_len < headerLength || Header.nlmsg_len > _rest.Length)
        {
            throw new NetlinkException("read netlink message", Libc.EINVAL, $"length {Header.nlmsg_len} in a datagram with {_rest.Length} bytes left");
        }

        var length = (int)Header.nlmsg_len;
        Body = _rest[headerLength..length];
        _rest = _rest[Math.Min(NetlinkWriter.Align(length), _rest.Length)..];
        return true;
    }
}

/// <summary>Walks attributes: struct nlattr, value, padding to 4.</summary>
internal ref struct AttributeReader(ReadOnlySpan<byte> attributes)
{
    private ReadOnlySpan<byte> _rest = attributes;

    internal ushort Type { get; private set; }

    internal ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>The attributes behind the fixed part of a message.</summary>
    internal static AttributeReader After<T>(ReadOnlySpan<byte> body, out T header)
        where T : unmanaged
    {
        if (body.Length < Unsafe.SizeOf<T>())
        {
            throw new NetlinkException("read netlink message", Libc.EINVAL, $"{body.Length} bytes instead of at least {Unsafe.SizeOf<T>()}");
        }

        header = MemoryMarshal.Read<T>(body);
        return new AttributeReader(body[NetlinkWriter.Align(Unsafe.SizeOf<T>())..]);
    }

    internal bool Next()
    {
        var headerLength = Unsafe.SizeOf<Libc.NlAttr>();
        if (_rest.Length < headerLength)
        {
            return false;
        }

        var header = MemoryMarshal.Read<Libc.NlAttr>(_rest);
        if (header.nla_len < headerLength || header.nla_len > _rest.Length)
        {
            throw new NetlinkException("read netlink attribute", Libc.EINVAL, $"length {header.nla_len} with {_rest.Length} bytes left");
        }

        Type = (ushort)(header.nla_type & Libc.NLA_TYPE_MASK);
        Value = _rest[headerLength..header.nla_len];
        _rest = _rest[Math.Min(NetlinkWriter.Align(header.nla_len), _rest.Length)..];
        return true;
    }

    internal readonly uint UInt32 => MemoryMarshal.Read<uint>(Value);

    internal readonly string Text => Encoding.UTF8.GetString(Value.TrimEnd((byte)0));

    internal readonly IPAddress Address => new(Value);
}
