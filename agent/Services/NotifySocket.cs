// The receiving end of sd_notify(3).
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Amphora.Linux.Files;

namespace Amphora.Agent.Services;

/// <summary>A datagram socket on which one service says RELOADING=1 and READY=1. Its directory is private to root, so only processes of
/// root can say so. It is read all the time: a full queue would block the service.</summary>
internal sealed class NotifySocket : IDisposable
{
    private const int MostBytes = 4096;
    private const int MostMessages = 64;

    private readonly Socket _socket;
    private readonly Channel<string> _messages =
        Channel.CreateBounded<string>(new BoundedChannelOptions(MostMessages) { FullMode = BoundedChannelFullMode.DropOldest });

    private NotifySocket(Socket socket)
    {
        _socket = socket;
        Reading = ReadAsync();
    }

    /// <summary>Ends when the socket is disposed.</summary>
    public Task Reading { get; }

    /// <summary>Takes the path over, also from an agent that died.</summary>
    public static NotifySocket Bind(string path)
    {
        AtomicFile.Delete(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            return new NotifySocket(socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Forgets what was said so far.</summary>
    public void Forget()
    {
        while (_messages.Reader.TryRead(out _))
        {
            // What a service says counts from here on.
        }
    }

    /// <summary>Returns when the service has said it: a line of a message that is exactly this.</summary>
    public async Task SaidAsync(string assignment, CancellationToken cancellationToken)
    {
        while (!(await _messages.Reader.ReadAsync(cancellationToken)).Split('\n').Contains(assignment))
        {
            // Something else: STATUS=…, MAINPID=….
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private async Task ReadAsync()
    {
        var buffer = new byte[MostBytes];
        while (true)
        {
            try
            {
                var length = await _socket.ReceiveAsync(buffer);
                _messages.Writer.TryWrite(Encoding.UTF8.GetString(buffer, 0, length));
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                _messages.Writer.TryComplete();
                return;
            }
        }
    }
}
