// Who may talk to the agent: mutual TLS with the configured CA and nothing else (agent-api §1).
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.EndToEnd.Tests;

public sealed class MutualTlsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_controller_with_a_certificate_of_the_ca_is_answered(SslProtocols protocol)
    {
        await using var agent = await AgentProcess.StartAsync(new AgentConfiguration(), Cancellation);
        using var certificate = agent.Certificates.Client("controller");
        using var client = MtlsClient.Create(agent.Address, agent.Certificates.Authority, certificate, from: null, protocol);

        var answer = await client.GetStringAsync("/", Cancellation);

        Assert.Contains("\"api_version\":\"1.0\"", answer, StringComparison.Ordinal);
        Assert.Contains("\"2.0\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_else_gets_past_the_handshake()
    {
        await using var agent = await AgentProcess.StartAsync(new AgentConfiguration(), Cancellation);
        using var foreign = new Certificates("another CA");
        using var sameName = new Certificates();
        using var certificates = new Disposables<X509Certificate2>(
            foreign.Client("controller"),
            sameName.Client("controller"),
            agent.Certificates.Client("controller", notAfter: DateTimeOffset.UtcNow.AddHours(-1)),
            Parse(agent.Certificates.ServerPem("controller")));

        foreach (var certificate in certificates.Items.Cast<X509Certificate2?>().Append(null))
        {
            using var client = agent.CreateClient(certificate);

            var error = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("/", UriKind.Relative), Cancellation));
            Assert.True(error.InnerException is IOException or AuthenticationException or SocketException, error.ToString());
        }

        using var good = agent.CreateClient();
        Assert.Equal(HttpStatusCode.OK, (await good.GetAsync(new Uri("/", UriKind.Relative), Cancellation)).StatusCode);
    }

    [Fact]
    public async Task Plain_http_and_garbage_are_hung_up_on_and_the_agent_goes_on()
    {
        await using var agent = await AgentProcess.StartAsync(new AgentConfiguration(), Cancellation);
        var random = new Random(1);

        for (var round = 0; round < 50; round++)
        {
            var garbage = new byte[random.Next(1, 4000)];
            random.NextBytes(garbage);
            using var socket = new TcpClient();
            await socket.ConnectAsync(agent.Configuration.Address, agent.Configuration.Port, Cancellation);
            await socket.GetStream().WriteAsync(round == 0 ? "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray() : garbage, Cancellation);
        }

        using var client = agent.CreateClient();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/", UriKind.Relative), Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_rotated_server_certificate_is_shown_on_the_next_handshake()
    {
        await using var agent = await AgentProcess.StartAsync(new AgentConfiguration(), Cancellation);
        var before = await ServerSerialAsync(agent);

        var fresh = agent.ServerCertificateFile + ".new";
        await File.WriteAllTextAsync(fresh, agent.Certificates.ServerPem(agent.Configuration.AmphoraId, agent.Configuration.Address), Cancellation);
        File.Move(fresh, agent.ServerCertificateFile, overwrite: true);

        Assert.NotEqual(before, await ServerSerialAsync(agent));
    }

    [Fact]
    public async Task A_broken_server_certificate_file_leaves_the_earlier_one_in_force()
    {
        await using var agent = await AgentProcess.StartAsync(new AgentConfiguration(), Cancellation);
        var before = await ServerSerialAsync(agent);

        await File.WriteAllTextAsync(agent.ServerCertificateFile, "-----BEGIN CERTIFICATE-----\nbroken\n", Cancellation);

        Assert.Equal(before, await ServerSerialAsync(agent));
        Assert.Contains("the earlier server certificate stays in force", agent.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("certificate only", "key")]
    [InlineData("empty", "no CERTIFICATE block")]
    [InlineData("missing", "Could not find file")]
    public async Task A_server_certificate_that_cannot_be_used_stops_the_start_with_one_line(string kind, string expected)
    {
        await using var agent = await AgentProcess.StartAsync(new AgentConfiguration(), Cancellation);
        await agent.StopAsync(Cancellation);
        var pem = await File.ReadAllTextAsync(agent.ServerCertificateFile, Cancellation);
        switch (kind)
        {
            case "missing": File.Delete(agent.ServerCertificateFile); break;
            case "empty": await File.WriteAllTextAsync(agent.ServerCertificateFile, "", Cancellation); break;
            default: await File.WriteAllTextAsync(agent.ServerCertificateFile, pem[..pem.IndexOf("-----BEGIN RSA", StringComparison.Ordinal)], Cancellation); break;
        }

        var result = await Command.RunAsync([.. Checkout.AgentCommand, "--config-file", agent.ConfigFile], Cancellation);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(agent.ServerCertificateFile, result.Errors, StringComparison.Ordinal);
        Assert.Contains(expected, result.Errors, StringComparison.OrdinalIgnoreCase);
        Assert.Single(result.Errors.TrimEnd().Split('\n'));
    }

    private static X509Certificate2 Parse(string pem) => X509Certificate2.CreateFromPem(pem, pem);

    private static async Task<string> ServerSerialAsync(AgentProcess agent)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(agent.Configuration.Address, agent.Configuration.Port, Cancellation);
        using var certificate = agent.Certificates.Client("controller");
        string? serial = null;
        await using var tls = new System.Net.Security.SslStream(socket.GetStream(), false, (_, server, _, _) =>
        {
            serial = server!.GetSerialNumberString();
            return true;
        });
        await tls.AuthenticateAsClientAsync("agent", [certificate], checkCertificateRevocation: false);
        return serial!;
    }
}
