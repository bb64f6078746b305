// The listening socket on the way out: nobody is turned away, nobody is forgotten.
using System.Net;
using System.Net.Sockets;
using Amphora.Agent.Hosting.Listening;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Amphora.Agent.Tests.Hosting;

public sealed class ApiListenerTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private ApiListenerFactory _factory = null!;
    private IConnectionListener _listener = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _factory = new ApiListenerFactory(new ListeningSocket(NullLogger<ListeningSocket>.Instance), NullLoggerFactory.Instance);
        _listener = await _factory.BindAsync(new IPEndPoint(IPAddress.Loopback, 0), Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        _factory.Dispose();
    }

    [Fact]
    public async Task It_waits_for_the_first_request_of_every_connection_it_accepted()
    {
        using var client = await ConnectAsync();
        await using var connection = (await _listener.AcceptAsync(Cancellation))!;
        var ended = _listener.AcceptAsync(Cancellation).AsTask();

        var unbound = _listener.UnbindAsync(Cancellation).AsTask();

        Assert.Null(await ended.WaitAsync(Limit, Cancellation));
        await Assert.ThrowsAsync<TimeoutException>(() => unbound.WaitAsync(Soon, Cancellation));
        connection.Features.Get<FirstRequest>()!.End();
        await unbound.WaitAsync(Limit, Cancellation);
    }

    [Fact]
    public async Task A_connection_that_ends_is_not_waited_for()
    {
        var client = await ConnectAsync();
        await using var connection = (await _listener.AcceptAsync(Cancellation))!;
        _ = _listener.AcceptAsync(Cancellation).AsTask();

        client.Dispose();
        await connection.Transport.Input.ReadAsync(Cancellation);

        await _listener.UnbindAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(4), Cancellation);
    }

    [Fact]
    public async Task A_peer_that_says_nothing_is_not_waited_for_for_ever()
    {
        using var client = await ConnectAsync();
        await using var connection = (await _listener.AcceptAsync(Cancellation))!;
        _ = _listener.AcceptAsync(Cancellation).AsTask();

        await _listener.UnbindAsync(Cancellation).AsTask().WaitAsync(Limit, Cancellation);
    }

    [Fact]
    public async Task Who_connects_meanwhile_waits_in_the_socket()
    {
        var ended = _listener.AcceptAsync(Cancellation).AsTask();
        await _listener.UnbindAsync(Cancellation);
        Assert.Null(await ended.WaitAsync(Limit, Cancellation));

        using var client = await ConnectAsync();

        Assert.True(client.Connected);
    }

    [Fact]
    public void An_address_that_is_in_use_is_an_error_that_names_it()
    {
        var taken = (IPEndPoint)_listener.EndPoint;

        var error = Assert.Throws<IOException>(() => new ListeningSocket(NullLogger<ListeningSocket>.Instance).Open(taken));

        Assert.Contains($"{taken}", error.Message, StringComparison.Ordinal);
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_listener.EndPoint, Cancellation);
        return socket;
    }
}
