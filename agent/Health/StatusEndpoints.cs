// GET /2.0/load-balancers/{id}/status.
using Amphora.Agent.Apply;
using Amphora.Agent.Apply.History;
using Amphora.Agent.Http;
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Agent.Health;

/// <summary>The status tree over HTTP.</summary>
internal static class StatusEndpoints
{
    /// <summary>The route.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes) => routes.MapGet("/2.0/load-balancers/{id}/status", Read);

    private static async Task<IResult> Read(string id, GenerationStore generations, GenerationHistory history, StatusReader reader, CancellationToken cancellationToken) =>
        generations.Find(id) is { } inForce
            ? TypedResults.Json(
                await reader.ReadAsync(inForce.Document, cancellationToken) with { RolledBack = HistoryReport.RolledBack(history.Find(id)) },
                ContractJson.Default.LoadBalancerStatus)
            : Problems.Of(new Failure("read status", $"there is no load balancer {id} on this amphora") { Kind = FailureKind.NotFound });
}
