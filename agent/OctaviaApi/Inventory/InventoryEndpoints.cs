// Endpoints 2, 3 and 4: what is installed, how the amphora is doing, which listeners it has.
namespace Amphora.Agent.OctaviaApi.Inventory;

/// <summary>GET /1.0/info, /1.0/details and /1.0/listeners (agent-api §3). Discovery, endpoint 1, is one answer for both APIs.</summary>
internal static class InventoryEndpoints
{
    /// <summary>The routes.</summary>
    public static void MapInventory(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/1.0/info", OctaviaApiSlice.Reads, Info);
        routes.MapMethods("/1.0/details", OctaviaApiSlice.Reads, Details);
        routes.MapMethods("/1.0/listeners", OctaviaApiSlice.Reads, Listeners);
    }

    private static async Task<IResult> Info(PackageVersionReader versions, CancellationToken cancellationToken) =>
        Answers.Json(await versions.ReadAsync(cancellationToken), OctaviaJson.Default.AmphoraVersions);

    private static async Task<IResult> Details(PackageVersionReader versions, HostReader host, InventoryReader inventory, CancellationToken cancellationToken)
    {
        var listeners = inventory.ReadListeners();
        return listeners.Failure is { } failure
            ? Answers.Error(StatusCodes.Status500InternalServerError, failure.Message)
            : Answers.Json(
                host.Read(await versions.ReadAsync(cancellationToken)) with
                {
                    HaproxyCount = inventory.CountRunningHaproxy(),
                    LvsListenerProcessCount = inventory.CountRunningLvs(),
                    Listeners = [.. listeners.Value.Select(static listener => listener.Uuid).Order(StringComparer.Ordinal)],
                },
                OctaviaJson.Default.AmphoraDetails);
    }

    private static IResult Listeners(InventoryReader inventory)
    {
        var listeners = inventory.ReadListeners();
        return listeners.Failure is { } failure
            ? Answers.Error(StatusCodes.Status500InternalServerError, failure.Message)
            : Answers.Json(listeners.Value, OctaviaJson.Default.ListenerSummaryArray);
    }
}
