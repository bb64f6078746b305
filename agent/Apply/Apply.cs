// Front door of the one write path.
using Amphora.Agent.Apply.Commit;
using Amphora.Agent.Apply.History;
using Amphora.Agent.Apply.Rollback;
using Amphora.Agent.Apply.Uploaded;

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
        .AddSingleton<Admission>()
        .AddSingleton<HaproxySide>()
        .AddSingleton<KeepalivedSide>()
        .AddSingleton<NetworkSide>()
        .AddSingleton<ApplySteps>()
        .AddSingleton<Recorder>()
        .AddSingleton<ApplyPipeline>()
        .AddSingleton<Recovery>()
        .AddSingleton<WriteQueue>()
        .AddHostedService(static provider => provider.GetRequiredService<WriteQueue>())
        .AddHostedService<DriftWatch>()
        .AddHistory()
        .AddRollback();

    private static IServiceCollection AddHistory(this IServiceCollection services) => services
        .AddSingleton<GenerationHistory>()
        .AddSingleton<HistoryWriter>()
        .AddSingleton<CommitWindows>()
        .AddSingleton<CommitEyes>()
        .AddSingleton<UploadedProcess>()
        .AddSingleton<UploadedCommit>();

    private static IServiceCollection AddRollback(this IServiceCollection services) => services
        .AddSingleton<DocumentReturn>()
        .AddSingleton<UploadedReturn>()
        .AddSingleton<PortsReturn>()
        .AddSingleton<Returns>()
        .AddSingleton<Rollbacks>()
        .AddSingleton<HistoryRecovery>()
        .AddHostedService<CommitWatch>()
        .AddHostedService<TrafficMarks>();
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

    /// <summary>[amphora_agent] keep_generations: how many generations of a load balancer are remembered, the one in force included.</summary>
    public int KeepGenerations { get; init; } = 5;

    /// <summary>[amphora_agent] confirm_window: how long a generation is held against the time before it; zero: not at all.</summary>
    public TimeSpan ConfirmWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>[amphora_agent] rollback_members_floor and rollback_error_ratio.</summary>
    public CommitRules Rules { get; init; } = new();
}
