// HAProxy: checks, plans and runs the configuration of each load balancer, and asks the running process.
using Amphora.Agent.Haproxy.Runtime;
using Amphora.Agent.Haproxy.Traffic;
using Amphora.Agent.Haproxy.Uploaded;
using Microsoft.Extensions.DependencyInjection;

namespace Amphora.Agent.Haproxy;

/// <summary>Front door of the slice.</summary>
internal static class HaproxySlice
{
    /// <summary>Registers what the write path and the status tree use; needs an <c>IServiceManager</c>.</summary>
    public static IServiceCollection AddHaproxy(this IServiceCollection services, HaproxyOptions options) => services
        .AddSingleton(options)
        .AddSingleton<IHaproxyRuntime, HaproxySocket>()
        .AddSingleton<HaproxyCheck>()
        .AddSingleton<HaproxyReader>()
        .AddSingleton<HaproxyDrift>()
        .AddSingleton<HaproxyExecutor>()
        .AddSingleton<UploadCheck>()
        .AddSingleton<UploadedHaproxy>()
        .AddSingleton<TrafficReader>()
        .AddHostedService<ReplacedWorkers>();
}
