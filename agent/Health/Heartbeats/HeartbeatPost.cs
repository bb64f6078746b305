// Where heartbeats go: the controllers of the list in turn, one for each heartbeat (heartbeat.md §7.4).
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Amphora.Contract;

namespace Amphora.Agent.Health.Heartbeats;

/// <summary>Sends datagrams from the management network. For one caller.</summary>
internal sealed partial class HeartbeatPost(ILogger<HeartbeatPost> logger) : IDisposable
{
    // A name that is not found by then is asked for again at the next heartbeat.
    private static readonly TimeSpan s_nameLimit = TimeSpan.FromSeconds(2);

    private readonly Dictionary<AddressFamily, Socket> _sockets = [];
    private ValueList<string> _list = [];
    private List<Controller> _controllers = [];
    private int _next;
    private string? _trouble;

    /// <summary>The next controller whose address is known; null when there is none. Another list than before begins at its first.</summary>
    public async Task<IPEndPoint?> NextAsync(ValueList<string> list, CancellationToken cancellationToken)
    {
        if (!_list.Equals(list))
        {
            (_list, _next, _controllers) = (list, 0, Read(list));
        }

        for (var i = 0; i < _controllers.Count; i++)
        {
            var controller = _controllers[_next];
            _next = (_next + 1) % _controllers.Count;
            if (await ResolveAsync(controller, cancellationToken) is { } address)
            {
                return new IPEndPoint(address, controller.Port);
            }
        }

        return null;
    }

    /// <summary>Sends; false when the kernel says that it cannot go there.</summary>
    public bool Send(ReadOnlySpan<byte> datagram, IPEndPoint controller)
    {
        try
        {
            if (!_sockets.TryGetValue(controller.AddressFamily, out var socket))
            {
                socket = new Socket(controller.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
                _sockets.Add(controller.AddressFamily, socket);
            }

            socket.SendTo(datagram, controller);
            _trouble = null;
            return true;
        }
        catch (SocketException exception)
        {
            Report($"cannot send to {controller}: {exception.Message}");
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var socket in _sockets.Values)
        {
            socket.Dispose();
        }
    }

    private List<Controller> Read(ValueList<string> list)
    {
        var controllers = new List<Controller>();
        foreach (var text in list)
        {
            var colon = text.LastIndexOf(':');
            var host = colon < 0 ? "" : text[..colon].Trim('[', ']');
            if (host.Length > 0 && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0)
            {
                controllers.Add(new Controller(host, port) { Address = IPAddress.TryParse(host, out var address) ? address : null });
            }
            else
            {
                Log.Malformed(logger, text);
            }
        }

        return controllers;
    }

    private async Task<IPAddress?> ResolveAsync(Controller controller, CancellationToken cancellationToken)
    {
        if (controller.Address is not null)
        {
            return controller.Address;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_nameLimit);
        try
        {
            return controller.Address = (await Dns.GetHostAddressesAsync(controller.Host, limit.Token)) is [var first, ..] ? first : null;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            Report($"cannot find the address of {controller.Host}: {exception.Message}");
            return null;
        }
    }

    // Said once, until something is sent or another thing is wrong.
    private void Report(string trouble)
    {
        if (trouble != _trouble)
        {
            _trouble = trouble;
            Log.Trouble(logger, trouble);
        }
    }

    private sealed record Controller(string Host, int Port)
    {
        public IPAddress? Address { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(810, LogLevel.Error, "heartbeat: {Reason}")]
        public static partial void Trouble(ILogger logger, string reason);

        [LoggerMessage(811, LogLevel.Error, "heartbeat: controller_ip_port_list has '{Entry}', which has to be address:port; it is left out")]
        public static partial void Malformed(ILogger logger, string entry);
    }
}
