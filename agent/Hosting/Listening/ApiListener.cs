// Accepts connections, and on the way out waits for those that have not been served yet.
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Amphora.Agent.Hosting.Listening;

/// <summary>Stops accepting before it closes anything: what has not been accepted waits in the socket for the next agent.</summary>
internal sealed class ApiListener(Socket socket, SocketConnectionContextFactory connections) : IConnectionListener
{
    // A peer that connects and says nothing is not waited for longer.
    private static readonly TimeSpan FirstRequestLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _unbound = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<FirstRequest, bool> _waiting = new();

    /// <inheritdoc/>
    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken)
    {
        while (!_unbound.IsCancellationRequested)
        {
            try
            {
                var accepted = await socket.AcceptAsync(_unbound.Token);
                accepted.NoDelay = true;
                return Watch(connections.Create(accepted));
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                // It left while it waited.
            }
            catch (SocketException)
            {
                // Out of descriptors or memory: at once again would only turn in circles.
                await Task.Delay(Pause, _unbound.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        _ended.TrySetResult();
        return null;
    }

    /// <inheritdoc/>
    public async ValueTask UnbindAsync(CancellationToken cancellationToken)
    {
        await _unbound.CancelAsync();
        await ServedAsync().WaitAsync(FirstRequestLimit, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        // No accept is under way any more, or .NET would disconnect the socket, which systemd's copy shares.
        socket.Dispose();
        _unbound.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ServedAsync()
    {
        // Only then all are known: the last accept may have brought one.
        await _ended.Task;
        await Task.WhenAll(_waiting.Keys.Select(static waiting => waiting.Over));
    }

    private ConnectionContext Watch(ConnectionContext connection)
    {
        var first = new FirstRequest();
        connection.Features.Set(first);
        _waiting[first] = true;
        connection.ConnectionClosed.UnsafeRegister(static state => ((FirstRequest)state!).End(), first);
        _ = ForgetAsync(first);
        return connection;
    }

    private async Task ForgetAsync(FirstRequest first)
    {
        await first.Over;
        _waiting.TryRemove(first, out _);
    }
}
