// Network: the interfaces of the amphora as desired state, from port documents to links, addresses, routes and rules.
using Amphora.Agent.Network.Dhcp;
using Amphora.Agent.Network.Files;
using Amphora.Agent.Network.Firewall;
using Microsoft.Extensions.DependencyInjection;

namespace Amphora.Agent.Network;

/// <summary>Front door of the slice.</summary>
internal static class NetworkSlice
{
    /// <summary>Registers what reads, applies and restores ports.</summary>
    public static IServiceCollection AddNetwork(this IServiceCollection services, NetworkOptions options) => services
        .AddSingleton(options)
        .AddSingleton<PortStore>()
        .AddSingleton<NetworkReader>()
        .AddSingleton<NamespaceSetup>()
        .AddSingleton<PortPlacement>()
        .AddSingleton<VipFirewall>()
        .AddSingleton<NetworkExecutor>()
        .AddSingleton<NetworkApplier>()
        .AddSingleton<NetworkRestorer>();

    /// <summary><c>amphora-agent dhclient-script</c>: what dhclient calls, in the namespace and with variables that say what happened.</summary>
    public static int RunDhclientScript(TextWriter errors) => DhcpScript.Run(Environment.GetEnvironmentVariable, errors);

    /// <summary>Maps the reads; what changes ports belongs to the slice LoadBalancers.</summary>
    public static IEndpointRouteBuilder MapNetwork(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/2.0/ports", NetworkEndpoints.ListAsync);
        endpoints.MapGet("/2.0/ports/{mac}", NetworkEndpoints.ReadAsync);
        return endpoints;
    }
}
