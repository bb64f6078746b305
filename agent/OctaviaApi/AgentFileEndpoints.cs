// Endpoints 18 and 19: the agent's configuration and its server certificate.
using Amphora.Contract;

namespace Amphora.Agent.OctaviaApi;

/// <summary>PUT /1.0/config and PUT /1.0/certificate (agent-api §8).</summary>
internal static class AgentFileEndpoints
{
    /// <summary>The routes.</summary>
    public static void MapAgentFiles(this IEndpointRouteBuilder routes)
    {
        routes.MapPut("/1.0/config", PutConfiguration);
        routes.MapPut("/1.0/certificate", PutCertificate);
    }

    private static Task<IResult> PutConfiguration(HttpRequest request, Writes writes, IAgentFiles files, CancellationToken cancellationToken) =>
        writes.RunAsync(request, (body, _) => Task.FromResult(Configured(files.ReplaceConfiguration(body))), cancellationToken);

    private static Task<IResult> PutCertificate(HttpRequest request, Writes writes, IAgentFiles files, CancellationToken cancellationToken) =>
        writes.RunAsync(request, (body, _) => Task.FromResult(Certified(files.ReplaceCertificate(body))), cancellationToken);

    private static IResult Configured(Failure? failure) => failure is null
        ? Answers.Ok(StatusCodes.Status202Accepted)
        : Answers.Failed("Unable to update amphora-agent configuration.", failure);

    private static IResult Certified(Failure? failure) => failure switch
    {
        null => Answers.Ok(StatusCodes.Status202Accepted),
        { Kind: FailureKind.Refused } => Answers.Message(StatusCodes.Status400BadRequest, "Invalid certificate", failure.Message),
        _ => Answers.Failed("Unable to update the agent certificate.", failure),
    };
}
