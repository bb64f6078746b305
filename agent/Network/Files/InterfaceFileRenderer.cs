// From a port document to the interface file Octavia's agent would have written for it (appliance-layout §5).
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Contract.Rest;

namespace Amphora.Agent.Network.Files;

/// <summary>Pure; the document has been validated.</summary>
internal static class InterfaceFileRenderer
{
    /// <summary>The routing table of the VIPs.</summary>
    public const uint VipTable = 1;

    private const string MasqueradeHelper = "/usr/local/bin/lvs-masquerade.sh";

    /// <summary>The file of a port under an interface name.</summary>
    /// <param name="port">The document.</param>
    /// <param name="name">As <c>eth1</c>.</param>
    /// <param name="configured">The topology for a port that does not say.</param>
    public static InterfaceFile Render(Port port, string name, Topology configured)
    {
        var file = port.Type == PortType.Vip
            ? Vip(port, name, port.Topology ?? configured)
            : Member(port, name);
        return file with
        {
            Scripts = Scripts(port, name),
            IsSriov = port.IsSriov,
            Mtu = port.Mtu is > 0 ? port.Mtu : null,
        };
    }

    private static InterfaceFile Vip(Port port, string name, Topology topology)
    {
        var ownsVip = topology != Topology.ActiveStandby;
        List<FileAddress> addresses = [.. OwnAddresses(port)];
        List<FileRoute> routes = [];
        List<FileRule> rules = [];
        foreach (var vip in port.Vips)
        {
            var address = Exploded(vip.IpAddress);
            AddGateway(routes, vip.GatewayIp, ownsVip);
            addresses.Add(new FileAddress { Address = address, PrefixLength = HostLength(vip.IpAddress), OctaviaOwned = ownsVip });
            var subnet = Exploded(vip.SubnetCidr);
            routes.Add(new FileRoute { Dst = subnet, Scope = "link" });
            if (ownsVip)
            {
                routes.Add(new FileRoute { Dst = subnet, Scope = "link", PreferredSource = address, Table = VipTable });
                rules.Add(new FileRule { Src = address, SrcLen = HostLength(vip.IpAddress), Table = VipTable });
            }

            // Both topologies: keepalived's virtual_routes do not carry the host routes of table 1.
            routes.AddRange(HostRoutes(vip.HostRoutes, table: null));
            routes.AddRange(HostRoutes(vip.HostRoutes, VipTable));
        }

        foreach (var ip in port.FixedIps)
        {
            addresses.Add(new FileAddress { Address = ip.IpAddress.ToString(), PrefixLength = ip.SubnetCidr.PrefixLength });
            AddGateway(routes, ip.GatewayIp, ownsVip);
            routes.AddRange(HostRoutes(ip.HostRoutes, table: null));
        }

        return new InterfaceFile { Name = name, IfType = InterfaceFile.TypeVip, Addresses = addresses, Routes = routes, Rules = rules };
    }

    private static InterfaceFile Member(Port port, string name) => new()
    {
        Name = name,
        IfType = InterfaceFile.TypeBackend,
        Addresses = port.FixedIps.Count == 0
            ? [new FileAddress { Dhcp = true, Ipv6auto = true }]
            : [.. port.FixedIps.Select(ip => new FileAddress { Address = ip.IpAddress.ToString(), PrefixLength = ip.SubnetCidr.PrefixLength })],
        Routes = [.. port.FixedIps.SelectMany(ip => HostRoutes(ip.HostRoutes, table: null))],
    };

    // The amphora's own address has the prefix length of the primary VIP's subnet.
    private static IEnumerable<FileAddress> OwnAddresses(Port port)
    {
        if (port.VrrpIp is not null)
        {
            yield return new FileAddress { Address = port.VrrpIp.ToString(), PrefixLength = port.Vips[0].SubnetCidr.PrefixLength };
            yield break;
        }

        if (port.Vips.Any(vip => IsIPv4(vip.IpAddress)))
        {
            yield return new FileAddress { Dhcp = true };
        }

        if (port.Vips.Any(vip => !IsIPv4(vip.IpAddress)))
        {
            yield return new FileAddress { Ipv6auto = true };
        }
    }

    private static void AddGateway(List<FileRoute> routes, IPAddress? gateway, bool ownsVip)
    {
        if (gateway is null)
        {
            return;
        }

        var route = new FileRoute { Dst = IsIPv4(gateway) ? "0.0.0.0/0" : "::/0", Gateway = gateway.ToString(), Flags = ["onlink"] };
        routes.Add(route);
        if (ownsVip)
        {
            routes.Add(route with { Table = VipTable });
        }
    }

    private static IEnumerable<FileRoute> HostRoutes(ValueList<HostRoute> routes, uint? table) => routes.Select(route => new FileRoute
    {
        Dst = route.Destination.ToString(),
        Gateway = route.Nexthop.ToString(),
        Flags = ["onlink"],
        Table = table,
    });

    private static FileScripts Scripts(Port port, string name)
    {
        var addresses = port.Vips.Select(vip => vip.IpAddress).Concat(port.FixedIps.Select(ip => ip.IpAddress)).ToList();
        List<string> families = [];
        if (addresses.Count == 0 || addresses.Exists(IsIPv4))
        {
            families.Add("ipv4");
        }

        if (addresses.Count == 0 || addresses.Exists(address => !IsIPv4(address)))
        {
            families.Add("ipv6");
        }

        var suffix = port.IsSriov ? " sriov" : "";
        return new FileScripts
        {
            Up = [.. families.Select(family => new FileCommand($"{MasqueradeHelper} add {family} {name}{suffix}"))],
            Down = [.. families.Select(family => new FileCommand($"{MasqueradeHelper} delete {family} {name}{suffix}"))],
        };
    }

    private static bool IsIPv4(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork;

    private static int HostLength(IPAddress address) => IsIPv4(address) ? 32 : 128;

    private static string Exploded(Cidr cidr) => $"{Exploded(cidr.Address)}/{cidr.PrefixLength.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>IPv6 with all its digits, as VIPs stand in the file and in answers of API 1.0.</summary>
    public static string Exploded(IPAddress address)
    {
        if (IsIPv4(address))
        {
            return address.ToString();
        }

        var text = Convert.ToHexStringLower(address.GetAddressBytes());
        for (var at = text.Length - 4; at > 0; at -= 4)
        {
            text = text.Insert(at, ":");
        }

        return text;
    }
}
