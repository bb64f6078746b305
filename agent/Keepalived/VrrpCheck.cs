// Whether this amphora serves: what keepalived asks before it takes or keeps the VIP (appliance-layout §9, agent-api §7).
using System.Diagnostics;
using System.Net.Sockets;
using Amphora.Agent.Services;

namespace Amphora.Agent.Keepalived;

/// <summary>The check behind <c>amphora-agent vrrp-check</c>. Runs every few seconds in a process of its own: no host, no options file,
/// and nothing that needs a second thread.</summary>
internal static class VrrpCheck
{
    private static readonly TimeSpan s_socketLimit = TimeSpan.FromSeconds(5);

    /// <summary>Asks HAProxy's sockets, as upstream's haproxy-vrrp-check.</summary>
    /// <returns>The exit code: how many sockets gave nothing back; 1 when one could not be asked at all.</returns>
    public static int Sockets(IEnumerable<string> sockets)
    {
        var silent = 0;
        foreach (var socket in sockets)
        {
            try
            {
                silent += Answers(socket) ? 0 : 1;
            }
            catch (Exception exception) when (exception is SocketException or TimeoutException or ArgumentException)
            {
                return 1;
            }
        }

        return silent;
    }

    /// <summary>Checks everything the amphora has to run: the HAProxy of each load balancer answers, the keepalived of each LVS
    /// listener lives. An amphora that has nothing is not fit for the VIP. What API 1.0 stopped is left out (HaproxyPaths.StopMarker).</summary>
    /// <returns>The exit code; 0 means fit.</returns>
    public static int Amphora(string basePath)
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
        return dead + Sockets(loadBalancers.Select(directory => directory + ".sock"));
    }

    // The limit is for everything together: who sends a byte every four seconds does not answer either.
    private static bool Answers(string path)
    {
        var start = Stopwatch.GetTimestamp();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.SendTimeout = Remaining(start);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        socket.Send("show stat -1 -1 -1\n"u8);
        Span<byte> buffer = stackalloc byte[4096];
        var answered = false;
        while (true)
        {
            socket.ReceiveTimeout = Remaining(start);
            if (socket.Receive(buffer) == 0)
            {
                return answered;
            }

            answered = true;
        }
    }

    // Milliseconds.
    private static int Remaining(long start)
    {
        var left = (int)(s_socketLimit - Stopwatch.GetElapsedTime(start)).TotalMilliseconds;
        return left > 0 ? left : throw new TimeoutException();
    }

    private static IEnumerable<string> Subdirectories(string basePath) =>
        Directory.Exists(basePath) ? Directory.EnumerateDirectories(basePath) : [];

    private static List<string> LvsConfigs(string basePath)
    {
        var directory = new KeepalivedPaths(basePath).LvsDirectory;
        return Directory.Exists(directory) ? [.. Directory.EnumerateFiles(directory, "octavia-keepalivedlvs-*.conf")] : [];
    }
}
