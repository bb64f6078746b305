// Generic services the host needs, closed when the program is compiled.
using Amphora.Agent.Apply;
using Amphora.Agent.Apply.Commit;
using Amphora.Agent.Apply.History;
using Amphora.Agent.Hosting.Listening;
using Amphora.Agent.Http;
using Amphora.Agent.Journal;
using Amphora.Agent.Network;
using Amphora.Agent.Services;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Amphora.Agent.Hosting;

/// <summary>The container closes <c>ILogger&lt;&gt;</c> and <c>IOptions&lt;&gt;</c> when somebody asks for them. A native program has to
/// build such a type while it starts (a third of a millisecond each) unless it was compiled with it. What is missing here still works.</summary>
internal static class ClosedServices
{
    /// <summary>Registers loggers and options by their closed types.</summary>
    public static IServiceCollection AddClosedServices(this IServiceCollection services) => services
        .AddLogger<AgentJournal>()
        .AddLogger<AgentLifetime>()
        .AddLogger<ChildServiceLog>()
        .AddLogger<CommitWatch>()
        .AddLogger<GenerationHistory>()
        .AddLogger<GenerationStore>()
        .AddLogger<ListeningSocket>()
        .AddLogger<NamespaceSetup>()
        .AddLogger<ProblemMiddleware>()
        .AddLogger<RequestLog>()
        .AddLogger<ServerTls>()
        .AddLogger<ServiceNotifier>()
        .AddLogger<TrafficMarks>()
        .AddSingleton<IOptionsMonitor<LoggerFilterOptions>, OptionsMonitor<LoggerFilterOptions>>()
        .AddTransient<IOptionsFactory<LoggerFilterOptions>, OptionsFactory<LoggerFilterOptions>>()
        .AddOptionsOf<ConsoleLifetimeOptions>()
        .AddOptionsOf<FormOptions>()
        .AddOptionsOf<HostOptions>()
        .AddOptionsOf<KestrelServerOptions>()
        .AddOptionsOf<LoggerFactoryOptions>()
        .AddOptionsOf<RouteHandlerOptions>()
        .AddOptionsOf<RouteOptions>()
        .AddOptionsOf<SocketTransportOptions>();

    private static IServiceCollection AddLogger<T>(this IServiceCollection services) => services.AddSingleton<ILogger<T>, Logger<T>>();

    private static IServiceCollection AddOptionsOf<[System.Diagnostics.CodeAnalysis.DynamicallyAccessedMembers(
        System.Diagnostics.CodeAnalysis.DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>(this IServiceCollection services)
        where T : class => services
        .AddSingleton<IOptions<T>, OptionsManager<T>>()
        .AddTransient<IOptionsFactory<T>, OptionsFactory<T>>();
}
