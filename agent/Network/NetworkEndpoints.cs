// GET /2.0/ports and GET /2.0/ports/{mac}.
using Amphora.Agent.Http;
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Agent.Network;

/// <summary>Handlers of the reads.</summary>
internal static class NetworkEndpoints
{
    public static async Task<IResult> ListAsync(NetworkReader reader, CancellationToken cancellationToken) =>
        TypedResults.Json(new PortList(await reader.ReadAsync(cancellationToken)), ContractJson.Default.PortList);

    public static async Task<IResult> ReadAsync(string mac, NetworkReader reader, CancellationToken cancellationToken) =>
        MacText.TryParse(mac, out var address) && await reader.ReadAsync(address, cancellationToken) is { } port
            ? TypedResults.Json(port, ContractJson.Default.PortState)
            : Problems.Of(new Failure("read port", $"no port with MAC address \"{mac}\" is plugged") { Kind = FailureKind.NotFound });
}
