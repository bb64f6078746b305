// Front door of the one write path.
namespace Amphora.Agent.Apply;

/// <summary>Registers queue, store and pipeline.</summary>
internal static class ApplySlice
{
    /// <summary>What applies wanted states.</summary>
    public static IServiceCollection AddApply(this IServiceCollection services, ApplyOptions options) => services
        .AddSingleton(options)
        .AddSingleton<GenerationStore>()
        .AddSingleton<ApiBoundary>()
        .AddSingleton<TopologyCheck>()
        .AddSingleton<HaproxySide>()
        .AddSingleton<KeepalivedSide>()
        .AddSingleton<FirewallSide>()
        .AddSingleton<ApplySteps>()
        .AddSingleton<ApplyPipeline>()
        .AddSingleton<Recovery>()
        .AddSingleton<WriteQueue>()
        .AddHostedService(static provider => provider.GetRequiredService<WriteQueue>())
        .AddHostedService<DriftWatch>();
}

/// <summary>Options of the slice.</summary>
internal sealed record ApplyOptions
{
    /// <summary>[haproxy_amphora] base_path.</summary>
    public required string BasePath { get; init; }

    /// <summary>[haproxy_amphora] drift_interval: how often what runs is held against what was put there; zero: never.</summary>
    public TimeSpan DriftInterval { get; init; }

    /// <summary>[haproxy_amphora] drift.</summary>
    public DriftAction Drift { get; init; }
}
