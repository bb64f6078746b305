// Pure: which address of a subnet a port gets.
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Amphora.Contract;

namespace Amphora.Controller.Drivers.Networking.Netns;

/// <summary>Chooses addresses. The network's own, the broadcast and the gateway's are never given; of IPv6 the first is every router's
/// (RFC 4291 2.6.1) and stays free as well.</summary>
internal static class AddressPicker
{
    // One of so many free ones: neighbours may still know the last owner of an address that has just been given back.
    private const int Window = 32;

    /// <summary>A free address, or the wanted one.</summary>
    /// <param name="subnet">Of this subnet.</param>
    /// <param name="wanted">This one; null: any.</param>
    /// <param name="used">What ports have.</param>
    /// <exception cref="DriverException">The wanted one is not to be had, or none is left.</exception>
    public static IPAddress Pick(Subnet subnet, IPAddress? wanted, IReadOnlySet<IPAddress> used)
    {
        if (wanted is not null)
        {
            return Check(subnet, wanted, used);
        }

        var (first, last) = Range(subnet.Cidr);
        var free = new List<IPAddress>(Window);
        for (var number = first; free.Count < Window; number++)
        {
            var address = ToAddress(number, subnet.Cidr.Family);
            if (!used.Contains(address) && !address.Equals(subnet.GatewayIp))
            {
                free.Add(address);
            }

            if (number == last)
            {
                break;
            }
        }

        return free.Count > 0
            ? free[RandomNumberGenerator.GetInt32(free.Count)]
            : throw new DriverException($"cannot give an address of subnet {subnet.Name} ({subnet.Id}): all of {subnet.Cidr} are in use", DriverErrorKind.Exhausted);
    }

    /// <summary>The first address that may be given: a gateway, where none is named.</summary>
    public static IPAddress First(Cidr cidr) => ToAddress(Range(cidr).First, cidr.Family);

    /// <summary>Network <paramref name="number"/> of all of a size in a range; counted around.</summary>
    public static Cidr Part(Cidr range, int prefixLength, uint number)
    {
        var parts = UInt128.One << (prefixLength - range.PrefixLength);
        var size = UInt128.One << (Bits(range) - prefixLength);
        return new Cidr(ToAddress((ToNumber(range.Address) & Mask(range)) + (number % parts * size), range.Family), prefixLength);
    }

    private static IPAddress Check(Subnet subnet, IPAddress wanted, IReadOnlySet<IPAddress> used)
    {
        var (first, last) = Range(subnet.Cidr);
        return !subnet.Cidr.Contains(wanted) || ToNumber(wanted) < first || ToNumber(wanted) > last
            ? throw new DriverException($"cannot give {wanted}: subnet {subnet.Name} ({subnet.Id}) has {ToAddress(first, subnet.Cidr.Family)} to {ToAddress(last, subnet.Cidr.Family)}", DriverErrorKind.NotFound)
            : wanted.Equals(subnet.GatewayIp)
            ? throw new DriverException($"cannot give {wanted}: it is the gateway of subnet {subnet.Name} ({subnet.Id})", DriverErrorKind.Conflict)
            : used.Contains(wanted)
            ? throw new DriverException($"cannot give {wanted} of subnet {subnet.Name} ({subnet.Id}): a port has it", DriverErrorKind.Conflict)
            : wanted;
    }

    private static (UInt128 First, UInt128 Last) Range(Cidr cidr)
    {
        var (network, mask) = (ToNumber(cidr.Address) & Mask(cidr), Mask(cidr));
        var all = Bits(cidr) == 32 ? (UInt128)uint.MaxValue : UInt128.MaxValue;
        var last = network | (all & ~mask);
        // Of two addresses (RFC 3021, RFC 6164) or one, all are hosts'.
        return cidr.PrefixLength >= Bits(cidr) - 1 ? (network, last)
            : cidr.Family == AddressFamily.InterNetwork ? (network + 1, last - 1) : (network + 1, last);
    }

    private static int Bits(Cidr cidr) => cidr.Family == AddressFamily.InterNetwork ? 32 : 128;

    private static UInt128 Mask(Cidr cidr)
    {
        var all = Bits(cidr) == 32 ? (UInt128)uint.MaxValue : UInt128.MaxValue;
        return cidr.PrefixLength == 0 ? 0 : all & (all << (Bits(cidr) - cidr.PrefixLength));
    }

    private static UInt128 ToNumber(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static IPAddress ToAddress(UInt128 number, AddressFamily family)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        return new IPAddress(family == AddressFamily.InterNetwork ? bytes[12..] : bytes);
    }
}
