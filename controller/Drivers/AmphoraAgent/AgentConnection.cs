// Requests to one agent over mutual TLS: connections are kept, attempts repeated while it boots, all within one limit.
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Amphora.Contract.Rest;

namespace Amphora.Controller.Drivers.AmphoraAgent;

/// <summary>One request.</summary>
/// <param name="Method">What is asked; safe to repeat unless <see cref="MayRepeat"/> or <see cref="IfMatch"/> say otherwise.</param>
/// <param name="Path">From the slash on.</param>
/// <param name="Step">For people who wait, as <c>push</c>.</param>
internal sealed record AgentRequest(HttpMethod Method, string Path, string Step)
{
    /// <summary>The body; null: none.</summary>
    public byte[]? Content { get; init; }

    /// <summary>Its media type; null: none is told.</summary>
    public string? ContentType { get; init; } = "application/json";

    /// <summary>Of a binary. With one, the body waits until the agent asks for it: a refusal then costs nothing.</summary>
    public byte[]? Signature { get; init; }

    /// <summary>False when it would do something else the second time, as the step back to the generation before.</summary>
    public bool MayRepeat { get; init; } = true;

    /// <summary>True for an answer that may be longer than any document: an agent's journal.</summary>
    public bool IsLong { get; init; }

    /// <summary>Only while this generation is in force. Repeated after a lost answer it would refuse its own success.</summary>
    public long? IfMatch { get; init; }
}

/// <summary>The way to one agent.</summary>
internal sealed class AgentConnection : IDisposable
{
    // Larger than any document (4 MiB) as the agent might echo it.
    private const int LargestAnswer = 16 * 1024 * 1024;

    // journal_size may be 256 MiB.
    private const int LargestLongAnswer = 257 * 1024 * 1024;

    // An agent that hangs up on each request does not boot: most likely it does not accept our certificate (TLS 1.3 tells it late).
    private const int MostHangUps = 4;

    private readonly AgentTimeouts _timeouts;
    private readonly IProgress<AgentProgress>? _progress;
    private readonly CancellationTokenSource _deadline;
    private readonly HttpClient _client;
    private volatile string? _refusal;

    /// <summary>Opens nothing yet; the limit starts now.</summary>
    public AgentConnection(AgentEndpoint endpoint, AgentCredentials credentials, AgentTimeouts timeouts, IProgress<AgentProgress>? progress)
    {
        (Endpoint, _timeouts, _progress) = (endpoint, timeouts, progress);
        _deadline = new CancellationTokenSource(timeouts.Overall);
        _client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectTimeout = timeouts.Connect,
            SslOptions = TlsOptions(credentials),
        })
        {
            BaseAddress = new Uri(endpoint.Name),
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LargestAnswer,
            DefaultRequestVersion = HttpVersion.Version11,
        };
    }

    /// <summary>The agent.</summary>
    public AgentEndpoint Endpoint { get; }

    /// <summary>Sends a request until it is answered, refused for good, or the limit is reached; answers the body.</summary>
    public async Task<AgentAnswer<byte[]>> SendAsync(AgentRequest request, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _deadline.Token);
        var (lastReason, hangUps) = ("it did not answer", 0);
        for (var attempt = 1; ; attempt++)
        {
            _progress?.Report(new AgentProgress(Endpoint, request.Step, attempt, null));
            try
            {
                var tried = await TryAsync(request, limited.Token);
                if (tried.Answer is { } answer)
                {
                    return answer;
                }

                lastReason = tried.Reason;
                hangUps = tried.IsHangUp ? hangUps + 1 : 0;
                if (hangUps >= MostHangUps)
                {
                    return Unverified($"it hangs up on every request ({lastReason}); perhaps it does not accept our certificate");
                }

                _progress?.Report(new AgentProgress(Endpoint, request.Step, attempt, lastReason));
                await Task.Delay(RetryPolicy.DelayAfter(attempt, _timeouts), limited.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new AgentError(AgentErrorKind.Unreachable, $"cannot reach {Endpoint.Name} within {_timeouts.Overall.TotalSeconds:0.#} s ({attempt} attempts): {lastReason}");
            }
        }
    }

    /// <summary>Sends a request as <see cref="SendAsync"/> does, and reads the answer's JSON.</summary>
    public async Task<AgentAnswer<T>> ReadAsync<T>(AgentRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        var answer = await SendAsync(request, cancellationToken);
        if (answer.Error is { } error)
        {
            return error;
        }

        try
        {
            if (JsonSerializer.Deserialize(answer.Value, type) is { } value)
            {
                return value;
            }
        }
        catch (JsonException exception)
        {
            return NotOurs(request, exception.Message);
        }

        return NotOurs(request, "the answer is null");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _deadline.Dispose();
    }

    private SslClientAuthenticationOptions TlsOptions(AgentCredentials credentials) => new()
    {
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = AgentCertificateCheck.PolicyFor(credentials),
        ClientCertificateContext = SslStreamCertificateContext.Create(credentials.Client, additionalCertificates: null, offline: true),
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            _refusal = AgentCertificateCheck.Refusal(certificate as X509Certificate2, chain, errors, Endpoint.AmphoraId);
            return _refusal is null;
        },
    };

    private async Task<Attempt> TryAsync(AgentRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using var message = MessageOf(request);
            using var response = await _client.SendAsync(message, request.IsLong ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead, cancellationToken);
            var body = request.IsLong && response.IsSuccessStatusCode
                ? await ReadLongAsync(response.Content, cancellationToken)
                : await response.Content.ReadAsByteArrayAsync(cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return new Attempt { Answer = body };
            }

            var refusal = AgentRefusal.Read(Endpoint, response, body);
            return RetryPolicy.MayPass(refusal) ? Attempt.Again(refusal.Message) : new Attempt { Answer = refusal };
        }
        catch (HttpRequestException exception)
        {
            var reason = RetryPolicy.Reason(exception);
            return RetryPolicy.Judge(exception, mayRepeat: request.MayRepeat && request.IfMatch is null) switch
            {
                RetryVerdict.Again => Attempt.Again(reason) with { IsHangUp = !RetryPolicy.IsBeforeTheRequest(exception) },
                RetryVerdict.Unverified => new Attempt { Answer = Unverified(_refusal ?? reason) },
                _ => new Attempt { Answer = new AgentError(AgentErrorKind.Unreachable, $"cannot reach {Endpoint.Name}: {reason}") },
            };
        }
        catch (SocketException exception)
        {
            // A connection that is reset in the moment it is made: the HTTP client asks for its peer's address and does not wrap the error.
            return Attempt.Again(exception.Message);
        }
        catch (OperationCanceledException exception) when (exception.InnerException is TimeoutException && !cancellationToken.IsCancellationRequested)
        {
            return Attempt.Again($"no connection within {_timeouts.Connect.TotalSeconds:0.#} s");
        }
    }

    // The client's own limit is for what it reads by itself.
    private static async Task<byte[]> ReadLongAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var block = new byte[64 * 1024];
        try
        {
            while (await stream.ReadAsync(block, cancellationToken) is > 0 and var count)
            {
                if (body.Length + count > LargestLongAnswer)
                {
                    throw new IOException($"the answer is longer than {LargestLongAnswer} bytes");
                }

                await body.WriteAsync(block.AsMemory(0, count), cancellationToken);
            }

            return body.ToArray();
        }
        catch (IOException exception)
        {
            // As the client says it of what it reads by itself.
            throw new HttpRequestException(exception.Message, exception);
        }
    }

    private static HttpRequestMessage MessageOf(AgentRequest request)
    {
        var message = new HttpRequestMessage(request.Method, request.Path) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (request.Content is not null)
        {
            message.Content = new ByteArrayContent(request.Content);
            message.Content.Headers.ContentType = request.ContentType is { } type ? new MediaTypeHeaderValue(type) : null;
        }

        if (request.IfMatch is { } generation)
        {
            message.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{generation}\""));
        }

        if (request.Signature is { } signature)
        {
            message.Headers.Add(AgentProgram.SignatureHeader, Convert.ToBase64String(signature));
            message.Headers.ExpectContinue = true;
        }

        return message;
    }

    private AgentError Unverified(string reason) => new(AgentErrorKind.Unverified, $"cannot verify {Endpoint.Name}: {reason}");

    private AgentError NotOurs(AgentRequest request, string reason) =>
        new(AgentErrorKind.Unverified, $"cannot understand what {Endpoint.Name} answers to {request.Method} {request.Path}: {reason}");

    private sealed record Attempt
    {
        public AgentAnswer<byte[]>? Answer { get; init; }

        public string Reason { get; init; } = "";

        public bool IsHangUp { get; init; }

        public static Attempt Again(string reason) => new() { Reason = reason };
    }
}
