// A pushed load balancer carries a client's requests to its members, listener by listener.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Xunit;

namespace Amphora.EndToEnd.Tests.Balancing;

public sealed class ListenerTests
{
    private const int Requests = 20;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("HTTP", 80)]
    [InlineData("TCP", 8080)]
    public async Task Requests_through_the_vip_reach_every_member(string protocol, int port)
    {
        await using PluggedAmphora amphora = await PluggedAmphora.CreateAsync(members: 2, new AgentConfiguration(), Cancel);
        TestDocument document = amphora.NewDocument();
        document.AddListener(protocol, port, amphora.AddPool(document, protocol));
        using Traffic traffic = new(amphora.Topology.Client, amphora.Topology.Vip, null);

        await amphora.Api.PushAsync(document, Cancel);
        IReadOnlyList<Answer> answers = await traffic.SendAsync(new Uri($"http://www.example.com:{port}/"), Requests, Cancel);

        Assert.Equal(new Dictionary<string, int> { ["member-1"] = Requests / 2, ["member-2"] = Requests / 2 }, Traffic.Count(answers));
    }

    [Fact]
    public async Task A_terminated_listener_shows_its_certificate_and_reaches_every_member()
    {
        await using PluggedAmphora amphora = await PluggedAmphora.CreateAsync(members: 2, new AgentConfiguration(), Cancel);
        using Certificates tenant = new("a tenant's CA");
        TestDocument document = amphora.NewDocument();
        JsonObject listener = document.AddListener("TERMINATED_HTTPS", 443, amphora.AddPool(document, "HTTP"));
        listener["default_tls_container_ref"] = await amphora.Api.UploadAsync(document, tenant.ListenerPem("www.example.com"), Cancel);
        using Traffic traffic = new(amphora.Topology.Client, amphora.Topology.Vip, tenant.Authority);

        await amphora.Api.PushAsync(document, Cancel);
        IReadOnlyList<Answer> answers = await traffic.SendAsync(new Uri("https://www.example.com/"), Requests, Cancel);

        Assert.Equal(new Dictionary<string, int> { ["member-1"] = Requests / 2, ["member-2"] = Requests / 2 }, Traffic.Count(answers));
    }

    [Fact]
    public async Task Members_see_the_headers_the_listener_inserts()
    {
        await using PluggedAmphora amphora = await PluggedAmphora.CreateAsync(members: 1, new AgentConfiguration(), Cancel);
        TestDocument document = amphora.NewDocument();
        JsonObject listener = document.AddListener("HTTP", 80, amphora.AddPool(document, "HTTP"));
        listener["insert_headers"] = new JsonObject { ["X-Forwarded-For"] = "true", ["X-Forwarded-Port"] = "true" };
        using Traffic traffic = new(amphora.Topology.Client, amphora.Topology.Vip, null);

        await amphora.Api.PushAsync(document, Cancel);
        await traffic.SendAsync(new Uri("http://www.example.com/"), 1, Cancel);

        ReceivedRequest request = Assert.Single(amphora.Members[0].Requests);
        Assert.Equal(("10.77.0.20", "80"), (request.Headers["x-forwarded-for"], request.Headers["x-forwarded-port"]));
    }

    [Fact]
    public async Task A_member_with_weight_0_gets_no_request()
    {
        await using PluggedAmphora amphora = await PluggedAmphora.CreateAsync(members: 2, new AgentConfiguration(), Cancel);
        TestDocument document = amphora.NewDocument();
        JsonObject pool = amphora.AddPool(document, "HTTP");
        pool["members"]![0]!["weight"] = 0;
        document.AddListener("HTTP", 80, pool);
        using Traffic traffic = new(amphora.Topology.Client, amphora.Topology.Vip, null);

        await amphora.Api.PushAsync(document, Cancel);
        IReadOnlyList<Answer> answers = await traffic.SendAsync(new Uri("http://www.example.com/"), Requests, Cancel);

        Assert.Equal(new Dictionary<string, int> { ["member-2"] = Requests }, Traffic.Count(answers));
    }

    [Fact]
    public async Task A_listener_that_is_no_longer_wanted_refuses_and_the_others_go_on()
    {
        await using PluggedAmphora amphora = await PluggedAmphora.CreateAsync(members: 1, new AgentConfiguration(), Cancel);
        TestDocument document = amphora.NewDocument();
        JsonObject pool = amphora.AddPool(document, "HTTP");
        document.AddListener("HTTP", 80, pool);
        document.AddListener("HTTP", 81, pool);
        using Traffic traffic = new(amphora.Topology.Client, amphora.Topology.Vip, null);
        await amphora.Api.PushAsync(document, Cancel);

        document.LoadBalancer["listeners"]!.AsArray().RemoveAt(1);
        document.Generation++;
        await amphora.Api.PushAsync(document, Cancel);

        Assert.NotNull((await traffic.SendAsync(new Uri("http://www.example.com/"), 1, Cancel))[0].Member);
        Assert.Null((await traffic.SendAsync(new Uri("http://www.example.com:81/"), 1, Cancel))[0].Member);
    }

    [Fact]
    public async Task After_a_delete_nothing_listens_and_nothing_is_left_on_disk()
    {
        await using PluggedAmphora amphora = await PluggedAmphora.CreateAsync(members: 1, new AgentConfiguration(), Cancel);
        TestDocument document = amphora.NewDocument();
        document.AddListener("HTTP", 80, amphora.AddPool(document, "HTTP"));
        using Traffic traffic = new(amphora.Topology.Client, amphora.Topology.Vip, null);
        await amphora.Api.PushAsync(document, Cancel);

        await amphora.Api.DeleteAsync(document.Id, Cancel);

        Assert.Null((await traffic.SendAsync(new Uri("http://www.example.com/"), 1, Cancel))[0].Member);
        Assert.False(Directory.Exists(Path.Combine(amphora.Agent.BasePath, document.Id)));
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await Assert.ThrowsAsync<HttpRequestException>(() => amphora.Api.ReadAsync(document.Id, Cancel))).StatusCode);
    }
}
