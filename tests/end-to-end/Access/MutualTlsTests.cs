// Who may talk to the agent: holders of a valid certificate of its CA, and nobody else.
using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Xunit;

namespace Amphora.EndToEnd.Tests.Access;

public sealed class MutualTlsTests
{
    private static readonly Uri Root = new("/", UriKind.Relative);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_certificate_of_the_ca_is_let_in_over_both_versions_of_tls(SslProtocols protocol)
    {
        await using AgentProcess agent = await AgentProcess.StartAsync(new AgentConfiguration(), Cancel);
        using X509Certificate2 certificate = agent.Certificates.Client("controller");
        using HttpClient client = MtlsClient.Create(agent.Address, agent.Certificates.Authority, certificate, null, protocol);

        using HttpResponseMessage answer = await client.GetAsync(Root, Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task No_certificate_is_refused()
    {
        await using AgentProcess agent = await AgentProcess.StartAsync(new AgentConfiguration(), Cancel);

        await RefusedAsync(agent, null);
    }

    [Fact]
    public async Task A_certificate_of_another_ca_is_refused()
    {
        await using AgentProcess agent = await AgentProcess.StartAsync(new AgentConfiguration(), Cancel);
        using Certificates others = new("another CA");
        using X509Certificate2 certificate = others.Client("controller");

        await RefusedAsync(agent, certificate);
    }

    [Fact]
    public async Task A_certificate_of_another_ca_with_the_same_name_is_refused()
    {
        await using AgentProcess agent = await AgentProcess.StartAsync(new AgentConfiguration(), Cancel);
        using Certificates others = new();
        using X509Certificate2 certificate = others.Client("controller");

        await RefusedAsync(agent, certificate);
    }

    [Fact]
    public async Task An_expired_certificate_is_refused()
    {
        await using AgentProcess agent = await AgentProcess.StartAsync(new AgentConfiguration(), Cancel);
        using X509Certificate2 certificate = agent.Certificates.Client("controller", DateTimeOffset.UtcNow.AddMinutes(-5));

        await RefusedAsync(agent, certificate);
    }

    [Fact]
    public async Task A_server_certificate_used_as_a_client_s_is_refused()
    {
        await using AgentProcess agent = await AgentProcess.StartAsync(new AgentConfiguration(), Cancel);
        string pem = agent.Certificates.ServerPem("another amphora", IPAddress.Loopback);
        using X509Certificate2 certificate = X509Certificate2.CreateFromPem(pem, pem);

        await RefusedAsync(agent, certificate);
    }

    [Fact]
    public async Task A_rotated_server_certificate_is_shown_to_the_next_client_without_a_restart()
    {
        await using AgentProcess agent = await AgentProcess.StartAsync(new AgentConfiguration(), Cancel);
        using Certificates next = new("the next CA");
        using X509Certificate2 certificate = agent.Certificates.Client("controller");

        await File.WriteAllTextAsync(agent.ServerCertificateFile, next.ServerPem(agent.Configuration.AmphoraId, IPAddress.Loopback), Cancel);

        await Until.TrueAsync("the new certificate is shown", TimeSpan.FromSeconds(10), async () =>
        {
            using HttpClient client = MtlsClient.Create(agent.Address, next.Authority, certificate, null);
            try
            {
                using HttpResponseMessage answer = await client.GetAsync(Root, Cancel);
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, Cancel);
    }

    [Fact]
    public async Task A_server_certificate_without_its_key_stops_the_start_with_a_reason()
    {
        InvalidOperationException failed = await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await AgentProcess.StartAsync(new AgentConfiguration { HasServerKey = false }, Cancel));

        Assert.Contains("server.pem", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plain_http_is_not_answered()
    {
        await using AgentProcess agent = await AgentProcess.StartAsync(new AgentConfiguration(), Cancel);
        using HttpClient client = new();

        await Assert.ThrowsAsync<HttpRequestException>(
            () => client.GetAsync(new Uri($"http://{agent.Address.Authority}/"), Cancel));
    }

    private static async Task RefusedAsync(AgentProcess agent, X509Certificate2? certificate)
    {
        using HttpClient client = agent.CreateClient(certificate);
        // TLS 1.3 tells the client only when it reads: the refusal is an exception of the request either way, never an answer.
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(Root, Cancel));
        using HttpClient trusted = agent.CreateClient();
        using HttpResponseMessage answer = await trusted.GetAsync(Root, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
