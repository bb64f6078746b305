// Pure: the body of POST /1.0/plug/vip/{vip}, and of vip_net_info, to a port document.
using System.Net;
using System.Text.Json;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Contract.Rest;

namespace Amphora.Agent.OctaviaApi.Ports;

/// <summary>A port that was asked for.</summary>
/// <param name="MacAddress">As the body spells it; one that is none belongs to no interface.</param>
/// <param name="Port">What the interface shall have.</param>
internal sealed record PlugVip(string MacAddress, Port Port);

/// <summary>Checks in the order of agent-api §6, 12 a to c.</summary>
internal static class PlugVipReader
{
    /// <summary>The port, or the answer that refuses it.</summary>
    /// <param name="vip">The VIP of the path.</param>
    /// <param name="body">The body; null when it is no JSON.</param>
    public static (PlugVip? Plug, IResult? Refusal) Read(string vip, JsonElement? body)
    {
        if (body is not { ValueKind: JsonValueKind.Object } info
            || !info.TryGetProperty("subnet_cidr", out _)
            || !info.TryGetProperty("gateway", out _)
            || !info.TryGetProperty("mac_address", out var mac)
            || mac.Text() is not { } macAddress)
        {
            return (null, Answers.Error(StatusCodes.Status400BadRequest, "Invalid subnet information"));
        }

        if (IncompleteVip(info) is { } incomplete)
        {
            return (null, Answers.Error(StatusCodes.Status500InternalServerError, $"cannot plug the VIP: {incomplete}"));
        }

        var (vips, wrongVip) = Try(info, found => Vip(vip, found));
        if (vips is null)
        {
            return (null, Answers.Message(StatusCodes.Status400BadRequest, $"Invalid VIP: {wrongVip}"));
        }

        var (port, wrongVrrp) = Try(info, found => vips with { VrrpIp = found.OptionalAddress("vrrp_ip") });
        return port is null
            ? (null, Answers.Message(StatusCodes.Status400BadRequest, $"Invalid VRRP Address: {wrongVrrp}"))
            : (new PlugVip(macAddress, port), null);
    }

    /// <summary>The VIP side of a port that is plugged again with further addresses of its own.</summary>
    /// <param name="info">vip_net_info.</param>
    /// <param name="port">The rest: MTU, SR-IOV, fixed addresses.</param>
    /// <exception cref="FormatException">Something is missing or wrong; the message names it.</exception>
    public static Port ReadAgain(JsonElement info, Port port)
    {
        _ = info.Required("gateway");
        return port with
        {
            Type = PortType.Vip,
            Vips = Vips(info.Address("vip"), info),
            VrrpIp = info.OptionalAddress("vrrp_ip"),
        };
    }

    /// <summary>Routes of a subnet.</summary>
    /// <exception cref="FormatException">One is incomplete or wrong.</exception>
    public static ValueList<HostRoute> HostRoutes(JsonElement owner) => owner.Each(
        "host_routes", static route => new HostRoute { Destination = route.Network("destination"), Nexthop = route.Address("nexthop") });

    private static (Port? Port, string? Wrong) Try(JsonElement info, Func<JsonElement, Port> read)
    {
        try
        {
            return (read(info), null);
        }
        catch (FormatException wrong)
        {
            return (null, wrong.Message);
        }
    }

    private static Port Vip(string vip, JsonElement info) => new()
    {
        Type = PortType.Vip,
        Mtu = info.OptionalNumber("mtu"),
        Vips = Vips(StrictIPAddress.TryParse(vip, out var address) ? address : throw new FormatException($"\"{vip}\" is not an IP address"), info),
        IsSriov = info.Flag("is_sriov"),
    };

    private static ValueList<PortVip> Vips(IPAddress vip, JsonElement info) =>
        [Vip(vip, info), .. info.Each("additional_vips", static other => Vip(other.Address("ip_address"), other))];

    private static PortVip Vip(IPAddress address, JsonElement info) => new()
    {
        IpAddress = address,
        SubnetCidr = info.Network("subnet_cidr"),
        GatewayIp = info.OptionalAddress("gateway"),
        HostRoutes = HostRoutes(info),
    };

    // Upstream trips over a key that is not there before it looks at any value; its answer is a 500.
    private static string? IncompleteVip(JsonElement info)
    {
        string[] keys = ["ip_address", "subnet_cidr", "gateway", "host_routes"];
        if (info.Optional("additional_vips") is not { ValueKind: JsonValueKind.Array } vips)
        {
            return null;
        }

        foreach (var vip in vips.EnumerateArray())
        {
            if (vip.ValueKind != JsonValueKind.Object)
            {
                return "an entry of additional_vips is not an object";
            }

            if (Array.Find(keys, key => !vip.TryGetProperty(key, out _)) is { } missing)
            {
                return $"an entry of additional_vips has no {missing}";
            }
        }

        return null;
    }
}
