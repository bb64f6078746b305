// Front door of API 2.0: every call that changes something, and the document as it is in force.
using Amphora.Agent.Actions;

namespace Amphora.Agent.LoadBalancers;

/// <summary>Registers the slice and maps its endpoints.</summary>
internal static class LoadBalancersSlice
{
    /// <summary>What the endpoints need.</summary>
    public static IServiceCollection AddLoadBalancers(this IServiceCollection services, LoadBalancersOptions options) => services
        .AddSingleton(options)
        .AddSingleton(new ProgramVersionReader(options.HaproxyCommand))
        .AddSingleton<HostFactsReader>()
        .AddSingleton<WantedFactory>();

    /// <summary>All routes of the slice.</summary>
    public static void MapLoadBalancers(this IEndpointRouteBuilder routes)
    {
        routes.MapDocuments();
        routes.MapHistory();
        routes.MapCertificateWrites();
        routes.MapPortWrites();
    }
}

/// <summary>Options of the slice.</summary>
internal sealed record LoadBalancersOptions
{
    /// <summary>[amphora_agent] amphora_id; null: not checked.</summary>
    public string? AmphoraId { get; init; }

    /// <summary>[haproxy_amphora] base_path; documents are rendered with it.</summary>
    public required string BasePath { get; init; }

    /// <summary>[haproxy_amphora] base_cert_dir.</summary>
    public required string BaseCertDir { get; init; }

    /// <summary>[haproxy_amphora] haproxy_cmd.</summary>
    public required string HaproxyCommand { get; init; }

    /// <summary>[haproxy_amphora] memory_limit in MiB; null: none.</summary>
    public int? MemoryLimit { get; init; }

    /// <summary>How long a request body may take to arrive.</summary>
    public required TimeSpan ReadTimeout { get; init; }
}
