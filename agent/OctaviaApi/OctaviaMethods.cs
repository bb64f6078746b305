// What a client of Flask sees and ASP.NET Core would answer otherwise: OPTIONS, and slashes at the end.
namespace Amphora.Agent.OctaviaApi;

/// <summary>Runs around routing. OPTIONS of a path that exists is 200 with the methods in Allow; a path with a slash at its end is
/// another one than that without, and does not exist (agent-api §1).</summary>
internal sealed class OctaviaMethods(RequestDelegate next)
{
    /// <summary>Answers the request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path;
        if (path.StartsWithSegments("/2.0", StringComparison.Ordinal))
        {
            await next(context);
            return;
        }

        if (path.Value is { Length: > 1 } text && text[^1] == '/')
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        await next(context);
        if (HttpMethods.IsOptions(context.Request.Method) && context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed)
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
        }
    }
}
