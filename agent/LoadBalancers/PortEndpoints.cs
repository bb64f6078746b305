// PUT and DELETE of ports; the reads are the Network slice's.
using Amphora.Agent.Apply;
using Amphora.Agent.Http;
using Amphora.Agent.Network;
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Agent.LoadBalancers;

/// <summary>/2.0/ports/{mac}, writing.</summary>
internal static class PortEndpoints
{
    // A port document is a few addresses and routes.
    private const int MaxBytes = 256 * 1024;

    /// <summary>The routes.</summary>
    public static void MapPortWrites(this IEndpointRouteBuilder routes)
    {
        routes.MapPut("/2.0/ports/{mac}", Put);
        routes.MapDelete("/2.0/ports/{mac}", Delete);
    }

    private static async Task<IResult> Put(
        string mac, HttpRequest request, LoadBalancersOptions options, NetworkApplier network, TopologyCheck topology, WriteQueue queue, CancellationToken cancellationToken)
    {
        if (!MacText.TryParse(mac, out var address))
        {
            return Problems.Of([BadMac(mac)]);
        }

        var (body, refusal) = await request.ReadDocumentAsync(MaxBytes, options.ReadTimeout, cancellationToken);
        if (body is null)
        {
            return refusal!;
        }

        var (port, faults) = PortReader.Read(body);
        if (port is null)
        {
            return Problems.Of(faults);
        }

        var plugged = await queue.RunAsync(
            async stopping => topology.Check(port) is { } mixed ? (Outcome<PortState>)mixed : await network.ApplyAsync(address, port, stopping), cancellationToken);
        return plugged.Failure is { } failure ? Problems.Of(failure) : TypedResults.Json(plugged.Value, ContractJson.Default.PortState);
    }

    private static async Task<IResult> Delete(string mac, NetworkApplier network, WriteQueue queue, CancellationToken cancellationToken)
    {
        if (!MacText.TryParse(mac, out var address))
        {
            return Problems.Of([BadMac(mac)]);
        }

        var removed = await queue.RunAsync<bool>(
            async stopping => await network.RemoveAsync(address, stopping) is { } failure ? (Outcome<bool>)failure : true, cancellationToken);
        return removed.Failure is { } refused ? Problems.Of(refused) : TypedResults.NoContent();
    }

    private static Fault BadMac(string mac) =>
        new("", "pattern", $"the path names the MAC address \"{mac}\"; it has to be six pairs of hex digits with colons, as fa:16:3e:00:00:01");
}
