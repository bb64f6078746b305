// Kestrel's transport of the API, with a socket that outlives the process.
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Amphora.Agent.Hosting.Listening;

/// <summary>Takes the place of Kestrel's own factory, which shuts its listening socket down when it closes it, for every process that has it.</summary>
internal sealed class ApiListenerFactory(ListeningSocket socket, ILoggerFactory loggers) : IConnectionListenerFactory, IDisposable
{
    private readonly SocketConnectionContextFactory _connections = new(
        new SocketConnectionFactoryOptions(), loggers.CreateLogger("Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets"));

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IConnectionListener>(new ApiListener(socket.Open((IPEndPoint)endpoint), _connections));

    /// <inheritdoc/>
    public void Dispose() => _connections.Dispose();
}
