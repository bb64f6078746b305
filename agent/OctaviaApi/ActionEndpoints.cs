// Endpoints 7 and 8: start, stop, reload and delete of a load balancer or an LVS listener.
using Amphora.Agent.Haproxy.Uploaded;
using Amphora.Agent.Keepalived.Uploaded;

namespace Amphora.Agent.OctaviaApi;

/// <summary>PUT /1.0/loadbalancer/{id}/{action} and DELETE /1.0/listeners/{id} (agent-api §4). Which of the two an id names is what is on
/// the disk: a haproxy.cfg first, then an LVS configuration.</summary>
internal static class ActionEndpoints
{
    /// <summary>The routes.</summary>
    public static void MapActions(this IEndpointRouteBuilder routes)
    {
        routes.MapPut("/1.0/loadbalancer/{id:id}/{action}", Put);
        routes.MapDelete("/1.0/listeners/{id:id}", Delete);
    }

    /// <summary>The action a text names; null when it names none.</summary>
    public static ServiceAction? Parse(string action) => action.ToLowerInvariant() switch
    {
        "start" => ServiceAction.Start,
        "stop" => ServiceAction.Stop,
        "reload" => ServiceAction.Reload,
        _ => null,
    };

    /// <summary>400 of an action there is not.</summary>
    public static IResult Unknown(string action) =>
        Answers.Message(StatusCodes.Status400BadRequest, "Invalid Request", $"Unknown action: {action.ToLowerInvariant()}");

    private static async Task<IResult> Put(
        string id, string action, Writes writes, UploadedHaproxy haproxy, UploadedKeepalived keepalived, HaproxyActions haproxyActions, LvsActions lvsActions, CancellationToken cancellationToken)
    {
        if (Parse(action) is not { } wanted)
        {
            return Unknown(action);
        }

        return await writes.RunAsync(
            stopping => haproxy.Exists(id) ? haproxyActions.RunAsync(id, wanted, stopping)
                : keepalived.LvsExists(id) ? lvsActions.RunAsync(id, wanted, stopping)
                : Task.FromResult(HaproxyConfigurationEndpoints.NotFound(id)),
            cancellationToken);
    }

    private static Task<IResult> Delete(
        string id, Writes writes, UploadedHaproxy haproxy, UploadedKeepalived keepalived, HaproxyActions haproxyActions, LvsActions lvsActions, CancellationToken cancellationToken) =>
        writes.RunAsync(
            stopping => haproxy.Exists(id) ? haproxyActions.DeleteAsync(id, stopping)
                : keepalived.LvsExists(id) ? lvsActions.DeleteAsync(id)
                : Task.FromResult(Answers.Ok(StatusCodes.Status200OK)),
            cancellationToken);
}

/// <summary>What a client may ask of a service.</summary>
internal enum ServiceAction
{
    /// <summary>Run.</summary>
    Start,

    /// <summary>Do not run.</summary>
    Stop,

    /// <summary>Take over what is on the disk.</summary>
    Reload,
}
