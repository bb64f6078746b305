// A peer that speaks the agent's API over real mutual TLS, and misbehaves as a test tells it to.
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Amphora.Controller.Tests.Peers;

/// <summary>One request as it arrived.</summary>
internal sealed record Call(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Line => $"{Method} {Path}";

    public string Text => Encoding.UTF8.GetString(Body);
}

/// <summary>What the peer does with a request.</summary>
internal sealed record Reply(int Status, string Body = "", string ContentType = "application/json")
{
    public byte[]? Bytes { get; init; }

    public string ExtraHeader { get; init; } = "";

    public Ending Ending { get; init; }
}

internal enum Ending
{
    Complete,
    CloseBefore,
    ResetBefore,
    CloseInTheMiddle,
    NeverAnswer,
}

internal sealed class ScriptedAgent : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2 _clientAuthority;
    private readonly SslProtocols _protocols;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Call> _calls = new();
    private readonly Task _loop;
    private int _connections;

    public ScriptedAgent(string serverPem, string clientAuthorityPem, Func<Call, int, Reply> script, SslProtocols protocols = SslProtocols.Tls12 | SslProtocols.Tls13, int port = 0)
    {
        _certificate = X509Certificate2.CreateFromPem(serverPem, serverPem);
        _clientAuthority = X509Certificate2.CreateFromPem(clientAuthorityPem);
        (Script, _protocols) = (script, protocols);
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _loop = AcceptAsync();
    }

    /// <summary>Gets each request and its number, from 0.</summary>
    public Func<Call, int, Reply> Script { get; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => $"https://127.0.0.1:{Port}";

    public int Connections => _connections;

    public IReadOnlyList<Call> Calls => [.. _calls];

    public ConcurrentQueue<string> ServerNames { get; } = new();

    /// <summary>The first connections are reset before the handshake.</summary>
    public int ResetsLeft { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _listener.Dispose();
        _stop.Dispose();
        _certificate.Dispose();
        _clientAuthority.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The last one: it was stopped between two connections.
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        Interlocked.Increment(ref _connections);
        try
        {
            if (ResetsLeft-- > 0)
            {
                Reset(client);
                return;
            }

            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(TlsOptions(), _stop.Token);
            while (await ReadAsync(tls) is { } call && await AnswerAsync(client, tls, call))
            {
            }
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException or OperationCanceledException or SocketException)
        {
            // The client went away, was refused, or the test is over.
        }
    }

    private SslServerAuthenticationOptions TlsOptions() => new()
    {
        EnabledSslProtocols = _protocols,
        ClientCertificateRequired = true,
        ServerCertificateSelectionCallback = (_, name) =>
        {
            ServerNames.Enqueue(name ?? "");
            return _certificate;
        },
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(_clientAuthority);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            return certificate is X509Certificate2 shown && chain.Build(shown);
        },
    };

    private static async Task<Call?> ReadAsync(SslStream tls)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (head.Count < 4 || !head.TakeLast(4).SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            if (await tls.ReadAsync(one) == 0)
            {
                return null;
            }

            head.Add(one[0]);
        }

        var lines = Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var body = new byte[headers.TryGetValue("Content-Length", out var length) ? int.Parse(length, null) : 0];
        await tls.ReadExactlyAsync(body);
        var words = lines[0].Split(' ');
        return new Call(words[0], words[1], headers, body);
    }

    /// <summary>False when the connection is over.</summary>
    private async Task<bool> AnswerAsync(TcpClient client, SslStream tls, Call call)
    {
        Reply reply;
        lock (_calls)
        {
            reply = Script(call, _calls.Count);
            _calls.Enqueue(call);
        }

        var body = reply.Bytes ?? Encoding.UTF8.GetBytes(reply.Body);
        var head = $"HTTP/1.1 {reply.Status} Words\r\nContent-Type: {reply.ContentType}\r\nContent-Length: {body.Length}\r\n{reply.ExtraHeader}\r\n";
        switch (reply.Ending)
        {
            case Ending.CloseBefore:
                return false;
            case Ending.ResetBefore:
                Reset(client);
                return false;
            case Ending.NeverAnswer:
                await Task.Delay(Timeout.InfiniteTimeSpan, _stop.Token);
                return false;
            case Ending.CloseInTheMiddle:
                await tls.WriteAsync(Encoding.ASCII.GetBytes(head));
                await tls.WriteAsync(body.AsMemory(0, body.Length / 2));
                return false;
            default:
                await tls.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. body]);
                return true;
        }
    }

    private static void Reset(TcpClient client)
    {
        client.LingerState = new LingerOption(true, 0);
        client.Close();
    }
}
