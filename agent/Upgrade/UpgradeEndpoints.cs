// GET /2.0/agent and PUT /2.0/agent/binary.
using Amphora.Agent.Http;
using Amphora.Contract.Rest;
using Microsoft.AspNetCore.Http.Features;

namespace Amphora.Agent.Upgrade;

/// <summary>The agent as a resource of its own API.</summary>
internal static class UpgradeEndpoints
{
    /// <summary>The routes.</summary>
    public static void MapUpgradeEndpoints(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/2.0/agent", Read);
        routes.MapPut("/2.0/agent/binary", Put);
    }

    private static async Task<IResult> Read(RunningProgram program, CancellationToken cancellationToken) =>
        TypedResults.Json(await program.ReadAsync(cancellationToken), ContractJson.Default.AgentProgram);

    private static async Task<IResult> Put(HttpRequest request, UpgradeOptions options, Upgrader upgrader, CancellationToken cancellationToken)
    {
        // First: of what is refused unread Kestrel takes in as much as it may, so that the answer arrives.
        request.HttpContext.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = AgentProgram.MaxBytes;
        var (wanted, faults) = UpgradeRequest.Read(request.Headers[AgentProgram.SignatureHeader], request.Query["confirm_within"]);
        if (wanted is null)
        {
            return Problems.Of(faults);
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.ReadTimeout);
        try
        {
            var taken = await upgrader.UpgradeAsync(wanted, request.Body, timeout.Token);
            return taken.Failure is { } failure ? Problems.Of(failure) : TypedResults.Json(
                taken.Value,
                ContractJson.Default.AgentProgram,
                statusCode: taken.Value.Upgrade is { State: UpgradeState.Trying } ? StatusCodes.Status202Accepted : StatusCodes.Status200OK);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Problems.Of(StatusCodes.Status408RequestTimeout, $"the binary did not arrive within {options.ReadTimeout.TotalSeconds} s");
        }
    }
}
