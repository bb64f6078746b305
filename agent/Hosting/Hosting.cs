// The agent as a process: options → composition → recovery → listening → orderly stop.
using System.Net;
using System.Net.Sockets;
using Amphora.Agent.Apply;
using Amphora.Agent.Certificates;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Health;
using Amphora.Agent.Hosting.Listening;
using Amphora.Agent.Http;
using Amphora.Agent.Journal;
using Amphora.Agent.Keepalived;
using Amphora.Agent.LoadBalancers;
using Amphora.Agent.Network;
using Amphora.Agent.OctaviaApi;
using Amphora.Agent.Services;
using Amphora.Agent.Upgrade;
using Amphora.Linux.Processes;
using Amphora.Templates.Language;
using Amphora.Templates.Rendering;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Amphora.Agent.Hosting;

/// <summary>Composition root.</summary>
internal static class HostingSlice
{
    private const int ConfigurationUnusable = 1;

    // Above the largest document, so that the endpoints' own limits answer; Kestrel's only guards against the absurd.
    private const long MaxBodyBytes = 16 * 1024 * 1024;

    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(10);

    /// <summary>Runs until SIGTERM or SIGINT.</summary>
    /// <returns>0 after an orderly stop, 1 when configuration, templates or certificates cannot be used.</returns>
    public static async Task<int> RunAsync(string[] configFiles, string[] configDirectories, string? templates, CancellationToken cancellationToken)
    {
        // docs/decisions/0002: .NET parses no system CA bundle; the agent trusts only its own CA.
        NativeEnvironment.Set("SSL_CERT_FILE", "/dev/null");
        NativeEnvironment.Set("SSL_CERT_DIR", "/dev/null");
        try
        {
            var configuration = new ConfigurationFiles(configFiles, configDirectories);
            var options = configuration.Read();
            await using var app = Build(new LiveOptions(options with { Templates = templates ?? options.Templates }, configuration.Read), configuration);
            await RunAsync(app, cancellationToken);
            return 0;
        }
        catch (Exception e) when (e is IniException or TlsFileException or TemplateException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"amphora-agent: {e.Message}");
            return ConfigurationUnusable;
        }
    }

    // Stopped while it starts, the host throws. Its token is asked for first: afterwards it is disposed of.
    private static async Task RunAsync(WebApplication app, CancellationToken cancellationToken)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        try
        {
            await app.RunAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested || cancellationToken.IsCancellationRequested)
        {
            // An orderly end.
        }
    }

    private static WebApplication Build(LiveOptions live, ConfigurationFiles configuration)
    {
        var options = live.Current;

        // Empty builder: no appsettings, no file watcher over the current directory, no environment providers.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        // [DEFAULT] debug is live: every message asks.
        builder.Logging.AddProvider(new JournalLoggerProvider(new SyslogSocket(SyslogSocket.DefaultPath, options.LogFacility))).SetMinimumLevel(LogLevel.Debug)
            .AddFilter((category, level) => level >= LowestLevel(live, category));
        builder.Services.AddRoutingCore().AddClosedServices();
        AddSlices(builder.Services, live);
        builder.Services.AddSingleton(configuration).AddSingleton<IAgentFiles, AgentFiles>()
            .AddUpgrade(SliceOptions.Upgrade(configuration, options))
            .AddSingleton<ListeningSocket>().AddSingleton<IConnectionListenerFactory, ApiListenerFactory>();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel((context, kestrel) => Listen(kestrel, options));
        var app = builder.Build();
        MapEndpoints(app);
        return app;
    }

    private static LogLevel LowestLevel(LiveOptions live, string? category) =>
        category?.StartsWith("Microsoft", StringComparison.Ordinal) == true ? LogLevel.Warning
        : live.Current.Debug ? LogLevel.Debug
        : LogLevel.Information;

    private static void AddSlices(IServiceCollection services, LiveOptions live) => AddSlices(services, live, live.Current);

    private static void AddSlices(IServiceCollection services, LiveOptions live, AgentOptions options) => services
        .AddSingleton(live)
        .AddSingleton(options)
        .AddSingleton<ServerTls>()
        .AddSingleton(TimeProvider.System)
        .AddSingleton(TemplateSet.Load(options.Templates))
        .AddSingleton<LoadBalancerRenderer>()
        .AddJournal(SliceOptions.Journal(options))
        .AddServices(SliceOptions.Services(options))
        .AddCertificates(new CertificateOptions(options.BaseCertDir))
        .AddNetwork(SliceOptions.Network(live))
        .AddHaproxy(SliceOptions.Haproxy(options))
        .AddKeepalived(SliceOptions.Keepalived(options))
        .AddApply(SliceOptions.Apply(options))
        .AddHealth(() => SliceOptions.Heartbeat(live.Current))
        .AddLoadBalancers(SliceOptions.LoadBalancers(options))
        .AddOctaviaApi(SliceOptions.OctaviaApi(live))
        .AddHostedService<AgentLifetime>()
        .AddHostedService<ServiceNotifier>();

    private static void MapEndpoints(WebApplication app)
    {
        app.UseMiddleware<RequestLog>();
        app.UseProblems();

        // A stock driver with an old requests library sends GET // for GET / (agent-api §1).
        app.Use(static (context, next) =>
        {
            context.Request.Path = context.Request.Path == "//" ? "/" : context.Request.Path;
            return next(context);
        });
        app.UseFirstRequests();
        app.UseUpgrade();
        app.UseOctaviaApi();
        app.UseRouting();
        app.MapDiscovery();
        app.MapLoadBalancers();
        app.MapCertificates();
        app.MapNetwork();
        app.MapHealth();
        app.MapJournal();
        app.MapUpgrade();
        app.MapOctaviaApi();
    }

    private static void Listen(KestrelServerOptions kestrel, AgentOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        kestrel.Limits.RequestHeadersTimeout = options.AgentRequestReadTimeout;
        var tls = kestrel.ApplicationServices.GetRequiredService<ServerTls>();
        var host = options.BindHost.Equals(IPAddress.IPv6Any) && !Socket.OSSupportsIPv6 ? IPAddress.Any : options.BindHost;
        kestrel.Listen(host, options.BindPort, listener =>
        {
            listener.Protocols = HttpProtocols.Http1;
            listener.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = _ => ValueTask.FromResult(tls.Current),
                HandshakeTimeout = HandshakeLimit,
            });
        });
    }
}
