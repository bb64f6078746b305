// One scrape: HAProxy's exporter in, Octavia's names out, line by line.
using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Amphora.Agent.Haproxy.Slots;
using Amphora.Linux.Native;

namespace Amphora.Agent.Prometheus;

/// <summary>Holds a line and a block of output at a time, however many members there are.</summary>
internal sealed partial class MetricsHandler(PrometheusOptions options, ILogger<MetricsHandler> logger)
{
    private const int BlockBytes = 32 * 1024;

    /// <summary>200 with the metrics; 502 when HAProxy does not give them. Half an answer is never a whole one: what breaks in the
    /// middle breaks the connection.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        context.Response.Headers.Connection = "close";
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = "GET";
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(options.Limit);
        try
        {
            await CopyAsync(context, limit.Token);
        }
        catch (Exception exception) when (exception is IOException or SocketException or LinuxException or InvalidDataException or OperationCanceledException)
        {
            Log.Failed(logger, options.Source.ToString(), exception.Message);
            if (context.Response.HasStarted)
            {
                context.Abort();
                return;
            }

            context.Response.Clear();
            context.Response.Headers.Connection = "close";
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
        }
    }

    private async Task CopyAsync(HttpContext context, CancellationToken cancellationToken)
    {
        using var exporter = await Exporter.OpenAsync(options, cancellationToken);
        context.Response.ContentType = "text/plain; version=0.0.4";
        context.Response.Headers.CacheControl = "no-cache";
        var output = context.Response.BodyWriter;
        Encoding.UTF8.GetBytes(HostGauges.Read(), output);
        var names = SlotNames.LoadAll(options.BasePath);
        while (await exporter.ReadLineAsync(cancellationToken) is { } line)
        {
            if (MetricRewriter.Rewrite(line, names) is { } rewritten)
            {
                Encoding.UTF8.GetBytes(rewritten, output);
                output.Write("\n"u8);
            }

            // The first block waits for HAProxy's answer to be well under way, so that most failures can still be a 502.
            if (output.UnflushedBytes >= BlockBytes)
            {
                await output.FlushAsync(cancellationToken);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1100, Level = LogLevel.Warning, Message = "no metrics from {Source}: {Reason}")]
        public static partial void Failed(ILogger logger, string source, string reason);
    }
}
