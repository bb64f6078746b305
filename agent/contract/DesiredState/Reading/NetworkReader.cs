// Subnets of the VIPs with their routes.
using Amphora.Contract.Json;

namespace Amphora.Contract.DesiredState.Reading;

/// <summary>Reads elements of <c>subnets</c>, and host routes wherever they stand.</summary>
internal static class NetworkReader
{
    internal static Subnet? ReadSubnet(JsonValue value, DocumentFacts facts)
    {
        if (value.Object() is not { } json)
        {
            facts.SubnetsKnown = false;
            return null;
        }

        var id = json.Required("id").Uuid();
        var cidrField = json.Required("cidr");
        var cidr = cidrField.Cidr();
        var gatewayField = json.Optional("gateway_ip");
        var gateway = gatewayField.Address();
        var subnet = new SubnetFacts { Id = id, Cidr = cidr, CidrPlace = cidrField.Place };
        facts.SubnetsKnown &= id is not null;
        facts.Subnets.Add(subnet);
        if (gateway is not null)
        {
            subnet.Addresses.Add((gateway, gatewayField.Place));
        }

        var routes = ReadRoutes(json.Optional("host_routes"), route =>
        {
            if (route.Destination is { } destination)
            {
                subnet.Addresses.Add((destination.Address, route.DestinationPlace));
            }

            if (route.Nexthop is { } nexthop)
            {
                subnet.Addresses.Add((nexthop, route.NexthopPlace));
            }
        });
        json.Close();

        return !json.Faults.None ? null : new Subnet { Id = id!.Value, Cidr = cidr!.Value, GatewayIp = gateway, HostRoutes = routes };
    }

    /// <summary>Reads host routes and shows the well-formed parts of each to <paramref name="note"/>.</summary>
    internal static ValueList<HostRoute> ReadRoutes(JsonValue field, Action<RouteFacts> note)
    {
        var routes = new List<HostRoute>();
        foreach (var item in field.Array())
        {
            if (item.Object() is not { } json)
            {
                continue;
            }

            JsonValue destination = json.Required("destination"), nexthop = json.Required("nexthop");
            var route = new RouteFacts(destination.Cidr(), destination.Place, nexthop.Address(), nexthop.Place);
            json.Close();
            note(route);
            if (json.Faults.None)
            {
                routes.Add(new HostRoute { Destination = route.Destination!.Value, Nexthop = route.Nexthop! });
            }
        }

        return routes.ToValueList();
    }
}

/// <summary>A host route as far as it is well-formed.</summary>
internal readonly record struct RouteFacts(
    Cidr? Destination, Place DestinationPlace, System.Net.IPAddress? Nexthop, Place NexthopPlace);
