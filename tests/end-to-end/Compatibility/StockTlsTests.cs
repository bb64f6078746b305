// Octavia's driver uploads certificates, SNI certificates, authorities and revocation lists, and clients see them.
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Xunit;

namespace Amphora.EndToEnd.Tests.Compatibility;

public sealed class StockTlsTests : IAsyncDisposable
{
    private const int Port = 443;

    private DrivenAmphorae? _amphora;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private DrivenAmphorae Amphora => _amphora!;

    private string Folder => Path.Combine(Amphora.Agent.CertificateFolder, Amphora.Driver.LoadBalancerId);

    [Fact]
    public async Task Each_host_name_gets_its_certificate_and_a_changed_set_is_served_after_an_update()
    {
        await StartAsync();
        var (one, two, three) = (Store("one.example"), Store("two.example"), Store("three.example"));
        var listener = await Amphora.AddListenerAsync("TERMINATED_HTTPS", Port, members: 1, new JsonObject { ["certificate"] = one, ["sni"] = new JsonArray(two, three) });
        await Amphora.Driver.OrderAsync("update", Cancellation);
        Assert.Equal(["member-1", "member-1", "member-1"], [await AskAsync("one.example"), await AskAsync("two.example"), await AskAsync("three.example")]);

        await listener.SetTlsAsync(new JsonObject { ["certificate"] = three, ["sni"] = new JsonArray(two, Store("four.example")) });
        await Amphora.Driver.OrderAsync("update", Cancellation);

        Assert.Equal(["member-1", "member-1", "member-1"], [await AskAsync("four.example"), await AskAsync("two.example"), await AskAsync("three.example")]);
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync("one.example"));
    }

    [Fact]
    public async Task A_deleted_listener_takes_its_certificates_and_leaves_those_another_one_needs()
    {
        await StartAsync();
        var (one, two) = (Store("one.example"), Store("two.example"));
        var first = await Amphora.AddListenerAsync("TERMINATED_HTTPS", Port, members: 1, new JsonObject { ["certificate"] = one, ["sni"] = new JsonArray(two) });
        var second = await Amphora.AddListenerAsync("TERMINATED_HTTPS", Port + 1, members: 1, new JsonObject { ["certificate"] = two });
        await Amphora.Driver.OrderAsync("update", Cancellation);
        // Two certificates, and a list for each listener.
        Assert.Equal(4, Directory.GetFiles(Folder).Length);

        await first.DeleteAsync();
        Assert.Equal("member-1", await AskAsync($"two.example:{Port + 1}"));
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync("two.example"));
        // The driver never deletes the list of a listener while the load balancer is there.
        Assert.Equal(3, Directory.GetFiles(Folder).Length);

        await second.DeleteAsync();
        Assert.False(Directory.Exists(Folder));
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync($"two.example:{Port + 1}"));
    }

    [Fact]
    public async Task Clients_need_a_certificate_of_the_authority_that_is_not_revoked()
    {
        await StartAsync();
        using Certificates authority = new("clients");
        using X509Certificate2 good = authority.Client("good"), revoked = authority.Client("revoked"), stranger = Amphora.Agent.Certificates.Client("stranger");
        var tls = new JsonObject
        {
            ["certificate"] = Store("one.example"),
            ["client_ca"] = Amphora.Driver.StoreSecret(authority.AuthorityPem),
            ["client_crl"] = Amphora.Driver.StoreSecret(authority.RevocationPem(revoked)),
        };
        var listener = await Amphora.AddListenerAsync("TERMINATED_HTTPS", Port, members: 1, tls.DeepClone().AsObject());
        await Amphora.Driver.OrderAsync("update", Cancellation);

        Assert.Equal("member-1", await AskAsync("one.example", good));
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync("one.example"));
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync("one.example", stranger));
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync("one.example", revoked));

        tls["client_crl"] = Amphora.Driver.StoreSecret(authority.RevocationPem(good));
        await listener.SetTlsAsync(tls);
        await Amphora.Driver.OrderAsync("update", Cancellation);

        Assert.Equal("member-1", await AskAsync("one.example", revoked));
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync("one.example", good));
    }

    public async ValueTask DisposeAsync()
    {
        if (_amphora is not null)
        {
            await _amphora.DisposeAsync();
        }
    }

    private async Task StartAsync()
    {
        _amphora = await DrivenAmphorae.StartSingleAsync(members: 1);
        await Amphora.Driver.OrderAsync("plug_vip", Cancellation);
    }

    private string Store(string name) => Amphora.Driver.StoreCertificate(Amphora.Agent.Certificates.ListenerPem(name));

    // Over a connection of its own, trusting the test's authority only.
    private async Task<string> AskAsync(string host, X509Certificate2? certificate = null)
    {
        using var client = TrafficClient.Create(
            Amphora.Topology.Client, authority: Amphora.Agent.Certificates.Authority, resolve: Amphora.Topology.Vip, certificate: certificate);
        return (await client.GetStringAsync(new Uri($"https://{host}/"), Cancellation)).Trim();
    }
}
