// keepalived: checks, plans and runs VRRP of the amphora and LVS of its UDP and SCTP listeners.
using Amphora.Agent.Keepalived.Lvs;
using Microsoft.Extensions.DependencyInjection;

namespace Amphora.Agent.Keepalived;

/// <summary>Front door of the slice.</summary>
internal static class KeepalivedSlice
{
    /// <summary>Registers what the write path and the status tree use; needs an <c>IServiceManager</c>.</summary>
    public static IServiceCollection AddKeepalived(this IServiceCollection services, KeepalivedOptions options) => services
        .AddSingleton(options)
        .AddSingleton<KeepalivedCheck>()
        .AddSingleton<KeepalivedReader>()
        .AddSingleton<KeepalivedExecutor>()
        .AddSingleton<LvsReader>();

    /// <summary><c>amphora-agent vrrp-check [--base-path DIR] [SOCKET…]</c>: the exit code says whether the amphora serves.</summary>
    /// <param name="basePath">Checks everything under it; null: only the sockets named.</param>
    /// <param name="sockets">HAProxy's stats sockets.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static async Task<int> CheckVrrpAsync(string? basePath, IReadOnlyList<string> sockets, CancellationToken cancellationToken) =>
        await VrrpCheck.SocketsAsync(sockets, cancellationToken)
        + (basePath is null ? 0 : await VrrpCheck.AmphoraAsync(basePath, cancellationToken));
}
