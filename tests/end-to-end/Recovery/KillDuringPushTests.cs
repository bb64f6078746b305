// kill -9 at any moment of a PUT: afterwards the earlier or the new generation is in force, whole, and the next PUT goes through.
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Amphora.Fixtures.Members;
using Xunit;

namespace Amphora.EndToEnd.Tests.Recovery;

public sealed class KillDuringPushTests
{
    private const int Moments = 12;
    private static readonly Uri Url = new("http://www.example.com/");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whenever_it_dies_one_generation_is_in_force_and_serves()
    {
        await using PluggedAmphora amphora = await PluggedAmphora.CreateAsync(members: 2, new AgentConfiguration(), Cancel);
        using Traffic traffic = new(amphora.Topology.Client, amphora.Topology.Vip, null);
        TestDocument document = amphora.NewDocument();
        document.AddListener("HTTP", 80, amphora.AddPool(document, "HTTP"));
        await amphora.Api.PushAsync(document, Cancel);
        TimeSpan whole = TimeSpan.FromMilliseconds((double)(await NextAsync(amphora, document))["duration_ms"]!);

        HashSet<bool> outcomes = [];
        // Later moments follow until one comes after the end of the PUT, however slow the machine has become meanwhile.
        for (int moment = 0; moment < Moments || (outcomes.Count < 2 && moment < 8 * Moments); moment++)
        {
            long earlier = document.Generation;
            await KillAfterAsync(amphora, document, whole * (1.2 * moment / (Moments - 1)));
            long inForce = (long)(await amphora.Api.ReadAsync(document.Id, Cancel))["generation"]!;

            Assert.InRange(inForce, earlier, document.Generation);
            outcomes.Add(inForce == earlier);
            // Each generation sends everything to one member, the odd ones to the first.
            Assert.Equal(new Dictionary<string, int> { [Member(inForce)] = 5 }, Traffic.Count(await SettledAsync(traffic)));
            await NextAsync(amphora, document);
            Assert.Equal(new Dictionary<string, int> { [Member(document.Generation)] = 5 }, Traffic.Count(await SettledAsync(traffic)));
        }

        // Otherwise the moments did not cover the PUT.
        Assert.Equal(2, outcomes.Count);
    }

    private static string Member(long generation) => generation % 2 == 1 ? "member-1" : "member-2";

    private static void Change(TestDocument document)
    {
        document.Generation++;
        JsonArray members = document.LoadBalancer["pools"]![0]!["members"]!.AsArray();
        members[0]!["weight"] = document.Generation % 2 == 1 ? 1 : 0;
        members[1]!["weight"] = document.Generation % 2 == 1 ? 0 : 1;
    }

    private static Task<JsonNode> NextAsync(PluggedAmphora amphora, TestDocument document)
    {
        Change(document);
        return amphora.Api.PushAsync(document, Cancel);
    }

    private static async Task KillAfterAsync(PluggedAmphora amphora, TestDocument document, TimeSpan delay)
    {
        Change(document);
        Task<JsonNode> push = amphora.Api.PushAsync(document, Cancel);
        await Task.Delay(delay, Cancel);
        await amphora.Agent.KillAsync(Cancel);
        try
        {
            await push;
        }
        catch (HttpRequestException exception) when (exception.StatusCode is null)
        {
            // It died before it could answer.
        }

        await amphora.Agent.StartAgainAsync(Cancel);
    }

    /// <summary>Requests once the workers of earlier generations have stopped listening.</summary>
    private static async Task<IReadOnlyList<Answer>> SettledAsync(Traffic traffic)
    {
        IReadOnlyList<Answer> answers = [];
        await Until.TrueAsync("one member answers everything", TimeSpan.FromSeconds(10), async () =>
        {
            answers = await traffic.SendAsync(Url, 5, Cancel);
            return Traffic.Count(answers).Count == 1;
        }, Cancel);
        return answers;
    }
}
