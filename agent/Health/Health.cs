// Health: what listeners, pools and members do, in Octavia's words.
using Microsoft.Extensions.DependencyInjection;

namespace Amphora.Agent.Health;

/// <summary>Front door of the slice.</summary>
internal static class HealthSlice
{
    /// <summary>Registers the status reader; needs the slices Haproxy and Keepalived.</summary>
    public static IServiceCollection AddHealth(this IServiceCollection services) => services.AddSingleton<StatusReader>();
}
