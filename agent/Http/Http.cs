// Front door of the tools of the edge: bodies, entity tags, problem details.
namespace Amphora.Agent.Http;

/// <summary>Registers what every endpoint relies on.</summary>
internal static class HttpSlice
{
    /// <summary>Puts the problem middleware outermost; before any endpoint.</summary>
    public static IApplicationBuilder UseProblems(this IApplicationBuilder app) => app.UseMiddleware<ProblemMiddleware>();
}
