// Prometheus: HAProxy's metrics under Octavia's names, for the PROMETHEUS listener (appliance-layout §9, prometheus-proxy).
using System.Net;
using System.Net.Sockets;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Native;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Amphora.Agent.Prometheus;

/// <summary>A process of its own, beside the agent: a scrape can neither wait for the agent nor hold it up.</summary>
internal static class PrometheusSlice
{
    private const int Failed = 1;
    private const int MaxConnections = 64;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    /// <summary>Waits for the namespace, then serves until SIGTERM or SIGINT.</summary>
    /// <returns>0 after an orderly stop, 1 when the options make no sense.</returns>
    public static async Task<int> RunAsync(PrometheusOptions options, CancellationToken cancellationToken)
    {
        using var socket = await ListenAsync(options, cancellationToken);
        if (socket is null)
        {
            return 0;
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddSystemdConsole().SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(options).AddSingleton<MetricsHandler>()
            .Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = _ => socket);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.RequestHeadersTimeout = options.Limit;
            kestrel.Listen(options.Listen, static listener => listener.Protocols = HttpProtocols.Http1);
        });
        try
        {
            await using var app = builder.Build();
            app.Run(app.Services.GetRequiredService<MetricsHandler>().AnswerAsync);
            await app.RunAsync(cancellationToken);
            return 0;
        }
        catch (IOException exception)
        {
            await Console.Error.WriteLineAsync($"amphora-agent prometheus: cannot serve {options.Listen}: {exception.Message}");
            return Failed;
        }
    }

    // The namespace is made by the first unit that needs it, its loopback comes up a moment later: both are waited for.
    private static async Task<Socket?> ListenAsync(PrometheusOptions options, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            if (options.NetworkNamespace is null || NetworkNamespace.Exists(options.NetworkNamespace))
            {
                try
                {
                    return NetworkNamespace.Run(options.NetworkNamespace, () => Bind(options.Listen));
                }
                catch (Exception exception) when (exception is SocketException or LinuxException)
                {
                    await Console.Error.WriteLineAsync($"amphora-agent prometheus: cannot listen on {options.Listen} yet: {exception.Message}");
                }
            }

            await Task.Delay(s_pause, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return null;
    }

    private static Socket Bind(IPEndPoint endpoint)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endpoint);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>Where the metrics come from and go to.</summary>
internal sealed record PrometheusOptions
{
    /// <summary>The namespace of both; null: the caller's own.</summary>
    public string? NetworkNamespace { get; init; } = "amphora-haproxy";

    /// <summary>Where HAProxy's backend prometheus-exporter-internal looks.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 9102);

    /// <summary>Where the agent says which member a server is.</summary>
    public string BasePath { get; init; } = "/var/lib/octavia";

    /// <summary>HAProxy's own exporter.</summary>
    public IPEndPoint Source { get; init; } = new(IPAddress.Loopback, 9101);

    /// <summary>How long one scrape may take; HAProxy waits 5 s for its first byte.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(10);
}
