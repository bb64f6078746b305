// The history of a load balancer, and what is done with it: confirm and roll back.
using Amphora.Agent.Actions;
using Amphora.Agent.Apply;
using Amphora.Agent.Apply.Commit;
using Amphora.Agent.Apply.History;
using Amphora.Agent.Apply.Rollback;
using Amphora.Agent.Http;
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Agent.LoadBalancers;

/// <summary>/2.0/load-balancers/{id}/history, confirm and rollback; also of load balancers that API 1.0 manages.</summary>
internal static class HistoryEndpoints
{
    /// <summary>The routes.</summary>
    public static void MapHistory(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/2.0/load-balancers/{id}/history", Read);
        routes.MapPost("/2.0/load-balancers/{id}/confirm", Confirm);
        routes.MapPost("/2.0/load-balancers/{id}/rollback", RollBack);
    }

    private static IResult Read(string id, GenerationStore generations, GenerationHistory history, CommitWindows windows)
    {
        var managedBy = generations.Find(id) is not null ? HistoryEntry.Api2
            : ObjectId.Is(id) && generations.IsManagedOverApi1(id) ? HistoryEntry.Api1
            : null;
        return managedBy is null
            ? Problems.Of(new Failure("read history", $"there is no load balancer {id} on this amphora") { Kind = FailureKind.NotFound })
            : TypedResults.Json(HistoryReport.Of(id, managedBy, history.Find(id), windows.Find(id), windows.Now), ContractJson.Default.LoadBalancerHistory);
    }

    private static async Task<IResult> Confirm(string id, HttpResponse response, Rollbacks rollbacks, CancellationToken cancellationToken) =>
        Answer(response, await rollbacks.ConfirmAsync(id, cancellationToken));

    private static async Task<IResult> RollBack(string id, HttpRequest request, Rollbacks rollbacks, CancellationToken cancellationToken)
    {
        var (wanted, faults) = ChangeQuery.ReadRollback(request.Query["to"], request.Query["ports"]);
        return wanted is null ? Problems.Of(faults) : Answer(request.HttpContext.Response, await rollbacks.RollBackAsync(id, wanted, cancellationToken));
    }

    private static IResult Answer(HttpResponse response, Outcome<LoadBalancerApplied> outcome)
    {
        if (outcome.Failure is { } failure)
        {
            return Problems.Of(failure);
        }

        if (outcome.Value.Generation is { } generation)
        {
            response.Headers.ETag = EntityTag.Of(generation);
        }

        return TypedResults.Json(outcome.Value, ContractJson.Default.LoadBalancerApplied);
    }
}
