// A lease as dhclient tells its script, by variables (dhclient-script(8)).
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Amphora.Contract;
using Amphora.Linux.Netlink;
using Route = Amphora.Linux.Netlink.Route;

namespace Amphora.Agent.Network.Dhcp;

/// <summary>The part of a lease that is used: nothing about names, time or other servers.</summary>
internal sealed record DhcpLease
{
    // Worse than every route an administrator sets, which have metric 0: the VIP's gateway wins.
    private const uint Metric = 1024;

    private const int OctetBits = 8;
    private const int AddressOctets = 4;

    // An address without an end would look like one an administrator set.
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(3650);

    /// <summary>The address.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Length of its subnet's prefix.</summary>
    public required int PrefixLength { get; init; }

    /// <summary>From now.</summary>
    public required TimeSpan Lifetime { get; init; }

    /// <summary>The default route, or the routes that stand for it (RFC 3442); without a link.</summary>
    public ValueList<Route> Routes { get; init; }

    /// <summary>Reads the new lease.</summary>
    /// <param name="variable">Value of a variable; null: there is none.</param>
    /// <exception cref="FormatException">The server sent something that is no lease; the message names it.</exception>
    public static DhcpLease Read(Func<string, string?> variable) => new()
    {
        Address = Host("new_ip_address", variable("new_ip_address")),
        PrefixLength = Prefix(variable("new_subnet_mask")),
        Lifetime = LifetimeOf(variable("new_dhcp_lease_time")),
        Routes = (variable("new_rfc3442_classless_static_routes") is { Length: > 0 } classless ? Classless(classless) : Default(variable("new_routers"))).ToValueList(),
    };

    private static IPAddress Host(string name, string? text) =>
        StrictIPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetwork
            ? address
            : throw new FormatException($"{name} is '{text}', has to be an IPv4 address");

    private static int Prefix(string? mask)
    {
        var bits = 0u;
        foreach (var octet in Host("new_subnet_mask", mask).GetAddressBytes())
        {
            bits = (bits << OctetBits) | octet;
        }

        var length = System.Numerics.BitOperations.PopCount(bits);
        return length > 0 && System.Numerics.BitOperations.LeadingZeroCount(~bits) == length
            ? length
            : throw new FormatException($"new_subnet_mask is '{mask}', has to be ones and then zeros");
    }

    private static TimeSpan LifetimeOf(string? seconds) =>
        uint.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? TimeSpan.FromSeconds(Math.Min(number, s_longest.TotalSeconds))
            : throw new FormatException($"new_dhcp_lease_time is '{seconds}', has to be a number of seconds");

    private static IEnumerable<Route> Default(string? routers) =>
        string.IsNullOrEmpty(routers) ? [] : [Make(new IPNetwork(IPAddress.Any, 0), Host("new_routers", routers.Split(' ')[0]))];

    // RFC 3442: prefix length, as many octets of the destination as that needs, gateway; 0.0.0.0: on the link.
    private static List<Route> Classless(string text)
    {
        var octets = Array.ConvertAll(
            text.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            octet => byte.TryParse(octet, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : throw Bad(text));
        List<Route> routes = [];
        for (var at = 0; at < octets.Length;)
        {
            int length = octets[at++];
            var significant = (length + OctetBits - 1) / OctetBits;
            if (length > AddressOctets * OctetBits || at + significant + AddressOctets > octets.Length)
            {
                throw Bad(text);
            }

            var destination = new byte[AddressOctets];
            octets.AsSpan(at, significant).CopyTo(destination);
            var gateway = new IPAddress(octets.AsSpan(at + significant, AddressOctets));
            at += significant + AddressOctets;
            if (!Cidr.TryParse($"{new IPAddress(destination)}/{length}", out var cidr) || cidr.Value.HasHostBits)
            {
                throw Bad(text);
            }

            routes.Add(Make(new IPNetwork(cidr.Value.Address, length), gateway));
        }

        return routes;
    }

    private static FormatException Bad(string text) =>
        new($"new_rfc3442_classless_static_routes is '{text}', has to be prefix lengths, destinations and gateways (RFC 3442)");

    private static Route Make(IPNetwork destination, IPAddress gateway) => new()
    {
        Destination = destination,
        Gateway = gateway.Equals(IPAddress.Any) ? null : gateway,
        OnLink = !gateway.Equals(IPAddress.Any),
        Protocol = RouteProtocol.Dhcp,
        Metric = Metric,
    };
}
