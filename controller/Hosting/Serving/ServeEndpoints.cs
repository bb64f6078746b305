// GET /metrics, /ready, /healthz: on the loopback address, for who looks after the controller.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Amphora.Controller.Hosting.Serving;

/// <summary>The routes.</summary>
internal static class ServeEndpoints
{
    /// <summary>Adds them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/metrics", MetricsAsync);
        routes.MapGet("/ready", ReadyAsync);
        routes.MapGet("/healthz", static () => Results.Text("ok\n"));
    }

    private static async Task<IResult> MetricsAsync(ServeMetrics metrics, CancellationToken cancellationToken) =>
        Results.Text(await metrics.WriteAsync(cancellationToken), "text/plain; version=0.0.4");

    private static async Task<IResult> ReadyAsync(Readiness readiness, CancellationToken cancellationToken) =>
        await readiness.NotReadyAsync(cancellationToken) is { } reason
            ? Results.Text($"{reason}\n", statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text("ready\n");
}
