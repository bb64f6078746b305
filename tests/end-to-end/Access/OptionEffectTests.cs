// Options of amphora-agent.conf that show from outside.
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Amphora.EndToEnd.Tests.OctaviaApi;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.EndToEnd.Tests.Access;

/// <summary>Those that every test uses (addresses, paths, certificates) are not here; loadbalancer_topology: <see cref="AgentFilesTests"/>.</summary>
public sealed class OptionEffectTests
{
    private static readonly Uri Root = new("/", UriKind.Relative);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("TLSv1.2", SslProtocols.Tls12, SslProtocols.Tls13)]
    [InlineData("TLSv1.3", SslProtocols.Tls13, SslProtocols.Tls12)]
    public async Task Agent_tls_protocol_is_the_only_version_spoken(string option, SslProtocols spoken, SslProtocols refused)
    {
        await using AgentProcess agent = await StartAsync($"agent_tls_protocol = {option}");
        using X509Certificate2 certificate = agent.Certificates.Client("controller");
        using HttpClient one = MtlsClient.Create(agent.Address, agent.Certificates.Authority, certificate, null, spoken);
        using HttpClient other = MtlsClient.Create(agent.Address, agent.Certificates.Authority, certificate, null, refused);

        using HttpResponseMessage answer = await one.GetAsync(Root, Cancel);

        Assert.True(answer.IsSuccessStatusCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => other.GetAsync(Root, Cancel));
    }

    [Fact]
    public async Task Agent_request_read_timeout_ends_a_body_that_does_not_come()
    {
        await using AgentProcess agent = await StartAsync("agent_request_read_timeout = 1");
        using X509Certificate2 certificate = agent.Certificates.Client("controller");
        using TcpClient connection = new();
        await connection.ConnectAsync(agent.Configuration.Address, agent.Configuration.Port, Cancel);
        await using SslStream stream = new(connection.GetStream());
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = agent.Configuration.AmphoraId,
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
                RemoteCertificateValidationCallback = (_, server, _, _) => server?.Issuer == agent.Certificates.Authority.Subject,
            },
            Cancel);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"PUT /2.0/load-balancers/{Guid.NewGuid()} HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{{"), Cancel);
        using StreamReader reader = new(stream, Encoding.ASCII);

        string? status = await reader.ReadLineAsync(Cancel).AsTask().WaitAsync(Limit, Cancel);

        Assert.StartsWith("HTTP/1.1 408 ", status, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Debug_is_live_and_tells_what_is_only_asked()
    {
        await using AgentProcess agent = await StartAsync("");
        using OctaviaClient client = new(agent.CreateClient());
        string text = await File.ReadAllTextAsync(agent.ConfigFile, Cancel);

        (await client.GetAsync("/info", Cancel)).Expect(200);
        (await client.PutAsync("/config", text.Replace("debug = False", "debug = True", StringComparison.Ordinal), Cancel)).Expect(202);
        (await client.GetAsync("/details", Cancel)).Expect(200);
        (await client.PutAsync("/config", text, Cancel)).Expect(202);
        (await client.GetAsync("/interface/203.0.113.77", Cancel)).Expect(404);

        await agent.StopAsync(Cancel);
        Assert.Contains("[241] PUT /1.0/config from 127.0.0.1: 202 in ", agent.Log, StringComparison.Ordinal);
        Assert.Contains("<7>Amphora.Agent.Hosting.RequestLog[240] GET /1.0/details from 127.0.0.1: 200 in ", agent.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("/1.0/info", agent.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("/1.0/interface", agent.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[DEFAULT]\nuse_syslog = True\nsyslog_log_facility = LOG_LOCAL1", 17)]
    [InlineData("[DEFAULT]\nuse_syslog = False\nsyslog_log_facility = LOG_LOCAL5\n[amphora_agent]\nadministrative_log_facility = 1", 17)]
    [InlineData("[amphora_agent]\nadministrative_log_facility = 1", 17)]
    public async Task The_agents_lines_reach_the_administrators_log_target(string options, int facility)
    {
        using TestFolder folder = new();
        using LogTarget tenant = new(), admin = new();
        Directory.CreateDirectory(folder["run"]);
        await using RsyslogProcess rsyslog = await RsyslogProcess.StartAsync(folder, tenant, admin, Cancel);
        await using AgentProcess agent = await AgentProcess.StartAsync(
            new AgentConfiguration { SyslogFolder = Path.GetDirectoryName(RsyslogProcess.SocketFile(folder)), More = options + "\n" }, Cancel);

        string line = await admin.WaitAsync("listening on", Limit, Cancel);

        Assert.StartsWith($"<{(8 * facility) + 6}>", line, StringComparison.Ordinal);
        Assert.Contains($" amphora-agent[{agent.Pid}]: Amphora.Agent.Hosting.AgentLifetime[211] listening on 127.0.0.1 ", line, StringComparison.Ordinal);
        Assert.Empty(tenant.Lines);
    }

    private static Task<AgentProcess> StartAsync(string option) =>
        AgentProcess.StartAsync(new AgentConfiguration { More = $"[amphora_agent]\n{option}\n" }, Cancel);
}
