// An address on a link as rtnetlink describes it (RTM_NEWADDR).
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Amphora.Linux.Native;

namespace Amphora.Linux.Netlink;

/// <summary>An address of a link.</summary>
public sealed record InterfaceAddress
{
    /// <summary>The link.</summary>
    public required int LinkIndex { get; init; }

    /// <summary>The address.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Length of its network's prefix.</summary>
    public required int PrefixLength { get; init; }

    /// <summary>Set somewhere by hand, in contrast to what DHCP or router advertisements brought for a time.</summary>
    public bool IsPermanent { get; init; } = true;

    /// <summary>IPv6: duplicate address detection has not ended, so the address cannot be used yet.</summary>
    public bool IsTentative { get; init; }

    /// <summary>IPv6: another host has the address; the kernel will not use it.</summary>
    public bool IsDuplicate { get; init; }

    /// <summary>IPv6, when adding: use it at once, without duplicate address detection.</summary>
    public bool SkipDuplicateDetection { get; init; }

    /// <summary>When adding: after this time the kernel takes the address away, and it is not <see cref="IsPermanent"/>; null: never. Whole seconds.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>As <c>10.0.0.5/24</c>.</summary>
    public override string ToString() => $"{Address}/{PrefixLength}";

    // struct ifaddrmsg, IFA_ attributes
    internal void Encode(ref NetlinkWriter writer)
    {
        writer.Fixed(new Libc.IfAddrMsg
        {
            ifa_family = FamilyOf(Address),
            ifa_prefixlen = (byte)PrefixLength,
            ifa_index = (uint)LinkIndex,
        });
        writer.Attribute(Libc.IFA_LOCAL, Address);
        writer.Attribute(Libc.IFA_ADDRESS, Address);
        if (SkipDuplicateDetection)
        {
            writer.Attribute(Libc.IFA_FLAGS, Libc.IFA_F_NODAD);
        }

        if (Lifetime is { } lifetime)
        {
            var seconds = (uint)lifetime.TotalSeconds;
            var times = new Libc.IfaCacheTimes { ifa_prefered = seconds, ifa_valid = seconds };
            writer.Attribute(Libc.IFA_CACHEINFO, MemoryMarshal.AsBytes(new ReadOnlySpan<Libc.IfaCacheTimes>(in times)));
        }
    }

    internal static InterfaceAddress Decode(ReadOnlySpan<byte> body)
    {
        var attributes = AttributeReader.After<Libc.IfAddrMsg>(body, out var header);
        IPAddress? local = null, address = null;
        uint flags = header.ifa_flags;
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case Libc.IFA_LOCAL:
                    local = attributes.Address;
                    break;
                case Libc.IFA_ADDRESS:
                    address = attributes.Address;
                    break;
                case Libc.IFA_FLAGS:
                    flags = attributes.UInt32;
                    break;
            }
        }

        return new InterfaceAddress
        {
            LinkIndex = (int)header.ifa_index,
            // On point-to-point links IFA_ADDRESS is the peer's.
            Address = local ?? address ?? throw new NetlinkException("read address", Libc.EINVAL, "an address without address"),
            PrefixLength = header.ifa_prefixlen,
            IsPermanent = (flags & Libc.IFA_F_PERMANENT) != 0,
            IsTentative = (flags & Libc.IFA_F_TENTATIVE) != 0 && (flags & Libc.IFA_F_DADFAILED) == 0,
            IsDuplicate = (flags & Libc.IFA_F_DADFAILED) != 0,
            SkipDuplicateDetection = (flags & Libc.IFA_F_NODAD) != 0,
        };
    }

    internal static byte FamilyOf(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork ? (byte)Libc.AF_INET : (byte)Libc.AF_INET6;

    internal static IPAddress Unspecified(byte family) => family == Libc.AF_INET ? IPAddress.Any : IPAddress.IPv6Any;
}
