// A line for each request: who asked for what, and what came of it.
using System.Diagnostics;
using System.Net;
using Amphora.Agent.Http;
using Amphora.Agent.Journal;
using Amphora.Agent.Journal.Records;

namespace Amphora.Agent.Hosting;

/// <summary>Middleware. What changes something is always told, to the journal too; what only asks, with <c>[DEFAULT] debug</c>.</summary>
internal sealed partial class RequestLog(RequestDelegate next, AgentJournal journal, ILogger<RequestLog> logger)
{
    private const int LongestPath = 1024;

    /// <summary>Runs the request, then tells.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var start = Stopwatch.GetTimestamp();

        // Here and not after the answer: what comes after us may change it. Encoded: nobody's path writes control characters into a log.
        var (method, path, query) = (context.Request.Method, context.Request.Path.ToUriComponent(), context.Request.QueryString.ToUriComponent());
        await next(context);
        var milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method))
        {
            Log.Asked(logger, method, path, context.Connection.RemoteIpAddress, context.Response.StatusCode, milliseconds);
        }
        else
        {
            Log.Changed(logger, method, path, context.Connection.RemoteIpAddress, context.Response.StatusCode, milliseconds);
            Tell(context, method, path + query, milliseconds);
        }
    }

    private void Tell(HttpContext context, string method, string path, double milliseconds)
    {
        var trace = RequestTrace.Of(context);
        var (body, length) = (trace.Body, context.Request.ContentLength);
        var record = new RequestRecord
        {
            Id = context.TraceIdentifier,
            Method = method,
            Path = path.Length > LongestPath ? path[..LongestPath] : path,
            From = context.Connection.RemoteIpAddress?.ToString(),
            Subject = context.Connection.ClientCertificate?.Subject,
            Status = context.Response.StatusCode,
            Problem = trace.Problem,
            Step = trace.Step,
            Ms = milliseconds,
        };
        journal.Add(_ => new JournalRecord
        {
            Kind = RecordKind.Request,
            Request = record with { Bytes = body?.Length ?? length, Sha256 = body is null ? null : JournalTexts.DigestOf(body) },
        });
    }

    private static partial class Log
    {
        [LoggerMessage(240, LogLevel.Debug, "{Method} {Path} from {Peer}: {Status} in {Milliseconds:0.0} ms")]
        public static partial void Asked(ILogger logger, string method, string path, IPAddress? peer, int status, double milliseconds);

        [LoggerMessage(241, LogLevel.Information, "{Method} {Path} from {Peer}: {Status} in {Milliseconds:0.0} ms")]
        public static partial void Changed(ILogger logger, string method, string path, IPAddress? peer, int status, double milliseconds);
    }
}
