// GET /2.0/ports and GET /2.0/ports/{mac}.
using Amphora.Contract.Rest;

namespace Amphora.Agent.Network;

/// <summary>Handlers of the reads.</summary>
internal static class NetworkEndpoints
{
    public static async Task<IResult> ListAsync(NetworkReader reader, CancellationToken cancellationToken) =>
        TypedResults.Json(new PortList(await reader.ReadAsync(cancellationToken)), ContractJson.Default.PortList);

    public static async Task<IResult> ReadAsync(string mac, HttpRequest request, NetworkReader reader, CancellationToken cancellationToken) =>
        MacText.TryParse(mac, out var address) && await reader.ReadAsync(address, cancellationToken) is { } port
            ? TypedResults.Json(port, ContractJson.Default.PortState)
            : TypedResults.Json(NotFound(mac, request.Path), ContractJson.Default.Problem, "application/problem+json", StatusCodes.Status404NotFound);

    private static Problem NotFound(string mac, string path) => new()
    {
        Type = "urn:amphora:problem:not-found",
        Title = "Not found",
        Status = StatusCodes.Status404NotFound,
        Detail = $"no port with MAC address '{mac}' is plugged",
        Instance = path,
    };
}
