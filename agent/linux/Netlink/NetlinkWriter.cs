// Writes one netlink message: header, fixed part, attributes.
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Amphora.Linux.Native;

namespace Amphora.Linux.Netlink;

// netlink(7): struct nlmsghdr | fixed struct of the message type | { struct nlattr | value | padding to 4 } …
// Nested attributes carry NLA_F_NESTED and hold attributes themselves. Everything is in the host's byte order
// except addresses.
internal ref struct NetlinkWriter
{
    /// <summary>No message written here is longer.</summary>
    internal const int MaxLength = 512;

    private readonly Span<byte> _buffer;
    private int _length;

    internal NetlinkWriter(Span<byte> buffer, ushort type, ushort flags)
    {
        _buffer = buffer;
        Fixed(new Libc.NlMsgHdr { nlmsg_type = type, nlmsg_flags = flags });
    }

    /// <summary>The message as it has to be sent.</summary>
    internal readonly ReadOnlySpan<byte> Finish()
    {
        MemoryMarshal.Write(_buffer, (uint)_length);
        return _buffer[.._length];
    }

    internal void Fixed<T>(in T value)
        where T : unmanaged =>
        MemoryMarshal.Write(Take(Unsafe.SizeOf<T>()), in value);

    internal void Attribute(ushort type, scoped ReadOnlySpan<byte> value)
    {
        var header = new Libc.NlAttr { nla_len = (ushort)(Unsafe.SizeOf<Libc.NlAttr>() + value.Length), nla_type = type };
        var target = Take(header.nla_len);
        MemoryMarshal.Write(target, in header);
        value.CopyTo(target[Unsafe.SizeOf<Libc.NlAttr>()..]);
    }

    internal void Attribute(ushort type, uint value) => Attribute(type, MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in value)));

    /// <summary>A NUL-terminated string.</summary>
    internal void Attribute(ushort type, string value)
    {
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(value.Length) + 1];
        var length = Encoding.UTF8.GetBytes(value, bytes);
        bytes[length] = 0;
        Attribute(type, bytes[..(length + 1)]);
    }

    internal void Attribute(ushort type, IPAddress value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, out var length);
        Attribute(type, bytes[..length]);
    }

    /// <summary>Opens a nested attribute; what is written until <see cref="EndNested"/> is inside it.</summary>
    internal int BeginNested(ushort type)
    {
        var start = _length;
        Attribute((ushort)(type | Libc.NLA_F_NESTED), []);
        return start;
    }

    internal readonly void EndNested(int start) => MemoryMarshal.Write(_buffer[start..], (ushort)(_length - start));

    private Span<byte> Take(int length)
    {
        var aligned = Align(length);
        if (_length + aligned > _buffer.Length)
        {
            throw new InvalidOperationException($"netlink message longer than {_buffer.Length} bytes");
        }

        var span = _buffer.Slice(_length, aligned);
        span.Clear();
        _length += aligned;
        return span[..length];
    }

    internal static int Align(int length) => (length + Libc.NLMSG_ALIGNTO - 1) & ~(Libc.NLMSG_ALIGNTO - 1);
}
