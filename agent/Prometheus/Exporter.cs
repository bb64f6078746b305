// HAProxy's exporter as a client sees it: GET /metrics, and the lines of the answer.
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Amphora.Linux.Namespaces;

namespace Amphora.Agent.Prometheus;

/// <summary>One connection, one answer (RFC 9112). HAProxy sends it in chunks, also to HTTP/1.0.</summary>
internal sealed class Exporter : IDisposable
{
    /// <summary>The longest line, in bytes; HAProxy's are some hundred.</summary>
    private const int MaxLine = 64 * 1024;

    private const int MaxHeaders = 64;

    private static readonly byte[] s_request = "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"u8.ToArray();

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[MaxLine];
    private int _start;
    private int _end;
    private bool _chunked;

    // Bytes of the chunk that are still to come; -1: the next chunk's size comes first.
    private long _chunk = -1;
    private bool _isLast;

    private Exporter(Socket socket) => _socket = socket;

    /// <summary>Asks, and reads as far as the body.</summary>
    /// <exception cref="InvalidDataException">The answer is not 200, or not HTTP.</exception>
    public static async Task<Exporter> OpenAsync(PrometheusOptions options, CancellationToken cancellationToken)
    {
        var exporter = new Exporter(NetworkNamespace.Run(
            options.NetworkNamespace, () => new Socket(options.Source.AddressFamily, SocketType.Stream, ProtocolType.Tcp)));
        try
        {
            await exporter._socket.ConnectAsync(options.Source, cancellationToken);
            await exporter._socket.SendAsync(s_request, cancellationToken);
            await exporter.ReadHeadAsync(cancellationToken);
            return exporter;
        }
        catch
        {
            exporter.Dispose();
            throw;
        }
    }

    /// <summary>The next line of the body without its end; null after the last one.</summary>
    /// <exception cref="InvalidDataException">The body broke off, or a line is too long.</exception>
    public async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        StringBuilder? across = null;
        while (true)
        {
            if (_chunked && _chunk <= 0 && !await NextChunkAsync(cancellationToken))
            {
                return across is null ? null : throw new InvalidDataException("the last line has no end");
            }

            if (_start == _end && !await FillAsync(cancellationToken))
            {
                return _chunked || across is not null ? throw new InvalidDataException("the answer broke off") : null;
            }

            var here = _buffer.AsSpan(_start, (int)Math.Min(_end - _start, _chunked ? _chunk : int.MaxValue));
            var end = here.IndexOf((byte)'\n');
            var text = Encoding.UTF8.GetString(end < 0 ? here : here[..end]);
            Consume(end < 0 ? here.Length : end + 1);
            if (end >= 0)
            {
                return across is null ? text : across.Append(text).ToString();
            }

            // A line that goes on in the next read or chunk. HAProxy's metrics are ASCII: no character is cut in two.
            if ((across ??= new StringBuilder()).Append(text).Length > MaxLine)
            {
                throw new InvalidDataException($"a line is longer than {MaxLine} characters");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private async Task ReadHeadAsync(CancellationToken cancellationToken)
    {
        var status = await HeadLineAsync(cancellationToken);
        if (status.Split(' ', 3) is not ["HTTP/1.1" or "HTTP/1.0", "200", ..])
        {
            throw new InvalidDataException($"the answer is \"{status}\"");
        }

        for (var count = 0; await HeadLineAsync(cancellationToken) is { Length: > 0 } header; count++)
        {
            if (count == MaxHeaders)
            {
                throw new InvalidDataException($"the answer has more than {MaxHeaders} headers");
            }

            _chunked |= header.StartsWith("transfer-encoding:", StringComparison.OrdinalIgnoreCase)
                && header.EndsWith("chunked", StringComparison.OrdinalIgnoreCase);
        }
    }

    // False after the last chunk. Trailers are not looked at: the connection is closed behind them.
    private async Task<bool> NextChunkAsync(CancellationToken cancellationToken)
    {
        if (_isLast)
        {
            return false;
        }

        if (_chunk == 0 && await HeadLineAsync(cancellationToken) is { Length: > 0 })
        {
            throw new InvalidDataException("a chunk is longer than it says");
        }

        var size = await HeadLineAsync(cancellationToken);
        if (!long.TryParse(size.Split(';')[0].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _chunk) || _chunk < 0)
        {
            throw new InvalidDataException($"\"{size}\" is not the size of a chunk");
        }

        _isLast = _chunk == 0;
        return !_isLast;
    }

    private async Task<string> HeadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_start == _end && !await FillAsync(cancellationToken))
            {
                throw new InvalidDataException("the answer broke off");
            }

            var letter = (char)_buffer[_start++];
            if (letter == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            if (line.Append(letter).Length > MaxLine)
            {
                throw new InvalidDataException($"a line is longer than {MaxLine} characters");
            }
        }
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        _start = 0;
        _end = await _socket.ReceiveAsync(_buffer, cancellationToken);
        return _end > 0;
    }

    private void Consume(int count)
    {
        _start += count;
        _chunk -= _chunked ? count : 0;
    }
}
