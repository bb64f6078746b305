// keepalived: checks, plans and runs VRRP of the amphora and LVS of its UDP and SCTP listeners.
using System.Net;
using System.Net.Sockets;
using Amphora.Agent.Keepalived.Checks;
using Amphora.Agent.Keepalived.Lvs;
using Amphora.Agent.Keepalived.Uploaded;
using Amphora.Linux.Sctp;
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
        .AddSingleton<UploadedKeepalived>()
        .AddSingleton<LvsReader>();

    /// <summary>Before anything is started after a boot; see <see cref="StalePidFiles"/>.</summary>
    public static void RemoveStalePidFiles(string basePath) => StalePidFiles.Remove(basePath);

    /// <summary><c>amphora-agent vrrp-check [--base-path DIR] [SOCKET…]</c>: the exit code says whether the amphora serves.</summary>
    public static int CheckVrrp(VrrpCheckRequest request) =>
        VrrpCheck.Sockets(request.Sockets) + (request.BasePath is null ? 0 : VrrpCheck.Amphora(request.BasePath));

    /// <summary><c>amphora-agent udp-check IP PORT</c>: the exit code says whether a UDP member is there, 0 or 1.</summary>
    public static Task<int> CheckUdpAsync(IPEndPoint member, CancellationToken cancellationToken) => UdpCheck.RunAsync(member, cancellationToken);

    /// <summary><c>amphora-agent health-check sctp -t SECONDS IP PORT</c>.</summary>
    /// <returns>The exit code: 0 INIT-ACK, 1 ABORT or no way there, 2 no answer in time, 3 anything else (appliance-layout §9).</returns>
    public static int CheckSctp(IPEndPoint member, TimeSpan timeout)
    {
        try
        {
            return (int)SctpProbe.Run(member, timeout);
        }
        catch (SocketException)
        {
            return (int)SctpAnswer.Abort;
        }
    }
}
