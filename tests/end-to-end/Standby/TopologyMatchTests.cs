// The VIP's port and the load balancer are of one topology, or nothing happens.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Xunit;

namespace Amphora.EndToEnd.Tests.Standby;

public sealed class TopologyMatchTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("SINGLE", "ACTIVE_STANDBY")]
    [InlineData("ACTIVE_STANDBY", "SINGLE")]
    public async Task A_document_of_another_topology_than_its_vips_port_is_refused_before_anything_is_applied(string plugged, string document)
    {
        await using PluggedAmphora amphora = await PluggedAmphora.CreateAsync(members: 1, new AgentConfiguration { Topology = plugged }, Cancel);

        HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(() => amphora.Api.PushAsync(Document(amphora, document), Cancel));

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains($"is {document}, but its VIP 10.77.0.10 is plugged as {plugged}", refused.Message, StringComparison.Ordinal);
        Assert.Empty((await amphora.Api.SendAsync(HttpMethod.Get, "/2.0/load-balancers", null, Cancel))["load_balancers"]!.AsArray());
        Assert.DoesNotContain(
            Directory.EnumerateFiles(amphora.Agent.BasePath, "*", SearchOption.AllDirectories),
            path => path.EndsWith("haproxy.cfg", StringComparison.Ordinal) || path.EndsWith("octavia-keepalived.conf", StringComparison.Ordinal));

        // The port as it should have been.
        await PlugAsync(amphora, document);
        await amphora.Api.PushAsync(Document(amphora, document), Cancel);
    }

    [Fact]
    public async Task A_port_of_another_topology_than_the_load_balancer_in_force_is_refused_and_the_vip_serves()
    {
        await using PluggedAmphora amphora = await PluggedAmphora.CreateAsync(members: 1, new AgentConfiguration(), Cancel);
        await amphora.Api.PushAsync(Document(amphora, "SINGLE"), Cancel);

        HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(() => PlugAsync(amphora, "ACTIVE_STANDBY"));
        using Traffic traffic = new(amphora.Topology.Client, amphora.Topology.Vip, authority: null);
        IReadOnlyList<Answer> answers = await traffic.SendAsync(new Uri("http://www.example/"), 1, Cancel);

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("VIP 10.77.0.10 would be plugged as ACTIVE_STANDBY", refused.Message, StringComparison.Ordinal);
        Assert.Equal("member-1", answers[0].Member);
    }

    private static TestDocument Document(PluggedAmphora amphora, string topology)
    {
        TestDocument document = amphora.NewDocument();
        document.AddListener("HTTP", 80, amphora.AddPool(document, "HTTP"));
        if (topology == "ACTIVE_STANDBY")
        {
            document.MakeActiveStandby(amphora.Topology, amphora.Agent.Configuration.AmphoraId);
            // A peer that is never there.
            JsonObject peer = document.Json["amphorae"]![0]!.DeepClone().AsObject();
            (peer["id"], peer["role"], peer["vrrp_ip"], peer["lb_network_ip"], peer["vrrp_priority"]) = ($"{Guid.NewGuid()}", "BACKUP", "10.77.0.12", "172.31.1.10", 90);
            document.Json["amphorae"]!.AsArray().Add(peer);
        }

        return document;
    }

    private static Task<JsonNode> PlugAsync(PluggedAmphora amphora, string topology)
    {
        JsonObject port = new()
        {
            ["type"] = "vip",
            ["topology"] = topology,
            ["vrrp_ip"] = $"{amphora.Topology.VrrpIp}",
            ["vips"] = new JsonArray(new JsonObject { ["ip_address"] = $"{amphora.Topology.Vip}", ["subnet_cidr"] = amphora.Topology.VipSubnet }),
        };
        return amphora.Api.SendAsync(HttpMethod.Put, $"/2.0/ports/{amphora.Topology.VipPortMac}", MtlsClient.Json(port.ToJsonString()), Cancel);
    }
}
