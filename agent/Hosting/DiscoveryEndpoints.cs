// GET / and GET /2.0/capabilities: what this agent is.
using System.Reflection;
using Amphora.Agent.Actions;
using Amphora.Agent.LoadBalancers;
using Amphora.Agent.OctaviaApi;
using Amphora.Agent.Services;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Contract.Rest;

namespace Amphora.Agent.Hosting;

/// <summary>Discovery.</summary>
internal static class DiscoveryEndpoints
{
    private const string KeepalivedCommand = "/usr/sbin/keepalived";

    private static readonly ProgramVersionReader Keepalived = new(KeepalivedCommand);

    /// <summary>Version of this program, as <c>0.1.0</c>.</summary>
    public static string AgentVersion { get; } =
        typeof(DiscoveryEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>The routes.</summary>
    public static void MapDiscovery(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/", OctaviaApiSlice.Reads, Versions);
        routes.MapGet("/2.0/capabilities", ReadCapabilities);
    }

    private static IResult Versions() => TypedResults.Json(
        new ApiVersions { Versions = [new ApiVersion("1.0", "SUPPORTED"), new ApiVersion("2.0", "CURRENT")] }, ContractJson.Default.ApiVersions);

    private static async Task<IResult> ReadCapabilities(LiveOptions live, IServiceManager services, ProgramVersionReader haproxy, CancellationToken cancellationToken) =>
        TypedResults.Json(
            new Capabilities
            {
                AgentVersion = AgentVersion,
                AmphoraId = live.Current.AmphoraId,
                Hostname = Environment.MachineName,
                HaproxyVersion = await haproxy.ReadAsync(cancellationToken),
                KeepalivedVersion = await Keepalived.ReadAsync(cancellationToken),
                ServiceManager = services.Name,
                Topology = live.Current.Topology == Topology.Single ? "SINGLE" : "ACTIVE_STANDBY",
                SchemaVersions = [DesiredStateDocument.CurrentSchemaVersion],
                ListenerProtocols = WireNames.ListenerProtocols.Names,
                MaxDocumentBytes = DesiredStateDocument.MaxBytes,
            },
            ContractJson.Default.Capabilities);
}
