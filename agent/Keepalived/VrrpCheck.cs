// Whether this amphora serves: what keepalived asks before it takes or keeps the VIP (appliance-layout §9, agent-api §7).
using System.Net.Sockets;
using System.Text;
using Amphora.Agent.Services;

namespace Amphora.Agent.Keepalived;

/// <summary>The check behind <c>amphora-agent vrrp-check</c>. Runs every few seconds in a process of its own: no host, no options file.</summary>
internal static class VrrpCheck
{
    private static readonly TimeSpan s_socketLimit = TimeSpan.FromSeconds(5);

    /// <summary>Asks HAProxy's sockets, as upstream's haproxy-vrrp-check.</summary>
    /// <returns>The exit code: how many sockets gave nothing back; 1 when one could not be asked at all.</returns>
    public static async Task<int> SocketsAsync(IEnumerable<string> sockets, CancellationToken cancellationToken)
    {
        var silent = 0;
        foreach (var socket in sockets)
        {
            try
            {
                silent += await AnswersAsync(socket, cancellationToken) ? 0 : 1;
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException or ArgumentException)
            {
                return 1;
            }
        }

        return silent;
    }

    /// <summary>Checks everything the amphora has to run: the HAProxy of each load balancer answers, the keepalived of each LVS
    /// listener lives. An amphora that has nothing is not fit for the VIP. What API 1.0 stopped is left out (HaproxyPaths.StopMarker).</summary>
    /// <returns>The exit code; 0 means fit.</returns>
    public static async Task<int> AmphoraAsync(string basePath, CancellationToken cancellationToken)
    {
        var loadBalancers = Subdirectories(basePath).Where(directory => File.Exists(Path.Combine(directory, "haproxy.cfg"))).ToList();
        var lvs = LvsConfigs(basePath);
        if (loadBalancers.Count + lvs.Count == 0)
        {
            return 1;
        }

        loadBalancers.RemoveAll(directory => File.Exists(Path.Combine(directory, "stopped")));
        lvs.RemoveAll(config => File.Exists(Path.ChangeExtension(config, "stopped")));
        var dead = lvs.Count(config => !PidFile.NamesAProcess(Path.ChangeExtension(config, "pid")));
        return dead + await SocketsAsync(loadBalancers.Select(directory => directory + ".sock"), cancellationToken);
    }

    private static async Task<bool> AnswersAsync(string path, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_socketLimit);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), limit.Token);
        await socket.SendAsync(Encoding.ASCII.GetBytes("show stat -1 -1 -1\n"), limit.Token);
        var buffer = new byte[4096];
        var answered = false;
        while (await socket.ReceiveAsync(buffer, limit.Token) > 0)
        {
            answered = true;
        }

        return answered;
    }

    private static IEnumerable<string> Subdirectories(string basePath) =>
        Directory.Exists(basePath) ? Directory.EnumerateDirectories(basePath) : [];

    private static List<string> LvsConfigs(string basePath)
    {
        var directory = new KeepalivedPaths(basePath).LvsDirectory;
        return Directory.Exists(directory) ? [.. Directory.EnumerateFiles(directory, "octavia-keepalivedlvs-*.conf")] : [];
    }
}
