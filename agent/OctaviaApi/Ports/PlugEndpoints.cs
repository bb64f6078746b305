// POST /1.0/plug/vip/{vip} and /1.0/plug/network: a port a stock driver hot-plugged, as the port document API 2.0 would have had.
using System.Net.NetworkInformation;
using System.Text.Json;
using Amphora.Agent.Network;
using Amphora.Agent.Network.Files;
using Amphora.Agent.Network.Firewall;
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Agent.OctaviaApi.Ports;

/// <summary>agent-api §6. A plug is finished or undone, so that "already exists" is only said of one that was finished.</summary>
internal static class PlugEndpoints
{
    /// <summary>The routes of the network.</summary>
    public static void MapPlug(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/1.0/plug/vip/{vip}", Vip);
        routes.MapPost("/1.0/plug/network", Network);
        routes.MapMethods("/1.0/interface/{ip}", OctaviaApiSlice.Reads, InterfaceEndpoints.Find);
        routes.MapPut("/1.0/interface/{ip}/rules", InterfaceEndpoints.PutRules);
    }

    private static async Task<IResult> Vip(
        string vip, HttpRequest request, OctaviaApiOptions options, Writes writes, NetworkApplier network, NetworkReader reader, CancellationToken cancellationToken)
    {
        var (plug, refusal) = PlugVipReader.Read(vip, await request.ReadJsonAsync(options, cancellationToken));
        return plug is null ? refusal! : await writes.RunAsync(stopping => PlugVipAsync(plug, network, reader, stopping), cancellationToken);
    }

    private static async Task<IResult> Network(
        HttpRequest request, OctaviaApiOptions options, Writes writes, NetworkApplier network, NetworkReader reader, CancellationToken cancellationToken)
    {
        var (plug, refusal) = PlugNetworkReader.Read(await request.ReadJsonAsync(options, cancellationToken));
        return plug is null ? refusal! : await writes.RunAsync(stopping => PlugNetworkAsync(plug, network, reader, stopping), cancellationToken);
    }

    private static async Task<IResult> PlugVipAsync(PlugVip plug, NetworkApplier network, NetworkReader reader, CancellationToken stopping)
    {
        const string Failed = "Error plugging VIP";
        if (!MacText.TryParse(plug.MacAddress, out var mac))
        {
            return NoInterface();
        }

        if (network.RefuseStranger(mac, PortOwner.Api1) is { } conflict)
        {
            return Answers.Conflict(conflict);
        }

        if (network.IsPlugged(mac))
        {
            return Answers.Message(StatusCodes.Status409Conflict, "Interface already exists");
        }

        // VRRP, packet filter and scripts know the VIP port by its name; another port's place is not taken.
        if (reader.HolderOf(FirewallRenderer.VipInterface) is { } holder && !holder.Equals(mac))
        {
            return Answers.Message(
                StatusCodes.Status500InternalServerError, Failed, $"{FirewallRenderer.VipInterface} is the interface with MAC address {holder.ToText()}");
        }

        var plugged = await network.ApplyAsync(mac, plug.Port, PortOwner.Api1, stopping);
        return plugged.Failure is { } failure ? Refused(failure, Failed) : Answers.Ok(
            StatusCodes.Status202Accepted,
            $"VIPs plugged on interface {plugged.Value.Interface}: {string.Join(", ", plug.Port.Vips.Select(vip => InterfaceFileRenderer.Exploded(vip.IpAddress)))}");
    }

    private static async Task<IResult> PlugNetworkAsync(PlugNetwork plug, NetworkApplier network, NetworkReader reader, CancellationToken stopping)
    {
        if (!MacText.TryParse(plug.MacAddress, out var mac))
        {
            return NoInterface();
        }

        if (network.RefuseStranger(mac, PortOwner.Api1) is { } conflict)
        {
            return Answers.Conflict(conflict);
        }

        var isInside = reader.IsInside(mac);
        var (port, refusal) = isInside && plug.VipNetInfo is { } info ? VipAgain(info, plug.Port) : (plug.Port, null);
        if (port is null)
        {
            return refusal!;
        }

        var plugged = await network.ApplyAsync(mac, port, PortOwner.Api1, stopping);
        return plugged.Failure is { } failure
            ? Refused(failure, port.Type == PortType.Vip ? "Error plugging vip" : "Error plugging network")
            : Answers.Ok(StatusCodes.Status202Accepted, $"{(isInside ? "Updated existing interface" : "Plugged on interface")} {plugged.Value.Interface}");
    }

    private static (Port? Port, IResult? Refusal) VipAgain(JsonElement info, Port port)
    {
        try
        {
            return (PlugVipReader.ReadAgain(info, port), null);
        }
        catch (FormatException wrong)
        {
            return (null, Answers.Error(StatusCodes.Status500InternalServerError, $"cannot plug the VIP again: {wrong.Message}"));
        }
    }

    // The driver comes again when it reads these words, and only then.
    private static IResult NoInterface() => Answers.Message(StatusCodes.Status404NotFound, message: null, "No suitable network interface found");

    private static IResult Refused(Failure failure, string message) => failure.Kind == FailureKind.NotFound
        ? NoInterface()
        : Answers.Message(StatusCodes.Status500InternalServerError, message, string.Join('\n', new[] { failure.Message, failure.Output }.OfType<string>().Distinct()));
}
