// A port document as the bodies of API 1.0 (agent-api §6).
using System.Net;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Contract.Rest;

namespace Amphora.Controller.Drivers.AmphoraAgent.Octavia;

/// <summary>Translates ports.</summary>
internal static class PlugBodies
{
    /// <summary>Of a VIP port: the first VIP is in the path, the others are additional ones.</summary>
    public static PlugVipBody OfVip(string mac, Port port) => new()
    {
        SubnetCidr = port.Vips[0].SubnetCidr.ToString(),
        Gateway = port.Vips[0].GatewayIp?.ToString(),
        MacAddress = mac,
        Mtu = port.Mtu,
        VrrpIp = port.VrrpIp?.ToString(),
        HostRoutes = Routes(port.Vips[0].HostRoutes),
        AdditionalVips = [.. port.Vips.Skip(1).Select(vip => new PlugAdditionalVip(vip.IpAddress.ToString(), vip.SubnetCidr.ToString(), vip.GatewayIp?.ToString(), Routes(vip.HostRoutes)))],
        IsSriov = port.IsSriov,
    };

    /// <summary>Of a member port.</summary>
    public static PlugNetworkBody OfMember(string mac, Port port) =>
        new(mac, [.. port.FixedIps.Select(ip => new PlugFixedIp(ip.IpAddress.ToString(), ip.SubnetCidr.ToString(), Routes(ip.HostRoutes)))], port.Mtu);

    /// <summary>An address by which the interface is found afterwards; null when the port gets its own by DHCP.</summary>
    public static IPAddress? AddressOf(Port port) => port switch
    {
        { VrrpIp: { } own } => own,
        { Type: PortType.Vip } => port.Vips[0].IpAddress,
        { FixedIps.Count: > 0 } => port.FixedIps[0].IpAddress,
        _ => null,
    };

    private static IReadOnlyList<PlugRoute> Routes(ValueList<HostRoute> routes) =>
        [.. routes.Select(route => new PlugRoute(route.Destination.ToString(), route.Nexthop.ToString()))];
}
