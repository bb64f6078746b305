// The agent dies and comes back; traffic does not notice.
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Xunit;

namespace Amphora.EndToEnd.Tests.Recovery;

public sealed class AgentDeathTests
{
    private static readonly Uri Url = new("http://www.example.com/");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kill_9_and_a_new_start_cost_no_request_and_the_next_push_is_applied()
    {
        await using PluggedAmphora amphora = await PluggedAmphora.CreateAsync(members: 2, new AgentConfiguration(), Cancel);
        TestDocument document = await PushAsync(amphora);
        using Traffic traffic = new(amphora.Topology.Client, amphora.Topology.Vip, null);

        IReadOnlyList<Answer> meanwhile = await traffic.DuringAsync(Url, async () =>
        {
            await amphora.Agent.KillAsync(Cancel);
            await amphora.Agent.StartAgainAsync(Cancel);
        }, Cancel);
        document.LoadBalancer["pools"]![0]!["members"]![0]!["weight"] = 0;
        document.Generation++;
        JsonNode applied = await amphora.Api.PushAsync(document, Cancel);
        IReadOnlyList<Answer> after = await traffic.SendAsync(Url, 10, Cancel);

        Assert.DoesNotContain(meanwhile, answer => answer.Failure is not null);
        Assert.Equal((2, "applied"), ((int)applied["generation"]!, (string)applied["result"]!));
        Assert.Equal(new Dictionary<string, int> { ["member-2"] = 10 }, Traffic.Count(after));
    }

    [Fact]
    public async Task Traffic_flows_while_there_is_no_agent()
    {
        await using PluggedAmphora amphora = await PluggedAmphora.CreateAsync(members: 2, new AgentConfiguration(), Cancel);
        await PushAsync(amphora);
        using Traffic traffic = new(amphora.Topology.Client, amphora.Topology.Vip, null);

        await amphora.Agent.KillAsync(Cancel);
        IReadOnlyList<Answer> answers = await traffic.SendAsync(Url, 20, Cancel);

        Assert.Equal(new Dictionary<string, int> { ["member-1"] = 10, ["member-2"] = 10 }, Traffic.Count(answers));
    }

    [Fact]
    public async Task A_started_agent_takes_over_the_haproxy_that_runs()
    {
        await using PluggedAmphora amphora = await PluggedAmphora.CreateAsync(members: 1, new AgentConfiguration(), Cancel);
        TestDocument document = await PushAsync(amphora);
        string before = HaproxyPid(amphora, document);

        await amphora.Agent.KillAsync(Cancel);
        await amphora.Agent.StartAgainAsync(Cancel);
        JsonNode read = await amphora.Api.ReadAsync(document.Id, Cancel);
        JsonNode status = await amphora.Api.StatusAsync(document.Id, Cancel);

        Assert.Equal(1, (int)read["generation"]!);
        Assert.True((bool)status["haproxy_running"]!);
        Assert.Equal(before, HaproxyPid(amphora, document));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stopped_agent_stops_its_services_when_it_is_told_to(bool stopServices)
    {
        await using PluggedAmphora amphora = await PluggedAmphora.CreateAsync(
            members: 1, new AgentConfiguration { StopServicesOnExit = stopServices }, Cancel);
        await PushAsync(amphora);
        using Traffic traffic = new(amphora.Topology.Client, amphora.Topology.Vip, null);

        int exitCode = await amphora.Agent.StopAsync(Cancel);
        Answer answer = (await traffic.SendAsync(Url, 1, Cancel))[0];

        Assert.Equal(0, exitCode);
        Assert.Equal(stopServices, answer.Member is null);
    }

    [Fact]
    public async Task A_stopped_agent_serves_again_what_it_served_when_it_is_started()
    {
        await using PluggedAmphora amphora = await PluggedAmphora.CreateAsync(
            members: 1, new AgentConfiguration { StopServicesOnExit = true }, Cancel);
        await PushAsync(amphora);
        using Traffic traffic = new(amphora.Topology.Client, amphora.Topology.Vip, null);

        await amphora.Agent.StopAsync(Cancel);
        await amphora.Agent.StartAgainAsync(Cancel);

        await Until.TrueAsync(
            "the VIP serves again", TimeSpan.FromSeconds(10), async () => (await traffic.SendAsync(Url, 1, Cancel))[0].Member == "member-1", Cancel);
    }

    private static async Task<TestDocument> PushAsync(PluggedAmphora amphora)
    {
        TestDocument document = amphora.NewDocument();
        document.AddListener("HTTP", 80, amphora.AddPool(document, "HTTP"));
        await amphora.Api.PushAsync(document, Cancel);
        return document;
    }

    private static string HaproxyPid(PluggedAmphora amphora, TestDocument document) =>
        File.ReadAllText(Path.Combine(amphora.Agent.BasePath, document.Id, $"{document.Id}.pid")).Trim();
}
