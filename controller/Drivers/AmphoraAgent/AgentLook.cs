// One look at an agent: who answers, since when it may, what time it has, and what it runs.
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Amphora.Controller.Drivers.AmphoraAgent;

/// <summary>What was seen.</summary>
internal sealed record AgentLook
{
    /// <summary>Why nothing was seen; null: it answered.</summary>
    public string? Trouble { get; init; }

    /// <summary>True when somebody answers who is not the agent, or who does not accept us.</summary>
    public bool IsUnverified { get; init; }

    /// <summary>When its certificate ends.</summary>
    public DateTimeOffset? CertificateEnds { get; init; }

    /// <summary>Its clock, to the second.</summary>
    public DateTimeOffset? Clock { get; init; }

    /// <summary>The document in force; null: it does not have the load balancer, or was not asked.</summary>
    public byte[]? Document { get; init; }

    /// <summary>Looks once: a doctor does not wait until it gets better.</summary>
    /// <param name="endpoint">Which agent.</param>
    /// <param name="credentials">What is shown and trusted.</param>
    /// <param name="loadBalancer">Whose document is read; null: none.</param>
    /// <param name="limit">For all of it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<AgentLook> TakeAsync(AgentEndpoint endpoint, AgentCredentials credentials, Guid? loadBalancer, TimeSpan limit, CancellationToken cancellationToken)
    {
        var seen = new Seen();
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(limit);
        try
        {
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, SslOptions = Tls(endpoint, credentials, seen) });
            using var response = await client.GetAsync(new Uri(endpoint.Url, loadBalancer is { } id ? $"/2.0/load-balancers/{id:D}" : "/"), limited.Token);
            var look = new AgentLook { CertificateEnds = seen.Ends, Clock = response.Headers.Date };
            return response.StatusCode switch
            {
                HttpStatusCode.OK when loadBalancer is not null => look with { Document = await response.Content.ReadAsByteArrayAsync(limited.Token) },
                HttpStatusCode.OK or HttpStatusCode.NotFound => look,
                _ => look with { Trouble = $"answers {(int)response.StatusCode} {response.ReasonPhrase}" },
            };
        }
        catch (HttpRequestException exception)
        {
            return new AgentLook { Trouble = seen.Refusal ?? $"does not answer: {RetryPolicy.Reason(exception)}", IsUnverified = seen.Refusal is not null || exception.HttpRequestError == HttpRequestError.SecureConnectionError };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new AgentLook { Trouble = $"does not answer within {limit.TotalSeconds:0.#} s" };
        }
    }

    private static SslClientAuthenticationOptions Tls(AgentEndpoint endpoint, AgentCredentials credentials, Seen seen) => new()
    {
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = AgentCertificateCheck.PolicyFor(credentials),
        ClientCertificateContext = SslStreamCertificateContext.Create(credentials.Client, additionalCertificates: null, offline: true),
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            seen.Ends = (certificate as X509Certificate2)?.NotAfter.ToUniversalTime();
            seen.Refusal = AgentCertificateCheck.Refusal(certificate as X509Certificate2, chain, errors, endpoint.AmphoraId);
            return seen.Refusal is null;
        },
    };

    private sealed class Seen
    {
        public DateTimeOffset? Ends { get; set; }

        public string? Refusal { get; set; }
    }
}
