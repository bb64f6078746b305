// API 1.0 as a stock Octavia worker speaks it: its routes, its words, its errors. No other slice knows it.
using Amphora.Agent.Http;

namespace Amphora.Agent.OctaviaApi;

/// <summary>Registers the slice and maps its endpoints (octavia/amphorae/backends/agent/api_server/server.py).</summary>
internal static class OctaviaApiSlice
{
    /// <summary>What the endpoints need.</summary>
    public static IServiceCollection AddOctaviaApi(this IServiceCollection services) => services
        .AddSingleton<IErrorShape, OctaviaErrorShape>();

    /// <summary>All routes of the slice (agent-api §2).</summary>
    public static void MapOctaviaApi(this IEndpointRouteBuilder routes)
    {
        routes.MapPlug();
    }
}
