// A network in CIDR notation as a document states it; host bits may be set (a rule decides where they may).
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Amphora.Contract;

/// <summary>An address and a prefix length (RFC 4632, RFC 4291). Unlike <see cref="IPNetwork"/> it can hold host bits.</summary>
/// <param name="Address">The address, without zone index.</param>
/// <param name="PrefixLength">0–32 for IPv4, 0–128 for IPv6.</param>
public readonly record struct Cidr(IPAddress Address, int PrefixLength)
{
    /// <summary>The family of the address.</summary>
    public AddressFamily Family => Address.AddressFamily;

    /// <summary>True when a bit behind the prefix is set, as in <c>10.0.0.1/8</c>.</summary>
    public bool HasHostBits
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            Address.TryWriteBytes(bytes, out var length);
            for (var bit = PrefixLength; bit < length * 8; bit++)
            {
                if ((bytes[bit / 8] & (0x80 >> (bit % 8))) != 0)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>True for an address of this family whose first bits are these.</summary>
    public bool Contains(IPAddress address)
    {
        if (address.AddressFamily != Family)
        {
            return false;
        }

        Span<byte> left = stackalloc byte[16], right = stackalloc byte[16];
        Address.TryWriteBytes(left, out _);
        address.TryWriteBytes(right, out _);
        for (var bit = 0; bit < PrefixLength; bit++)
        {
            if (((left[bit / 8] ^ right[bit / 8]) & (0x80 >> (bit % 8))) != 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads <c>address/length</c>; both parts strict: no zone, no leading zeros, no missing parts.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out Cidr? cidr)
    {
        cidr = null;
        var slash = text.IndexOf('/');
        if (slash < 0 || !StrictIPAddress.TryParse(text[..slash], out var address))
        {
            return false;
        }

        var digits = text[(slash + 1)..];
        if (digits.Length is 0 or > 3 || (digits.Length > 1 && digits[0] == '0')
            || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            || length > (address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128))
        {
            return false;
        }

        cidr = new Cidr(address, length);
        return true;
    }

    /// <summary>Canonical text, <c>10.0.0.0/8</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address}/{PrefixLength}");
}
