// A client with a right certificate that sends wrong things, and looks at what comes back.
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Amphora.Fixtures.Networks;

namespace Amphora.EndToEnd.Tests.Hostile;

/// <summary>One connection at a time, used again as long as both sides keep to the protocol.</summary>
/// <param name="from">Where it runs.</param>
/// <param name="agent">Whom it speaks to.</param>
/// <param name="authority">Signed the agent's certificate.</param>
/// <param name="certificate">Its own.</param>
internal sealed class HostileClient(TestNamespace from, IPEndPoint agent, X509Certificate2 authority, X509Certificate2 certificate) : IAsyncDisposable
{
    private const int MostStaying = 20;
    private const int MostAnswerBytes = 4 * 1024 * 1024;

    // A server may wait for the rest of what never comes; a whole request it has to answer.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    private readonly Queue<Stream> _staying = new();
    private Stream? _connection;

    /// <summary>Sends a request.</summary>
    /// <returns>The status of the answer; null: none came.</returns>
    /// <exception cref="TimeoutException">A whole request was not answered.</exception>
    public async Task<int?> SendAsync(HostileRequest request, CancellationToken cancellationToken)
    {
        for (bool isFresh = _connection is null; ; isFresh = true)
        {
            Stream connection = _connection ?? await ConnectAsync(!request.BeforeTls, cancellationToken);
            _connection = null;
            int? status = await TalkAsync(connection, request, cancellationToken);
            // A connection that was used before may have been closed by the agent meanwhile: only a fresh one tells.
            if (status is not null || isFresh || !request.IsWhole)
            {
                return status;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Stream connection in _staying)
        {
            await connection.DisposeAsync();
        }

        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }
    }

    private async Task<int?> TalkAsync(Stream connection, HostileRequest request, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(request.IsWhole ? AnswerLimit : Patience);
        bool isKept = false;
        try
        {
            await WriteAsync(connection, request, limit.Token);
            if (request.Ending == Ending.Stay)
            {
                isKept = true;
                await StayAsync(connection);
            }

            if (request.Ending != Ending.ReadAnswer || request.BeforeTls)
            {
                return null;
            }

            (int? status, bool isOpen) = await ReadAsync(connection, hasBody: !request.Bytes.AsSpan().StartsWith("HEAD "u8), limit.Token);
            isKept = isOpen && request.IsWhole;
            _connection = isKept ? connection : null;
            return status;
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return request.IsWhole ? throw new TimeoutException($"{request.Kind}: no answer to {Encoding.Latin1.GetString(request.Bytes[..Math.Min(300, request.Bytes.Length)])}") : null;
        }
        finally
        {
            if (!isKept)
            {
                await connection.DisposeAsync();
            }
        }
    }

    private static async Task WriteAsync(Stream connection, HostileRequest request, CancellationToken cancellationToken)
    {
        int piece = (request.Bytes.Length / request.Pieces) + 1;
        for (int at = 0; at < request.Bytes.Length; at += piece)
        {
            await connection.WriteAsync(request.Bytes.AsMemory(at, Math.Min(piece, request.Bytes.Length - at)), cancellationToken);
            await connection.FlushAsync(cancellationToken);
            await Task.Yield();
        }
    }

    private async Task StayAsync(Stream connection)
    {
        _staying.Enqueue(connection);
        if (_staying.Count > MostStaying)
        {
            await _staying.Dequeue().DisposeAsync();
        }
    }

    private async Task<Stream> ConnectAsync(bool withTls, CancellationToken cancellationToken)
    {
        Socket socket = from.TcpSocket(agent.AddressFamily);
        try
        {
            await socket.ConnectAsync(agent, cancellationToken);
            NetworkStream plain = new(socket, ownsSocket: true);
            if (!withTls)
            {
                return plain;
            }

            SslStream tls = new(plain, leaveInnerStreamOpen: false);
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = agent.Address.ToString(),
                    CertificateChainPolicy = new X509ChainPolicy
                    {
                        TrustMode = X509ChainTrustMode.CustomRootTrust,
                        RevocationMode = X509RevocationMode.NoCheck,
                        CustomTrustStore = { authority },
                    },
                    LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
                },
                cancellationToken);
            return tls;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // Status line, headers, and as much body as the headers say.
    private static async Task<(int? Status, bool IsOpen)> ReadAsync(Stream connection, bool hasBody, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[64 * 1024];
        int length = 0;
        while (length < MostAnswerBytes)
        {
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            int read = await connection.ReadAsync(buffer.AsMemory(length), cancellationToken);
            length += read;
            int end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            int whole = end < 0 ? -1 : Length(buffer.AsSpan(0, length), end, hasBody);
            if (whole >= 0 || (end >= 0 && read == 0))
            {
                string head = Encoding.Latin1.GetString(buffer, 0, end);
                // What comes behind an answer is another one: nobody asked for it, and the next request would take it for its own.
                return (Status(head), read > 0 && length == whole && !head.Contains("Connection: close", StringComparison.OrdinalIgnoreCase));
            }

            if (read == 0)
            {
                return (null, false);
            }
        }

        throw new InvalidDataException($"an answer of more than {MostAnswerBytes} bytes");
    }

    private static int Status(string head) => head.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)
        ? int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture)
        : throw new InvalidDataException($"no answer of HTTP 1.1: {head}");

    /// <summary>How long the answer is; -1: it is not all there.</summary>
    private static int Length(ReadOnlySpan<byte> answer, int end, bool hasBody)
    {
        const string Name = "Content-Length: ";
        string head = Encoding.Latin1.GetString(answer[..end]);
        int body = end + 4;
        if (!hasBody || head.StartsWith("HTTP/1.1 204", StringComparison.Ordinal))
        {
            return body;
        }

        if (head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase))
        {
            return ChunksEnd(answer, body);
        }

        int at = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        int length = at < 0 ? -1 : body + int.Parse(head[(at + Name.Length)..].Split('\r')[0], CultureInfo.InvariantCulture);
        return answer.Length >= length ? length : -1;
    }

    // RFC 9112 §7.1: size in hexadecimal digits, data, and so on to a size of 0; our agent sends no trailers.
    private static int ChunksEnd(ReadOnlySpan<byte> answer, int at)
    {
        while (true)
        {
            int line = at >= answer.Length ? -1 : answer[at..].IndexOf("\r\n"u8);
            if (line < 0)
            {
                return -1;
            }

            int size = int.Parse(Encoding.ASCII.GetString(answer.Slice(at, line)), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            at += line + 2 + size + 2;
            if (size == 0)
            {
                return answer.Length >= at ? at : -1;
            }
        }
    }
}
