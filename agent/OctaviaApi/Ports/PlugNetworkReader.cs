// Pure: the body of POST /1.0/plug/network to a port document.
using System.Text.Json;
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Agent.OctaviaApi.Ports;

/// <summary>A member port that was asked for.</summary>
/// <param name="MacAddress">As the body spells it.</param>
/// <param name="Port">What the interface shall have when it is no VIP port.</param>
/// <param name="VipNetInfo">What makes it a VIP port that is plugged again; null: it is none.</param>
internal sealed record PlugNetwork(string MacAddress, Port Port, JsonElement? VipNetInfo);

/// <summary>Checks as in agent-api §6, 13.</summary>
internal static class PlugNetworkReader
{
    /// <summary>The port, or the answer that refuses it. vip_net_info is not looked at: it only counts for a port that is there.</summary>
    public static (PlugNetwork? Plug, IResult? Refusal) Read(JsonElement? body)
    {
        if (body is not { ValueKind: JsonValueKind.Object } info || info.Optional("mac_address")?.Text() is not { } mac)
        {
            return (null, Answers.Error(StatusCodes.Status400BadRequest, "Invalid port information"));
        }

        try
        {
            if (!info.Each("fixed_ips", static ip => ip.Required("ip_address").Text() ?? "").All(static text => StrictIPAddress.TryParse(text, out _)))
            {
                return (null, Answers.Message(StatusCodes.Status400BadRequest, "Invalid network port"));
            }

            var port = new Port
            {
                Type = PortType.Member,
                Mtu = info.OptionalNumber("mtu"),
                IsSriov = info.Flag("is_sriov"),
                FixedIps = info.Each("fixed_ips", FixedIp),
            };
            var vipNetInfo = info.Optional("vip_net_info") is { } again && !IsEmpty(again) ? again : (JsonElement?)null;
            return (new PlugNetwork(mac, port, vipNetInfo), null);
        }
        catch (FormatException wrong)
        {
            return (null, Answers.Error(StatusCodes.Status500InternalServerError, $"cannot plug the network: {wrong.Message}"));
        }
    }

    private static PortFixedIp FixedIp(JsonElement ip) => new()
    {
        IpAddress = ip.Address("ip_address"),
        SubnetCidr = ip.Network("subnet_cidr"),
        GatewayIp = ip.OptionalAddress("gateway"),
        HostRoutes = PlugVipReader.HostRoutes(ip),
    };

    private static bool IsEmpty(JsonElement value) => value.ValueKind == JsonValueKind.Object && value.GetPropertyCount() == 0;
}
