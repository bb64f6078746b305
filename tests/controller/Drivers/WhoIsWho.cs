// Mutual TLS: whom the controller takes for the agent, and what it does when it is not taken for a controller.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.AmphoraAgent;
using Amphora.Controller.Tests.Peers;
using Xunit;

namespace Amphora.Controller.Tests.Drivers;

public sealed class WhoIsWho
{
    private static readonly TestCredentials Own = TestCredentials.Own;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task An_agent_with_the_right_certificate_is_asked(SslProtocols protocol)
    {
        await using var agent = Agent(Own.ServerPem, protocols: protocol);

        var answer = await AskAsync(agent.Url, TestCredentials.AmphoraId);

        Assert.True(answer.Ok, answer.Error?.Message);
    }

    [Fact]
    public async Task An_address_is_not_sent_as_server_name()
    {
        await using var agent = Agent(Own.ServerPem);

        await AskAsync(agent.Url, TestCredentials.AmphoraId);

        Assert.Equal([""], agent.ServerNames);
    }

    [Fact]
    public async Task A_certificate_of_another_amphora_is_not_accepted()
    {
        await using var agent = Agent(Own.ServerPem);

        await RefusedAsync(agent, new Guid("11111111-2222-4333-8444-555555555555"), "11111111-2222-4333-8444-555555555555");
    }

    [Fact]
    public async Task A_certificate_of_another_ca_is_not_accepted()
    {
        await using var agent = Agent(TestCredentials.Foreign.ServerPem);

        await RefusedAsync(agent, TestCredentials.AmphoraId, "not signed by the given CA");
    }

    [Fact]
    public async Task An_expired_certificate_is_not_accepted()
    {
        await using var agent = Agent(Own.ExpiredServerPem());

        await RefusedAsync(agent, TestCredentials.AmphoraId, "not valid now");
    }

    [Fact]
    public async Task A_client_s_certificate_does_not_make_an_agent()
    {
        await using var agent = Agent(Own.ClientPem);

        await RefusedAsync(agent, null, "not for servers");
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task An_agent_that_does_not_accept_our_certificate_is_given_up_early(SslProtocols protocol)
    {
        await using var agent = new ScriptedAgent(Own.ServerPem, TestCredentials.Foreign.AuthorityPem, (_, _) => Answers.Versions, protocol);
        var watch = Stopwatch.StartNew();

        var answer = await AskAsync(agent.Url, TestCredentials.AmphoraId, seconds: 60);

        Assert.Equal(AgentErrorKind.Unverified, answer.Error?.Kind);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.Empty(agent.Calls);
    }

    [Fact]
    public async Task A_peer_without_tls_is_no_agent()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(
            async () =>
            {
                using var client = await listener.AcceptTcpClientAsync(Token);
                await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), Token);
                Assert.Equal(1, await client.GetStream().ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, Token));
            },
            Token);

        var answer = await AskAsync($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}", null);

        await serving;
        Assert.Equal(AgentErrorKind.Unverified, answer.Error?.Kind);
    }

    private static ScriptedAgent Agent(string serverPem, SslProtocols protocols = SslProtocols.Tls12 | SslProtocols.Tls13) =>
        new(serverPem, Own.AuthorityPem, (_, _) => Answers.Versions, protocols);

    /// <summary>At once, with one connection: no later attempt makes a certificate better.</summary>
    private static async Task RefusedAsync(ScriptedAgent agent, Guid? amphoraId, string because)
    {
        var answer = await AskAsync(agent.Url, amphoraId);

        Assert.Equal(AgentErrorKind.Unverified, answer.Error?.Kind);
        Assert.Contains(because, answer.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(1, agent.Connections);
        Assert.Empty(agent.Calls);
    }

    private static async Task<AgentAnswer<Contract.Rest.ApiVersions>> AskAsync(string url, Guid? amphoraId, double seconds = 20)
    {
        using var group = Own.Group(url, amphoraId, seconds);
        return (await DriversSlice.AskAllAsync(group, null, (client, token) => client.GetVersionsAsync(token), Token))[0];
    }
}
