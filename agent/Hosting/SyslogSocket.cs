// The amphora's syslog socket: what goes there is forwarded as the operator configured it (appliance-layout §10).
using System.Net.Sockets;
using System.Text;

namespace Amphora.Agent.Hosting;

/// <summary>Sends lines as datagrams (RFC 3164, without time and host: rsyslog knows both). Never waits and never fails: a line that cannot be
/// delivered now is lost to syslog, not to the journal, and the next one that can be says how many were.</summary>
/// <param name="path">The socket; it may come, go and come again.</param>
/// <param name="facility">Number of the facility (syslog(3)).</param>
internal sealed class SyslogSocket(string path, int facility) : IDisposable
{
    /// <summary>Where rsyslog listens.</summary>
    public const string DefaultPath = "/run/rsyslog/octavia/log";

    // What rsyslog takes of a message.
    private const int MostBytes = 8192;
    private const int Warning = 4;
    private const string Cut = "…";

    private readonly Lock _sending = new();
    private Socket? _socket;
    private long _lost;

    /// <summary>Sends one line, if it can be done at once.</summary>
    /// <param name="severity">0 to 7, as in syslog(3).</param>
    /// <param name="text">One line.</param>
    public void Send(int severity, string text)
    {
        lock (_sending)
        {
            if (!TrySend(severity, text))
            {
                _lost++;
            }
            else if (_lost > 0 && TrySend(Warning, $"{_lost} lines before this one could not be sent to {path}"))
            {
                _lost = 0;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();

    private bool TrySend(int severity, string text)
    {
        var line = Datagram(severity, text);

        // The second time with a new socket: rsyslog was started again.
        for (var attempt = 0; attempt < 2; attempt++)
        {
            if ((_socket ??= Connect()) is not { } socket)
            {
                return false;
            }

            socket.Send(line, SocketFlags.None, out var error);
            if (error is SocketError.Success or SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable)
            {
                return error == SocketError.Success;
            }

            socket.Dispose();
            _socket = null;
        }

        return false;
    }

    private byte[] Datagram(int severity, string text)
    {
        var line = Encoding.UTF8.GetBytes($"<{(8 * facility) + severity}>amphora-agent[{Environment.ProcessId}]: {text}");
        return line.Length <= MostBytes ? line : [.. line.AsSpan(0, MostBytes - Encoding.UTF8.GetByteCount(Cut)), .. Encoding.UTF8.GetBytes(Cut)];
    }

    private Socket? Connect()
    {
        // Mostly it is there or it is not: no exception a line for the one that is not.
        if (!File.Exists(path))
        {
            return null;
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }
}
