// From the body of PUT /2.0/ports/{mac} to a port that cannot be wrong, or everything that is wrong with it.
using System.Net;
using Amphora.Contract.DesiredState;
using Amphora.Contract.DesiredState.Reading;
using Amphora.Contract.Json;

namespace Amphora.Contract.Rest;

/// <summary>What reading a port gave: the port, or its faults.</summary>
/// <param name="Port">Null exactly when there are faults.</param>
/// <param name="Faults">Everything found, at most 1,000 and then one more that says so.</param>
public sealed record PortResult(Port? Port, ValueList<Fault> Faults);

/// <summary>Reads ports: JSON, fields, and the rules P1–P9 of docs/ports.md, all at once.</summary>
public static class PortReader
{
    /// <summary>The largest body, in bytes.</summary>
    public const int MaxBytes = 256 * 1024;

    private const int SmallestMtu = 68;

    /// <summary>Reads one port. Never throws because of what the bytes say.</summary>
    public static PortResult Read(ReadOnlySpan<byte> utf8Json)
    {
        var faults = new FaultCollector();
        using var text = JsonText.Parse(utf8Json, MaxBytes, faults);
        var port = text is null ? null : Read(text.Root);
        return new PortResult(port, faults.ToValueList());
    }

    private static Port? Read(JsonValue root)
    {
        if (root.Object() is not { } json)
        {
            return null;
        }

        var type = json.Required("type").Word(WireNames.PortTypes);
        var rules = new PortRules(type, json.Faults);
        var mtuField = json.Optional("mtu");
        var mtu = mtuField.Int32(SmallestMtu, ushort.MaxValue);
        var topologyField = json.Optional("topology");
        var topology = topologyField.Word(WireNames.Topologies);
        rules.OnlyForVip(topologyField);
        var vrrpIpField = json.Optional("vrrp_ip");
        var vrrpIp = vrrpIpField.Address();
        rules.OnlyForVip(vrrpIpField);
        var sriov = ReadSriov(json.Optional("is_sriov"), rules);
        var vipsField = json.Optional("vips");
        var vips = ReadVips(vipsField, rules);
        rules.CheckVrrpIp(vrrpIp, vrrpIpField.Place);
        var fixedIps = ReadFixedIps(json.Optional("fixed_ips"), rules);
        json.Close();
        rules.CheckVips(vipsField);
        rules.CheckMtu(mtu, mtuField);

        return !json.Faults.None ? null : new Port
        {
            Type = type!.Value,
            Mtu = mtu,
            Topology = topology,
            VrrpIp = vrrpIp,
            Vips = vips,
            FixedIps = fixedIps,
            IsSriov = sriov,
        };
    }

    private static bool ReadSriov(JsonValue field, PortRules rules)
    {
        var sriov = field.Boolean() ?? false;
        if (sriov)
        {
            rules.OnlyForVip(field);
        }

        return sriov;
    }

    private static ValueList<PortVip> ReadVips(JsonValue field, PortRules rules)
    {
        var vips = new List<PortVip>();
        foreach (var item in field.Array())
        {
            if (PortAddress.Read(item, rules, isVip: true) is { } address)
            {
                vips.Add(new PortVip
                {
                    IpAddress = address.Address,
                    SubnetCidr = address.Subnet,
                    GatewayIp = address.Gateway,
                    HostRoutes = address.Routes,
                });
            }
        }

        return vips.ToValueList();
    }

    private static ValueList<PortFixedIp> ReadFixedIps(JsonValue field, PortRules rules)
    {
        var addresses = new List<PortFixedIp>();
        foreach (var item in field.Array())
        {
            if (PortAddress.Read(item, rules, isVip: false) is { } address)
            {
                addresses.Add(new PortFixedIp
                {
                    IpAddress = address.Address,
                    SubnetCidr = address.Subnet,
                    GatewayIp = address.Gateway,
                    HostRoutes = address.Routes,
                });
            }
        }

        return addresses.ToValueList();
    }

    /// <summary>What a VIP and a fixed address have in common.</summary>
    private readonly record struct PortAddress(IPAddress Address, Cidr Subnet, IPAddress? Gateway, ValueList<HostRoute> Routes)
    {
        internal static PortAddress? Read(JsonValue value, PortRules rules, bool isVip)
        {
            if (value.Object() is not { } json)
            {
                return null;
            }

            JsonValue addressField = json.Required("ip_address"), subnetField = json.Required("subnet_cidr"),
                gatewayField = json.Optional("gateway_ip");
            IPAddress? address = addressField.Address(), gateway = gatewayField.Address();
            var subnet = subnetField.Cidr();
            if (!isVip)
            {
                rules.OnlyForVip(gatewayField);
            }
            else
            {
                rules.NoteVip(subnet);
            }

            rules.CheckSubnet(subnet, subnetField.Place);
            rules.CheckAddress(address, addressField.Place, subnet);
            rules.CheckGateway(gateway, gatewayField.Place, subnet);
            var routes = NetworkReader.ReadRoutes(json.Optional("host_routes"), route => rules.CheckRoute(route, subnet));
            json.Close();
            return json.Faults.None ? new PortAddress(address!, subnet!.Value, gateway, routes) : null;
        }
    }
}
