// Health: what listeners, pools and members do, in Octavia's words.
using Amphora.Agent.Health.Heartbeats;
using Microsoft.Extensions.DependencyInjection;

namespace Amphora.Agent.Health;

/// <summary>Front door of the slice.</summary>
internal static class HealthSlice
{
    /// <summary>Registers the status reader and the heartbeat; needs the slices Haproxy and Keepalived.</summary>
    /// <param name="services">The agent's services.</param>
    /// <param name="heartbeat">Asked for every heartbeat.</param>
    public static IServiceCollection AddHealth(this IServiceCollection services, Func<HeartbeatOptions> heartbeat) => services
        .AddSingleton<StatusReader>()
        .AddSingleton(heartbeat)
        .AddSingleton<HeartbeatEyes>()
        .AddSingleton<HeartbeatPost>()
        .AddHostedService<HeartbeatSender>();
}
