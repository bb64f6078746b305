// Front door of the services slice: starts, reloads and stops what the amphora runs.
namespace Amphora.Agent.Services;

/// <summary>Registration of the slice.</summary>
internal static class ServicesSlice
{
    /// <summary>Adds the <see cref="IServiceManager"/> of this host. Hosting calls <see cref="IServiceManager.AdoptAsync"/> before anything
    /// is applied and, when it leaves for good, <see cref="IServiceManager.StopAllAsync"/>.</summary>
    public static IServiceCollection AddServices(this IServiceCollection services, ServicesOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<ChildServiceLog>();
        services.AddSingleton(provider => ServiceManagerChoice.Make(
            options,
            provider.GetRequiredService<ChildServiceLog>(),
            provider.GetService<TimeProvider>() ?? TimeProvider.System));
        return services;
    }
}
