// Endpoints 16 and 17: the amphora's VRRP instance.
using Amphora.Agent.Apply;
using Amphora.Agent.Keepalived;
using Amphora.Agent.Keepalived.Uploaded;
using Amphora.Contract;

namespace Amphora.Agent.OctaviaApi;

/// <summary>PUT /1.0/vrrp/upload and PUT /1.0/vrrp/{action} (agent-api §7).</summary>
internal static class VrrpEndpoints
{
    /// <summary>The routes.</summary>
    public static void MapVrrp(this IEndpointRouteBuilder routes)
    {
        routes.MapPut("/1.0/vrrp/upload", Upload);
        routes.MapPut("/1.0/vrrp/{action}", Act);
    }

    private static Task<IResult> Upload(HttpRequest request, Writes writes, ApiBoundary boundary, UploadedKeepalived keepalived, CancellationToken cancellationToken) =>
        writes.RunAsync(
            request,
            (body, _) => boundary.CheckVrrp() is { } conflict
                ? Task.FromResult(Answers.Conflict(conflict))
                : StoreAsync(body, request.HttpContext.Response, keepalived),
            cancellationToken);

    private static async Task<IResult> StoreAsync(byte[] body, HttpResponse response, UploadedKeepalived keepalived)
    {
        if (keepalived.StoreVrrp(body) is { } notStored)
        {
            return Answers.Failed("Error storing the keepalived configuration", notStored);
        }

        if (await keepalived.InstallVrrpAsync() is { } notEnabled)
        {
            return Answers.Failed("Error enabling octavia-keepalived service", notEnabled);
        }

        response.Headers.ETag = Answers.Digest(body);
        return Answers.Ok(StatusCodes.Status200OK);
    }

    private static async Task<IResult> Act(string action, Writes writes, ApiBoundary boundary, UploadedKeepalived keepalived, CancellationToken cancellationToken) =>
        ActionEndpoints.Parse(action) is not { } wanted
            ? ActionEndpoints.Unknown(action)
            : await writes.RunAsync(
                async stopping => boundary.CheckVrrp() is { } conflict ? Answers.Conflict(conflict) : await RunAsync(wanted, keepalived, stopping),
                cancellationToken);

    private static async Task<IResult> RunAsync(ServiceAction action, UploadedKeepalived keepalived, CancellationToken stopping)
    {
        var state = await keepalived.ReadVrrpAsync(stopping);
        if (state is { Ok: true, Value.Active: true } && action == ServiceAction.Start)
        {
            // "Start" is how the driver says "take over what you were sent".
            action = ServiceAction.Reload;
        }

        var (word, done) = action switch
        {
            ServiceAction.Start => ("start", "started"),
            ServiceAction.Stop => ("stop", "stoped"),
            _ => ("reload", "reloaded"),
        };
        var failure = state.Failure ?? (state.Value.Installed, state.Value.Active, action) switch
        {
            (false, _, _) => new Failure($"{word} VRRP", $"Unit {KeepalivedPaths.VrrpUnit} not found."),
            (_, false, ServiceAction.Reload) => new Failure($"{word} VRRP", $"{KeepalivedPaths.VrrpUnit} is not active, cannot reload."),
            (_, _, ServiceAction.Stop) => await keepalived.StopVrrpAsync(),
            _ => await keepalived.RunVrrpAsync(action == ServiceAction.Start ? KeepalivedStep.Start : KeepalivedStep.Reload),
        };
        return failure is null
            ? Answers.Ok(StatusCodes.Status202Accepted, $"keepalived {done}")
            : Answers.Failed($"Failed to {word} octavia-keepalived service", failure);
    }
}
