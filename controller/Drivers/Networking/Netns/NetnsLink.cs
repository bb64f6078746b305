// The far end of a port: its address, up, announced.
using System.Net;
using System.Net.Sockets;
using Amphora.Linux.Announcements;
using Amphora.Linux.Netlink;

namespace Amphora.Controller.Drivers.Networking.Netns;

/// <summary>Does what a guest's operating system would, for namespaces that have none: management links, clients, members.</summary>
internal static class NetnsLink
{
    /// <summary>Gives a plugged link the port's address of a subnet, sets it up and tells its neighbours; again is fine.</summary>
    public static async Task ConfigureAsync(string networkNamespace, NetworkPort port, Subnet subnet, bool usesGateway, CancellationToken cancellationToken)
    {
        using var netlink = RouteNetlink.Open(networkNamespace);
        if (netlink.FindLink("lo") is { IsUp: false } loopback)
        {
            netlink.SetUp(loopback, up: true);
        }

        var link = netlink.FindLink(port.MacAddress)
            ?? throw new DriverException($"cannot configure port {port.Id} in {networkNamespace}: no link there has {PhysicalAddressConverter.Spell(port.MacAddress)}");
        var address = port.FixedIps.First(ip => ip.SubnetId == subnet.Id).IpAddress;
        netlink.AddAddress(new InterfaceAddress { LinkIndex = link.Index, Address = address, PrefixLength = subnet.Cidr.PrefixLength, SkipDuplicateDetection = true });
        netlink.SetUp(link, up: true);
        // Who knew the address's owner before would send to that one for some 8 s (arp(7), delay_first_probe_time and the probes behind it).
        await AddressAnnouncer.SendAsync(networkNamespace, link, [address], cancellationToken);
        if (usesGateway && subnet.GatewayIp is { } gateway)
        {
            // False says that there is a default route: that one stays.
            var any = gateway.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
            netlink.AddRoute(new Route { Destination = new IPNetwork(any, 0), Gateway = gateway, LinkIndex = link.Index });
        }
    }
}
