// A controller that serves: its roles as background services, and an HTTP endpoint about them.
using System.Net;
using Amphora.Controller.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Amphora.Controller.Hosting.Serving;

/// <summary>Puts it together and runs it.</summary>
internal static class Server
{
    // Beyond the limit for flows: the last write, and the leases that are given back.
    private static readonly TimeSpan s_end = TimeSpan.FromSeconds(10);

    /// <summary>Serves until it is cancelled, then ends in an orderly way.</summary>
    /// <exception cref="ControllerException">It cannot serve.</exception>
    public static async Task RunAsync(RunningController controller, ServeOptions options, TextWriter log, CancellationToken cancellationToken)
    {
        await using var app = Build(controller, options, log, await HealthOptionsAsync(controller, options, cancellationToken));
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException exception)
        {
            throw new ControllerException($"cannot serve: {exception.Message}");
        }

        await log.WriteLineAsync($"serving; metrics at {app.Urls.First()}/metrics");
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, app.Lifetime.ApplicationStopping);
        await Task.Delay(Timeout.InfiniteTimeSpan, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        app.Services.GetRequiredService<Handover>().Begin();
        await app.StopAsync(CancellationToken.None);
        if (!cancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException("a service of the controller failed: the log says which");
        }
    }

    private static WebApplication Build(RunningController controller, ServeOptions options, TextWriter log, HealthManagerOptions? health)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddProvider(new ErrorStreamLoggerProvider(log))
            .AddFilter(static (category, level) => level >= (category?.StartsWith("Microsoft", StringComparison.Ordinal) == true ? LogLevel.Warning : LogLevel.Information));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(options.Metrics));
        builder.Services.AddRoutingCore()
            .Configure<HostOptions>(host => (host.ServicesStopConcurrently, host.ShutdownTimeout) = (true, options.StopLimit + s_end))
            // Signals are the command line's.
            .AddSingleton<IHostLifetime, NoLifetime>()
            .AddSingleton(controller).AddSingleton(controller.Database).AddSingleton(controller.Flows).AddSingleton(options)
            .AddSingleton(_ => new Handover(options.StopLimit));
        AddRoles(builder.Services, controller, options, health);
        var app = builder.Build();
        ServeEndpoints.Map(app);
        return app;
    }

    private static void AddRoles(IServiceCollection services, RunningController controller, ServeOptions options, HealthManagerOptions? health)
    {
        if (options.Roles.HasFlag(ServeRoles.Worker))
        {
            services.AddSingleton<FlowWorkers>().AddHostedService(static all => all.GetRequiredService<FlowWorkers>());
        }

        if (health is not null)
        {
            services.AddSingleton(all => new HealthWatch(controller.Services, controller.Flows, health, all.GetRequiredService<ILoggerFactory>()))
                .AddHostedService<HealthService>();
        }

        if (options.Roles.HasFlag(ServeRoles.Housekeeping))
        {
            services.AddSingleton<HousekeepingService>().AddHostedService(static all => all.GetRequiredService<HousekeepingService>());
        }

        services.AddSingleton(static all => new Readiness(all.GetRequiredService<Store.IDatabase>(), all.GetService<FlowWorkers>(), all.GetService<HealthWatch>()))
            .AddSingleton(static all => new ServeMetrics(all.GetRequiredService<RunningController>(), all.GetRequiredService<Readiness>(), Of(all)))
            .AddHostedService<SystemdNotifier>();
    }

    private static RunningRoles Of(IServiceProvider all) => new(all.GetService<FlowWorkers>(), all.GetService<HealthWatch>(), all.GetService<HousekeepingService>());

    private static async Task<HealthManagerOptions?> HealthOptionsAsync(RunningController controller, ServeOptions options, CancellationToken cancellationToken)
    {
        if (!options.Roles.HasFlag(ServeRoles.Health))
        {
            return null;
        }

        var told = await controller.Services.Amphorae.Settings.HealthManagers(cancellationToken);
        return new HealthManagerOptions
        {
            EndPoint = options.Heartbeats ?? (told.Count > 0 ? told[0] : new IPEndPoint(IPAddress.Loopback, ControllerOptions.DefaultHealthPort)),
            Key = controller.Identity.HeartbeatKey,
            Repair = options.Repair,
        };
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
