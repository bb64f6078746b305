// The socket of the API: systemd keeps it while agents change, so that connections wait instead of being refused.
using System.Net;
using System.Net.Sockets;
using Amphora.Linux.Native;
using Amphora.Linux.SdBus;

namespace Amphora.Agent.Hosting.Listening;

/// <summary>Opens it, or takes it back from systemd's descriptor store (FileDescriptorStoreMax= of the unit).</summary>
internal sealed partial class ListeningSocket(ILogger<ListeningSocket> logger)
{
    private const string Name = "api";
    private const int Backlog = 512;

    /// <summary>A socket that listens there.</summary>
    /// <exception cref="IOException">The address is in use, or is none of this host.</exception>
    public Socket Open(IPEndPoint endpoint)
    {
        var inherited = InheritedDescriptors.Take();
        Socket? kept = null;
        foreach (var (name, handle) in inherited)
        {
            kept ??= name == Name ? Adopt(handle, endpoint) : null;
            if (kept?.SafeHandle != handle)
            {
                handle.Dispose();
            }
        }

        if (kept is not null)
        {
            Log.Kept(logger, endpoint);
            return kept;
        }

        if (inherited.Count > 0)
        {
            Tell($"FDSTOREREMOVE=1\nFDNAME={Name}", null);
        }

        var socket = Bind(endpoint);
        Tell($"FDSTORE=1\nFDNAME={Name}", socket);
        return socket;
    }

    // Null when it is no socket, or listens elsewhere: the configuration has changed since.
    private static Socket? Adopt(SafeSocketHandle handle, IPEndPoint endpoint)
    {
        try
        {
            var socket = new Socket(handle);
            return socket.LocalEndPoint is IPEndPoint local && local.Equals(endpoint)
                && (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection)! != 0
                ? socket
                : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static Socket Bind(IPEndPoint endpoint)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endpoint.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(endpoint);
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new IOException($"cannot listen on {endpoint}: {exception.Message}", exception);
        }
    }

    private void Tell(string state, Socket? socket)
    {
        try
        {
            SystemdNotification.Send(state, socket?.SafeHandle);
        }
        catch (LinuxException exception)
        {
            // Without the store everything works, except that connections are refused while agents change.
            Log.NotStored(logger, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(220, LogLevel.Information, "the socket on {EndPoint} is the one systemd kept")]
        public static partial void Kept(ILogger logger, IPEndPoint endPoint);

        [LoggerMessage(221, LogLevel.Warning, "systemd does not keep the socket of the API: {Reason}")]
        public static partial void NotStored(ILogger logger, string reason);
    }
}
