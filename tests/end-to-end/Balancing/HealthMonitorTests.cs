// A health monitor takes a dead member out and puts it back, and the status says so.
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Xunit;

namespace Amphora.EndToEnd.Tests.Balancing;

public sealed class HealthMonitorTests
{
    private static readonly Uri Url = new("http://www.example.com/");
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_member_that_dies_gets_no_request_until_it_is_back_and_no_client_notices()
    {
        await using PluggedAmphora amphora = await PluggedAmphora.CreateAsync(members: 2, new AgentConfiguration(), Cancel);
        TestDocument document = PushedDocument(amphora);
        await amphora.Api.PushAsync(document, Cancel);
        using Traffic traffic = new(amphora.Topology.Client, amphora.Topology.Vip, null);

        IReadOnlyList<Answer> meanwhile = await traffic.DuringAsync(Url, async () =>
        {
            amphora.Members[1].Stop();
            await UntilAsync(amphora, document, "ERROR");
        }, Cancel);
        IReadOnlyList<Answer> without = await traffic.SendAsync(Url, 10, Cancel);
        amphora.Members[1].Start();
        await UntilAsync(amphora, document, "ONLINE");
        IReadOnlyList<Answer> back = await traffic.SendAsync(Url, 10, Cancel);

        Assert.DoesNotContain(meanwhile, answer => answer.Failure is not null);
        Assert.Equal(new Dictionary<string, int> { ["member-1"] = 10 }, Traffic.Count(without));
        Assert.Equal(new Dictionary<string, int> { ["member-1"] = 5, ["member-2"] = 5 }, Traffic.Count(back));
    }

    [Fact]
    public async Task A_member_that_answers_its_monitor_wrongly_is_taken_out()
    {
        await using PluggedAmphora amphora = await PluggedAmphora.CreateAsync(members: 2, new AgentConfiguration(), Cancel);
        TestDocument document = PushedDocument(amphora);
        await amphora.Api.PushAsync(document, Cancel);
        using Traffic traffic = new(amphora.Topology.Client, amphora.Topology.Vip, null);

        amphora.Members[1].HealthStatus = 503;
        await UntilAsync(amphora, document, "ERROR");
        IReadOnlyList<Answer> answers = await traffic.SendAsync(Url, 10, Cancel);

        Assert.Equal(new Dictionary<string, int> { ["member-1"] = 10 }, Traffic.Count(answers));
    }

    private static TestDocument PushedDocument(PluggedAmphora amphora)
    {
        TestDocument document = amphora.NewDocument();
        JsonObject pool = amphora.AddPool(document, "HTTP");
        TestDocument.AddHttpMonitor(pool, "/health");
        document.AddListener("HTTP", 80, pool);
        return document;
    }

    private static Task<TimeSpan> UntilAsync(PluggedAmphora amphora, TestDocument document, string wanted) =>
        Until.TrueAsync($"the second member is {wanted}", Limit, async () =>
        {
            JsonNode status = await amphora.Api.StatusAsync(document.Id, Cancel);
            return (string)status["listeners"]![0]!["pools"]![0]!["members"]![1]!["operating_status"]! == wanted;
        }, Cancel);
}
