// Endpoints 18 and 19: the agent's own configuration and certificate are replaced while it is spoken to.
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Amphora.Fixtures.Agents;
using Xunit;

namespace Amphora.EndToEnd.Tests.OctaviaApi;

public sealed class AgentFilesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_configuration_is_stored_as_it_came_and_its_live_options_hold_at_once()
    {
        await using AgentProcess agent = await AgentProcess.StartAsync(new AgentConfiguration(), Cancellation);
        using OctaviaClient client = new(agent.CreateClient());
        string text = (await File.ReadAllTextAsync(agent.ConfigFile, Cancellation)).Replace("= SINGLE", "= ACTIVE_STANDBY", StringComparison.Ordinal);
        File.SetUnixFileMode(agent.ConfigFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        OctaviaReply reply = await client.PutAsync("/config", text, Cancellation);
        OctaviaReply again = await client.PutAsync("/config", text, Cancellation);

        Assert.Equal("""{"message":"OK"}""", reply.Expect(202).Text);
        again.Expect(202);
        Assert.Equal(text, await File.ReadAllTextAsync(agent.ConfigFile, Cancellation));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(agent.ConfigFile));
        Assert.Equal("ACTIVE_STANDBY", (string?)(await client.SendAsync("GET", "/2.0/capabilities", null, Cancellation)).Json!["topology"]);
    }

    [Theory]
    [InlineData("no section\n", "section")]
    [InlineData("[haproxy_amphora]\nbind_port = many\n", "bind_port")]
    public async Task A_configuration_that_cannot_be_read_is_refused_with_the_reason_and_replaces_nothing(string text, string reason)
    {
        await using AgentProcess agent = await AgentProcess.StartAsync(new AgentConfiguration(), Cancellation);
        using OctaviaClient client = new(agent.CreateClient());
        string before = await File.ReadAllTextAsync(agent.ConfigFile, Cancellation);

        OctaviaReply reply = await client.PutAsync("/config", text, Cancellation);

        Assert.Equal((500, "Unable to update amphora-agent configuration."), (reply.Status, reply.Message));
        Assert.Contains(reason, reply.Details, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(agent.ConfigFile, Cancellation));
    }

    [Fact]
    public async Task A_new_certificate_is_shown_by_the_next_handshake_every_time_and_no_request_is_lost()
    {
        await using AgentProcess agent = await AgentProcess.StartAsync(new AgentConfiguration(), Cancellation);
        using OctaviaClient client = new(agent.CreateClient());
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task<int> requests = RequestsAsync(agent, end.Token);
        Task<int> readings = ReadingsAsync(agent.ServerCertificateFile, end.Token);

        for (int rotation = 0; rotation < 15; rotation++)
        {
            string pem = agent.Certificates.ServerPem(agent.Configuration.AmphoraId, IPAddress.Loopback);
            using X509Certificate2 expected = X509Certificate2.CreateFromPem(pem);
            (await client.PutAsync("/certificate", pem, Cancellation)).Expect(202);
            Assert.Equal(expected.Thumbprint, await ShownAsync(agent));
        }

        await end.CancelAsync();
        Assert.True(await requests > 15);
        Assert.True(await readings > 15);
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_used_is_a_400_and_replaces_nothing()
    {
        await using AgentProcess agent = await AgentProcess.StartAsync(new AgentConfiguration(), Cancellation);
        using OctaviaClient client = new(agent.CreateClient());
        string before = await File.ReadAllTextAsync(agent.ServerCertificateFile, Cancellation);
        string one = agent.Certificates.ServerPem(agent.Configuration.AmphoraId, IPAddress.Loopback);
        string two = agent.Certificates.ServerPem(agent.Configuration.AmphoraId, IPAddress.Loopback);
        int key = one.IndexOf("-----BEGIN RSA", StringComparison.Ordinal), otherKey = two.IndexOf("-----BEGIN RSA", StringComparison.Ordinal);

        foreach (string unusable in (string[])["", "no certificate", one[..key], one[key..], one[..key] + two[otherKey..], one[..^40]])
        {
            OctaviaReply reply = await client.PutAsync("/certificate", unusable, Cancellation);
            Assert.Equal((400, "Invalid certificate"), (reply.Status, reply.Message));
        }

        Assert.Equal(before, await File.ReadAllTextAsync(agent.ServerCertificateFile, Cancellation));
        (await client.GetAsync("/info", Cancellation)).Expect(200);
    }

    // Requests on new connections and on one that stays, until told to end; a failure is an exception.
    private static async Task<int> RequestsAsync(AgentProcess agent, CancellationToken end)
    {
        using HttpClient kept = agent.CreateClient();
        int count = 0;
        while (!end.IsCancellationRequested)
        {
            using HttpClient fresh = agent.CreateClient();
            foreach (HttpClient client in (HttpClient[])[kept, fresh])
            {
                using HttpResponseMessage answer = await client.GetAsync(new Uri("/1.0/info", UriKind.Relative), Cancellation);
                answer.EnsureSuccessStatusCode();
                count++;
            }
        }

        return count;
    }

    // The file is whole at every moment; half of one would throw.
    private static async Task<int> ReadingsAsync(string file, CancellationToken end)
    {
        int count = 0;
        while (!end.IsCancellationRequested)
        {
            string pem = await File.ReadAllTextAsync(file, Cancellation);
            using X509Certificate2 certificate = X509Certificate2.CreateFromPem(pem, pem);
            count++;
        }

        return count;
    }

    private static async Task<string> ShownAsync(AgentProcess agent)
    {
        using X509Certificate2 own = agent.Certificates.Client("controller");
        string shown = "";
        SslClientAuthenticationOptions options = new()
        {
            TargetHost = agent.Configuration.AmphoraId,
            LocalCertificateSelectionCallback = (_, _, _, _, _) => own,
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                shown = (certificate as X509Certificate2)?.Thumbprint ?? "";
                return shown.Length > 0;
            },
        };
        using System.Net.Sockets.TcpClient connection = new();
        await connection.ConnectAsync(agent.Configuration.Address, agent.Configuration.Port, Cancellation);
        await using SslStream stream = new(connection.GetStream());
        await stream.AuthenticateAsClientAsync(options, Cancellation);
        return shown;
    }
}
