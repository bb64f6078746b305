// A network interface as rtnetlink describes it (RTM_NEWLINK).
using System.Net.NetworkInformation;
using Amphora.Linux.Native;

namespace Amphora.Linux.Netlink;

/// <summary>A network interface.</summary>
public sealed record Link
{
    /// <summary>Number in its namespace; changes when the link moves to another one.</summary>
    public required int Index { get; init; }

    /// <summary>As <c>eth1</c>.</summary>
    public required string Name { get; init; }

    /// <summary>MAC address; <see cref="PhysicalAddress.None"/> for a link without.</summary>
    public required PhysicalAddress Address { get; init; }

    /// <summary>Bytes.</summary>
    public required int Mtu { get; init; }

    /// <summary>True when it is administratively up.</summary>
    public required bool IsUp { get; init; }

    /// <summary>True when frames go out: it is up, has a carrier, and the kernel has taken note of both, which it does a moment later. Before, frames
    /// are dropped and nobody is told (<c>noop_qdisc</c>).</summary>
    public bool IsRunning { get; init; }

    /// <summary>Index of the bridge it is plugged into; null: none.</summary>
    public int? Master { get; init; }

    // struct ifinfomsg, IFLA_ attributes
    internal static Link Decode(ReadOnlySpan<byte> body)
    {
        var attributes = AttributeReader.After<Libc.IfInfoMsg>(body, out var header);
        var (name, address, mtu, master) = ("", PhysicalAddress.None, 0, (int?)null);
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case Libc.IFLA_IFNAME:
                    name = attributes.Text;
                    break;
                case Libc.IFLA_ADDRESS:
                    address = new PhysicalAddress(attributes.Value.ToArray());
                    break;
                case Libc.IFLA_MTU:
                    mtu = (int)attributes.UInt32;
                    break;
                case Libc.IFLA_MASTER:
                    master = (int)attributes.UInt32;
                    break;
            }
        }

        return new Link
        {
            Index = header.ifi_index,
            Name = name,
            Address = address,
            Mtu = mtu,
            Master = master,
            IsUp = (header.ifi_flags & Libc.IFF_UP) != 0,
            IsRunning = (header.ifi_flags & Libc.IFF_RUNNING) != 0,
        };
    }
}
