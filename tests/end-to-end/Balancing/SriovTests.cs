// An SR-IOV VIP has no security groups: the amphora itself lets in its listeners, and nobody else.
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Xunit;

namespace Amphora.EndToEnd.Tests.Balancing;

public sealed class SriovTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Listeners_are_let_in_and_nothing_else_also_after_a_kill()
    {
        await using PluggedAmphora amphora = await PluggedAmphora.CreateAsync(members: 1, new AgentConfiguration(), Cancel);
        string port = $"/2.0/ports/{amphora.Topology.VipPortMac}";
        JsonObject vip = (await amphora.Api.SendAsync(HttpMethod.Get, port, null, Cancel))["port"]!.DeepClone().AsObject();
        vip["is_sriov"] = true;
        Assert.False(await IsFilteredAsync(amphora, 81));

        await amphora.Api.SendAsync(HttpMethod.Put, port, MtlsClient.Json(vip.ToJsonString()), Cancel);
        Assert.True(await IsFilteredAsync(amphora, 80));

        TestDocument document = amphora.NewDocument();
        document.LoadBalancer["vip_vnic_type"] = "direct";
        document.AddListener("HTTP", 80, amphora.AddPool(document, "HTTP"));
        JsonNode applied = await amphora.Api.PushAsync(document, Cancel);
        Assert.Contains("nftables-vip.rules changed", applied["changes"]!.AsArray().Select(change => (string)change!));
        using Traffic traffic = new(amphora.Topology.Client, amphora.Topology.Vip, null);
        Assert.Equal(4, Traffic.Count(await traffic.SendAsync(new Uri("http://www.example.com/"), 4, Cancel))["member-1"]);
        Assert.True(await IsFilteredAsync(amphora, 81));
        Assert.Equal("unchanged", (string?)(await amphora.Api.PushAsync(document, Cancel))["result"]);

        await amphora.Agent.KillAsync(Cancel);
        await amphora.Agent.StartAgainAsync(Cancel);
        Assert.Equal(4, Traffic.Count(await traffic.SendAsync(new Uri("http://www.example.com/"), 4, Cancel))["member-1"]);

        // Another generation for one client only, who is not ours.
        document.Generation++;
        document.LoadBalancer["listeners"]!.AsArray()[0]!["allowed_cidrs"] = new JsonArray("10.77.0.99/32");
        using AgentApi api = new(amphora.Agent.CreateClient());
        await api.PushAsync(document, Cancel);
        Assert.True(await IsFilteredAsync(amphora, 80));

        await api.SendAsync(HttpMethod.Get, port, null, Cancel);
        using HttpClient client = amphora.Agent.CreateClient();
        using HttpResponseMessage gone = await client.DeleteAsync(new Uri(port, UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        Assert.False(File.Exists(Path.Combine(amphora.Agent.BasePath, "nftables-vip.rules")));
    }

    // A filter says nothing; a closed port says so at once.
    private static async Task<bool> IsFilteredAsync(PluggedAmphora amphora, int port)
    {
        using Socket socket = amphora.Topology.Client.TcpSocket(AddressFamily.InterNetwork);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(1));
        try
        {
            await socket.ConnectAsync(new IPEndPoint(amphora.Topology.Vip, port), limit.Token);
            return false;
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return false;
        }
        catch (OperationCanceledException) when (!Cancel.IsCancellationRequested)
        {
            return true;
        }
    }
}
