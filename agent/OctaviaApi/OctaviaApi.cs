// API 1.0 as a stock Octavia worker speaks it: its routes, its words, its errors. No other slice knows it.
using Amphora.Agent.Http;
using Amphora.Agent.OctaviaApi.Inventory;
using Amphora.Agent.OctaviaApi.Ports;
using Amphora.Contract.DesiredState;

namespace Amphora.Agent.OctaviaApi;

/// <summary>Registers the slice and maps its endpoints (octavia/amphorae/backends/agent/api_server/server.py). What it needs of the
/// process it runs in is <see cref="IAgentFiles"/>.</summary>
internal static class OctaviaApiSlice
{
    /// <summary>Methods of what is only read: HEAD works where GET does (agent-api §1).</summary>
    public static readonly string[] Reads = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>What the endpoints need.</summary>
    public static IServiceCollection AddOctaviaApi(this IServiceCollection services, OctaviaApiOptions options) => services
        .AddSingleton(options)
        .AddSingleton<IErrorShape, OctaviaErrorShape>()
        .AddSingleton<Writes>()
        .AddSingleton<PackageVersionReader>()
        .AddSingleton<HostReader>()
        .AddSingleton<InventoryReader>()
        .AddSingleton<HaproxyActions>()
        .AddSingleton<LvsActions>()
        .Configure<RouteOptions>(static routes => routes.SetParameterPolicy<IdConstraint>("id"));

    /// <summary>What Flask does and ASP.NET Core does not; before routing.</summary>
    public static IApplicationBuilder UseOctaviaApi(this IApplicationBuilder app) => app.UseMiddleware<OctaviaMethods>();

    /// <summary>All routes of the slice, in the order of agent-api §2.</summary>
    public static void MapOctaviaApi(this IEndpointRouteBuilder routes)
    {
        routes.MapInventory();
        routes.MapHaproxyConfiguration();
        routes.MapActions();
        routes.MapCertificateFiles();
        routes.MapLvs();
        routes.MapPlug();
        routes.MapVrrp();
        routes.MapAgentFiles();
    }
}

/// <summary>Options of the slice.</summary>
internal sealed record OctaviaApiOptions
{
    /// <summary>[haproxy_amphora] base_path.</summary>
    public required string BasePath { get; init; }

    /// <summary>[haproxy_amphora] haproxy_cmd; its version is asked where no package manager knows it.</summary>
    public required string HaproxyCommand { get; init; }

    /// <summary>[amphora_agent] network_namespace.</summary>
    public required string NetworkNamespace { get; init; }

    /// <summary>[amphora_agent] amphora_id; null: not told.</summary>
    public string? AmphoraId { get; init; }

    /// <summary>[controller_worker] loadbalancer_topology, which may change while the agent runs.</summary>
    public required Func<Topology> Topology { get; init; }

    /// <summary>How long a request body may take to arrive.</summary>
    public required TimeSpan ReadTimeout { get; init; }
}
