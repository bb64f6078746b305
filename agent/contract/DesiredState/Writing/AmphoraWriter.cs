// Writes amphorae, their VRRP group, subnets and TLS files.
using System.Text.Json;

namespace Amphora.Contract.DesiredState.Writing;

/// <summary>Writes what surrounds the load balancer.</summary>
internal static class AmphoraWriter
{
    internal static void WriteAmphora(Utf8JsonWriter json, AmphoraEntry amphora)
    {
        json.WriteStartObject();
        json.WriteString("id", amphora.Id);
        json.Text("status", amphora.Status.ToWire(), unless: AmphoraStatus.Allocated.ToWire());
        json.WriteString("role", amphora.Role.ToWire());
        json.Address("lb_network_ip", amphora.LbNetworkIp);
        json.Address("vrrp_ip", amphora.VrrpIp);
        json.Address("ha_ip", amphora.HaIp);
        json.Text("vrrp_interface", amphora.VrrpInterface);
        json.Number("vrrp_id", amphora.VrrpId);
        json.Number("vrrp_priority", amphora.VrrpPriority);
        json.WriteEndObject();
    }

    internal static void WriteGroup(Utf8JsonWriter json, VrrpGroup group)
    {
        json.WriteStartObject();
        json.WriteString("vrrp_group_name", group.VrrpGroupName);
        json.Text("vrrp_auth_type", group.VrrpAuthType.ToWire(), unless: VrrpAuthType.Pass.ToWire());
        json.WriteString("vrrp_auth_pass", group.VrrpAuthPass);
        json.Number("advert_int", group.AdvertInt, unless: 1);
        json.WriteEndObject();
    }

    internal static void WriteSubnet(Utf8JsonWriter json, Subnet subnet)
    {
        json.WriteStartObject();
        json.WriteString("id", subnet.Id);
        json.WriteString("cidr", subnet.Cidr.ToString());
        json.Address("gateway_ip", subnet.GatewayIp);
        json.Array("host_routes", subnet.HostRoutes, WriteRoute);
        json.WriteEndObject();
    }

    internal static void WriteTlsFile(Utf8JsonWriter json, TlsFile file)
    {
        json.WriteStartObject();
        json.WriteString("ref", file.Ref);
        json.WriteString("kind", file.Kind.ToWire());
        json.WriteString("file", file.File);
        json.WriteString("sha256", file.Sha256);
        json.WriteEndObject();
    }

    private static void WriteRoute(Utf8JsonWriter json, HostRoute route)
    {
        json.WriteStartObject();
        json.WriteString("destination", route.Destination.ToString());
        json.Address("nexthop", route.Nexthop);
        json.WriteEndObject();
    }
}
