// What one API manages the other shows and does not change: 409 both ways.
using System.Text.Json.Nodes;
using Amphora.Fixtures.Agents;
using Xunit;

namespace Amphora.EndToEnd.Tests.OctaviaApi;

public sealed class BoundaryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_load_balancer_of_api_2_is_shown_and_not_changed_over_api_1()
    {
        await using StockLoadBalancer amphora = await StockLoadBalancer.StartAsync(members: 1, new AgentConfiguration(), Cancellation);
        TestDocument document = Document(amphora);
        await amphora.Api.PushAsync(document, Cancellation);
        string file = $"/loadbalancer/{document.Id}/certificates/{new string('d', 40)}.pem";

        OctaviaReply[] refused =
        [
            await amphora.Client.PutAsync($"/loadbalancer/{amphora.Agent.Configuration.AmphoraId}/{document.Id}/haproxy", amphora.Config(members: 1), Cancellation),
            await amphora.Client.PutAsync($"/loadbalancer/{document.Id}/start", "", Cancellation),
            await amphora.Client.PutAsync($"/loadbalancer/{document.Id}/stop", "", Cancellation),
            await amphora.Client.PutAsync($"/loadbalancer/{document.Id}/reload", "", Cancellation),
            await amphora.Client.DeleteAsync($"/listeners/{document.Id}", Cancellation),
            await amphora.Client.PutAsync(file, "x", Cancellation),
            await amphora.Client.DeleteAsync(file, Cancellation),
        ];
        OctaviaReply config = await amphora.Client.GetAsync($"/loadbalancer/{document.Id}/haproxy", Cancellation);
        OctaviaReply listeners = await amphora.Client.GetAsync("/listeners", Cancellation);

        Assert.All(refused, reply => Assert.Equal(409, reply.Status));
        Assert.All(refused, reply => Assert.Contains($"load balancer {document.Id} is managed over API 2.0", reply.Details, StringComparison.Ordinal));
        Assert.Contains("stats socket", config.Expect(200).Text, StringComparison.Ordinal);
        Assert.Equal("HTTP", (string?)listeners.Json![0]!["type"]);
        Assert.Equal(new Dictionary<string, int> { ["member-1"] = 2 }, await amphora.AskAsync(2, Cancellation));
    }

    [Fact]
    public async Task A_load_balancer_of_api_1_is_listed_and_not_changed_over_api_2_until_it_is_deleted()
    {
        await using StockLoadBalancer amphora = await StockLoadBalancer.StartAsync(members: 1, new AgentConfiguration(), Cancellation);
        await amphora.UploadAsync(amphora.Config(members: 1), Cancellation);
        await amphora.ActAsync("start", Cancellation);
        TestDocument document = Document(amphora, amphora.Id);

        HttpRequestException put = await Assert.ThrowsAsync<HttpRequestException>(() => amphora.Api.PushAsync(document, Cancellation));
        HttpRequestException delete = await Assert.ThrowsAsync<HttpRequestException>(() => amphora.Api.DeleteAsync(amphora.Id, Cancellation));
        JsonNode list = await amphora.Api.SendAsync(HttpMethod.Get, "/2.0/load-balancers", null, Cancellation);
        (await amphora.Client.DeleteAsync($"/listeners/{amphora.Id}", Cancellation)).Expect(200);
        JsonNode applied = await amphora.Api.PushAsync(document, Cancellation);

        Assert.Equal(System.Net.HttpStatusCode.Conflict, put.StatusCode);
        Assert.Contains("managed over API 1.0", put.Message, StringComparison.Ordinal);
        Assert.Equal(System.Net.HttpStatusCode.Conflict, delete.StatusCode);
        Assert.Equal("1.0", (string?)list["load_balancers"]![0]!["managed_by"]);
        Assert.Equal("applied", (string?)applied["result"]);
        Assert.Equal(new Dictionary<string, int> { ["member-1"] = 2 }, await amphora.AskAsync(2, Cancellation));
    }

    private static TestDocument Document(StockLoadBalancer amphora, string? id = null)
    {
        TestDocument document = new(amphora.Agent.Configuration.AmphoraId, amphora.Topology.Vip, id);
        JsonObject pool = amphora.Amphora.AddPool(document, "HTTP");
        document.AddListener("HTTP", 80, pool);
        return document;
    }
}
