// Gives every error a body: what the framework answers on its own, and exceptions nobody turned into a Failure.
using System.Diagnostics.CodeAnalysis;
using Amphora.Contract;

namespace Amphora.Agent.Http;

/// <summary>Outermost middleware of the agent's pipeline.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, IEnumerable<IErrorShape> shapes, ILogger<ProblemMiddleware> logger)
{
    /// <summary>Runs the request and answers what went wrong in the shape of the API version that was asked.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var problem = await RunAsync(context);
        if (problem is not null && !context.Response.HasStarted)
        {
            // An answer that is already an error keeps its headers (Allow, with 405).
            if (context.Response.StatusCode < 400)
            {
                context.Response.Clear();
            }

            await problem.ExecuteAsync(context);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "the edge: what no slice expected is logged and answered")]
    private async Task<IResult?> RunAsync(HttpContext context)
    {
        try
        {
            await next(context);
            var status = context.Response.StatusCode;
            return status >= 400 && context.Response.ContentLength is null && context.Response.ContentType is null
                ? Of(context, status, Explain(context, status))
                : null;
        }
        catch (BadHttpRequestException e)
        {
            return Of(context, e.StatusCode, e.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e)
        {
            // A bug, or an operating system error that no slice expected: logged with its stack, answered without it.
            Log.Unexpected(logger, context.Request.Method, context.Request.Path, e);
            return Of(context, new Failure(context.Request.Path, $"cannot answer {context.Request.Method} {context.Request.Path}: {e.GetType().Name}; the agent's log has the details"));
        }
    }

    private IResult Of(HttpContext context, int status, string? detail) =>
        Shape(context)?.Of(status, detail) ?? Problems.Of(status, detail);

    private IResult Of(HttpContext context, Failure failure) =>
        Shape(context)?.Of(failure) ?? Problems.Of(failure);

    private IErrorShape? Shape(HttpContext context) => shapes.FirstOrDefault(shape => shape.IsFor(context.Request.Path));

    private static string? Explain(HttpContext context, int status) => status switch
    {
        StatusCodes.Status404NotFound => $"no resource {context.Request.Path}",
        StatusCodes.Status405MethodNotAllowed => $"{context.Request.Method} is not allowed here; allowed: {context.Response.Headers.Allow}",
        _ => null,
    };

    private static partial class Log
    {
        [LoggerMessage(100, LogLevel.Error, "{Method} {Path} ended in an unexpected exception")]
        public static partial void Unexpected(ILogger logger, string method, string path, Exception exception);
    }
}
