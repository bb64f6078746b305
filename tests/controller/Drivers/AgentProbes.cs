// When "vm boot --wait" takes an agent for ready: whatever version of TLS it speaks, and though the probe shows no certificate.
using System.Net;
using System.Net.Sockets;
using Amphora.Controller.Drivers.Compute.Qemu;
using Amphora.Controller.Tests.Peers;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.Controller.Tests.Drivers;

public sealed class AgentProbes : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Octavia's agent speaks TLS 1.2 alone by default, and OpenSSL refuses before the handshake is over.
    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task A_server_that_demands_a_certificate_has_answered(string version)
    {
        IPEndPoint endPoint = FreePort();
        string pem = _folder.Write("server.pem", TestCredentials.Own.ServerPem);
        await using RunningProgram server = RunningProgram.Start(
            ["openssl", "s_server", "-accept", $"{endPoint}", "-cert", pem, "-key", pem, "-CAfile", TestCredentials.Own.AuthorityPath, "-Verify", "1", "-verify_return_error", version, "-www"],
            _folder["log"], null, null);

        bool isThere = await AgentProbe.WaitAsync(null, endPoint, () => !server.HasExited, Limit, Token);

        Assert.True(isThere, server.Log);
    }

    [Fact]
    public async Task A_port_that_takes_connections_and_says_nothing_is_no_agent()
    {
        using TcpListener forwarded = new(IPAddress.Loopback, 0);
        forwarded.Start();
        int attempts = 0;
        Task closing = Task.Run(async () =>
        {
            while (attempts < 3)
            {
                using Socket connection = await forwarded.AcceptSocketAsync(Token);
                attempts++;
            }
        }, Token);

        bool isThere = await AgentProbe.WaitAsync(null, (IPEndPoint)forwarded.LocalEndpoint, () => attempts < 3, Limit, Token);

        await closing;
        Assert.False(isThere);
    }

    public void Dispose() => _folder.Dispose();

    private static IPEndPoint FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return (IPEndPoint)listener.LocalEndpoint;
    }
}
