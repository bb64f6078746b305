// Whether an agent listens: asked with a TLS handshake, because a forwarded port takes connections before anybody does behind it.
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Amphora.Linux.Namespaces;

namespace Amphora.Controller.Drivers.Compute.Qemu;

/// <summary>Asks until an agent takes part in a handshake. Whether it is the right one is for the commands that order something.</summary>
internal static class AgentProbe
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    // A guest that has no network yet swallows the connection, so the first attempts end soon; a slow one needs time for its handshake.
    private static readonly TimeSpan s_firstAttempt = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_longestAttempt = TimeSpan.FromSeconds(30);

    /// <summary>Waits for the agent.</summary>
    /// <param name="networkNamespace">Where it is reached from; null: here.</param>
    /// <param name="endPoint">Where it is.</param>
    /// <param name="isAlive">Asked between attempts: false ends the wait.</param>
    /// <param name="limit">The longest wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>True when it answered.</returns>
    public static async Task<bool> WaitAsync(string? networkNamespace, IPEndPoint endPoint, Func<bool> isAlive, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        source.CancelAfter(limit);
        try
        {
            for (var attempt = s_firstAttempt; isAlive(); attempt = attempt * 1.5 < s_longestAttempt ? attempt * 1.5 : s_longestAttempt)
            {
                if (await AnswersAsync(networkNamespace, endPoint, attempt, source.Token))
                {
                    return true;
                }

                await Task.Delay(s_pause, source.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The limit.
        }

        return false;
    }

    private static async Task<bool> AnswersAsync(string? networkNamespace, IPEndPoint endPoint, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        source.CancelAfter(limit);
        try
        {
            using var socket = NetworkNamespace.Run(networkNamespace, () => new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
            await socket.ConnectAsync(endPoint, source.Token);
            await using var stream = new NetworkStream(socket);
            await using var tls = new SslStream(stream);
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = endPoint.Address.ToString(),
                    // Nothing is sent: a certificate, whosever, says that a server is there.
                    RemoteCertificateValidationCallback = static (_, _, _, _) => false,
                },
                source.Token);
        }
        catch (AuthenticationException)
        {
            // It showed its certificate, or refused with an alert: with TLS 1.2, which is all that Octavia's agent speaks by default, who demands
            // a certificate and gets none says so before its own is looked at here.
            return true;
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            // Not there yet.
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // This attempt took too long.
        }

        return false;
    }
}
