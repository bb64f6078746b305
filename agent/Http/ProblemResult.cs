// Writes a problem as application/problem+json and fills in the request's path.
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Agent.Http;

/// <summary>An error answer (RFC 9457).</summary>
internal sealed class ProblemResult(Problem problem) : IResult
{
    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var trace = RequestTrace.Of(httpContext);
        (trace.Problem, trace.Step) = (problem.Type, problem.Failure?.Step);
        httpContext.Response.StatusCode = problem.Status;
        return httpContext.Response.WriteAsJsonAsync(
            problem with { Instance = httpContext.Request.Path },
            ContractJson.Default.Problem,
            "application/problem+json",
            httpContext.RequestAborted);
    }
}
