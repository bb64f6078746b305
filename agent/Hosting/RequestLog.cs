// A line for each request: who asked for what, and what came of it.
using System.Diagnostics;
using System.Net;

namespace Amphora.Agent.Hosting;

/// <summary>Middleware. What changes something is always told; what only asks, with <c>[DEFAULT] debug</c>.</summary>
internal sealed partial class RequestLog(RequestDelegate next, ILogger<RequestLog> logger)
{
    /// <summary>Runs the request, then tells.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var start = Stopwatch.GetTimestamp();

        // Here and not after the answer: what comes after us may change it. Encoded: nobody's path writes control characters into a log.
        var (method, path) = (context.Request.Method, context.Request.Path.ToUriComponent());
        await next(context);
        var milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method))
        {
            Log.Asked(logger, method, path, context.Connection.RemoteIpAddress, context.Response.StatusCode, milliseconds);
        }
        else
        {
            Log.Changed(logger, method, path, context.Connection.RemoteIpAddress, context.Response.StatusCode, milliseconds);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(240, LogLevel.Debug, "{Method} {Path} from {Peer}: {Status} in {Milliseconds:0.0} ms")]
        public static partial void Asked(ILogger logger, string method, string path, IPAddress? peer, int status, double milliseconds);

        [LoggerMessage(241, LogLevel.Information, "{Method} {Path} from {Peer}: {Status} in {Milliseconds:0.0} ms")]
        public static partial void Changed(ILogger logger, string method, string path, IPAddress? peer, int status, double milliseconds);
    }
}
