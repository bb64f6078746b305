// Endpoints 10 and 11: the configuration of a UDP or SCTP listener.
using Amphora.Agent.Apply;
using Amphora.Agent.Keepalived.Uploaded;

namespace Amphora.Agent.OctaviaApi;

/// <summary>PUT /1.0/listeners/{amphora}/{listener}/udp_listener and GET /1.0/listeners/{listener}/udp_listener (agent-api §5).</summary>
internal static class LvsEndpoints
{
    /// <summary>The routes.</summary>
    public static void MapLvs(this IEndpointRouteBuilder routes)
    {
        routes.MapPut("/1.0/listeners/{amphora:id}/{listener:id}/udp_listener", Put);
        routes.MapMethods("/1.0/listeners/{listener:id}/udp_listener", OctaviaApiSlice.Reads, Get);
    }

    private static Task<IResult> Put(
        string listener, HttpRequest request, Writes writes, ApiBoundary boundary, UploadedKeepalived keepalived, CancellationToken cancellationToken) =>
        writes.RunAsync(
            request,
            (body, _) => boundary.CheckLvs(listener) is { } conflict
                ? Task.FromResult(Answers.Conflict(conflict))
                : StoreAsync(listener, body, request.HttpContext.Response, keepalived),
            cancellationToken);

    private static async Task<IResult> StoreAsync(string listener, byte[] body, HttpResponse response, UploadedKeepalived keepalived)
    {
        if (keepalived.StoreLvs(listener, body) is { } notStored)
        {
            return Answers.Failed("Error storing the keepalivedlvs configuration", notStored);
        }

        if (await keepalived.InstallLvsAsync(listener) is { } notEnabled)
        {
            return Answers.Failed("Error enabling octavia-keepalivedlvs service", notEnabled);
        }

        response.Headers.ETag = Answers.Digest(body);
        return Answers.Ok(StatusCodes.Status200OK);
    }

    private static IResult Get(string listener, UploadedKeepalived keepalived) => keepalived.ReadLvs(listener) is { } content
        ? Answers.Text(content)
        : Answers.Message(StatusCodes.Status404NotFound, "UDP Listener Not Found", $"No UDP listener with UUID: {listener}");
}
