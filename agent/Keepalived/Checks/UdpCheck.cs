// Whether a UDP member is there: what keepalived asks for UDP-CONNECT monitors (config-rendering U14).
using System.Net;
using System.Net.Sockets;

namespace Amphora.Agent.Keepalived.Checks;

/// <summary>The check behind <c>amphora-agent udp-check</c>. UDP has no handshake: a member is down when its host says that nobody
/// listens (ICMP port unreachable), or when there is no way to it. Silence is health.</summary>
internal static class UdpCheck
{
    private const int Up = 0, Down = 1;

    // What `nc -zu` sends: members have seen it from every amphora. An empty datagram reads like an end of file to careless servers.
    private static readonly byte[] s_probe = "X"u8.ToArray();

    // ICMP messages are rate limited and get lost: the second probe asks again.
    private static readonly TimeSpan[] s_waits = [TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(500)];

    /// <summary>Probes a member for a second.</summary>
    /// <returns>The exit code: 0 up, 1 down.</returns>
    public static async Task<int> RunAsync(IPEndPoint member, CancellationToken cancellationToken)
    {
        using var socket = new Socket(member.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            await socket.ConnectAsync(member, cancellationToken);
            foreach (var wait in s_waits)
            {
                await socket.SendAsync(s_probe, cancellationToken);
                if (await AnswersAsync(socket, wait, cancellationToken))
                {
                    return Up;
                }
            }

            return Up;
        }
        catch (SocketException)
        {
            return Down;
        }
    }

    // An error of the network is thrown where the socket is read next.
    private static async Task<bool> AnswersAsync(Socket socket, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(wait);
        try
        {
            await socket.ReceiveAsync(new byte[1], limit.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
