// What the kernel shall have for one interface, typed.
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Amphora.Agent.Network.Files;
using Amphora.Contract;
using Amphora.Linux.Netlink;
using Route = Amphora.Linux.Netlink.Route;

namespace Amphora.Agent.Network;

/// <summary>The wanted side of the planner. Addresses and routes carry no link index.</summary>
internal sealed record InterfaceWanted
{
    /// <summary>Priority of source rules, after keepalived's (100) and before the main table (32766).</summary>
    private const uint RulePriority = 32000;

    /// <summary>False only when an earlier state is brought back.</summary>
    public bool Up { get; init; } = true;

    /// <summary>Bytes; null leaves it.</summary>
    public int? Mtu { get; init; }

    /// <summary>Addresses the agent adds.</summary>
    public ValueList<InterfaceAddress> Addresses { get; init; }

    /// <summary>Addresses that may be there, but come and go with keepalived.</summary>
    public ValueList<InterfaceAddress> ForeignAddresses { get; init; }

    /// <summary>IPv4 address by DHCP.</summary>
    public bool Dhcp { get; init; }

    /// <summary>IPv6 addresses by router advertisements.</summary>
    public bool RouterAdvertisements { get; init; }

    /// <summary>True when the VIP's packet filter has to be there before the interface is up: SR-IOV ports have no security groups.</summary>
    public bool Firewalled { get; init; }

    /// <summary>Static routes, at most one per table and destination.</summary>
    public ValueList<Route> Routes { get; init; }

    /// <summary>Source rules of the namespace; null: this interface does not care (only VIP interfaces do).</summary>
    public ValueList<Rule>? Rules { get; init; }

    /// <summary>Reads a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="otherRules">Rules of other VIP interfaces in the namespace.</param>
    /// <exception cref="FormatException">A value is no address or prefix; the message names it.</exception>
    public static InterfaceWanted From(InterfaceFile file, IEnumerable<Rule> otherRules)
    {
        var listed = file.Addresses.Where(address => address.Address is not null).ToList();
        return new InterfaceWanted
        {
            Mtu = file.Mtu is > 0 ? file.Mtu : null,
            Addresses = listed.Where(address => address.OctaviaOwned != false).Select(ParseAddress).Distinct().ToValueList(),
            ForeignAddresses = listed.Where(address => address.OctaviaOwned == false).Select(ParseAddress).ToValueList(),
            Dhcp = file.Addresses.Any(address => address.Dhcp == true),
            RouterAdvertisements = file.Addresses.Any(address => address.Ipv6auto == true),
            Firewalled = file.IsSriov == true,
            Routes = RoutesOf(file),
            Rules = file.IfType is InterfaceFile.TypeVip or null ? RulesOf(file).Concat(otherRules).Distinct().ToValueList() : null,
        };
    }

    /// <summary>The rules a file asks for.</summary>
    public static IEnumerable<Rule> RulesOf(InterfaceFile file) => file.Rules.Select(rule =>
    {
        var source = Network(rule.Src + "/" + rule.SrcLen.ToString(CultureInfo.InvariantCulture));
        return new Rule { Family = source.BaseAddress.AddressFamily, Source = source, Table = rule.Table, Priority = RulePriority };
    });

    // Two VIPs of one subnet want the same routes; the kernel holds one per table and destination: the first.
    private static ValueList<Route> RoutesOf(InterfaceFile file)
    {
        var routes = new List<Route>();
        foreach (var route in file.Routes.Select(ParseRoute))
        {
            if (!routes.Exists(first => first.Table == route.Table && first.Destination.Equals(route.Destination)))
            {
                routes.Add(route);
            }
        }

        return routes.ToValueList();
    }

    private static InterfaceAddress ParseAddress(FileAddress address) =>
        StrictIPAddress.TryParse(address.Address, out var parsed)
        && address.PrefixLength is { } length && length >= 0 && length <= (parsed.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)
            ? new InterfaceAddress { LinkIndex = 0, Address = parsed, PrefixLength = length }
            : throw new FormatException($"'{address.Address}/{address.PrefixLength}' is not an address with a prefix length");

    private static Route ParseRoute(FileRoute route) => new()
    {
        Destination = Network(route.Dst),
        Gateway = Host(route.Gateway),
        PreferredSource = Host(route.PreferredSource),
        Table = route.Table ?? Route.MainTable,
        OnLink = route.Flags?.Contains("onlink") == true,
    };

    private static IPAddress? Host(string? text) =>
        text is null ? null : StrictIPAddress.TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not an address");

    private static IPNetwork Network(string text) =>
        Cidr.TryParse(text, out var cidr) && !cidr.Value.HasHostBits
            ? new IPNetwork(cidr.Value.Address, cidr.Value.PrefixLength)
            : throw new FormatException($"'{text}' is not a network");
}
