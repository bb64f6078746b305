// Generations over the real API: what is unchanged, in conflict, refused, taken away.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures;
using Amphora.Fixtures.Agents;
using Xunit;

namespace Amphora.EndToEnd.Tests.Applying;

public sealed class GenerationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_document_again_touches_nothing()
    {
        await using var amphora = await PushedLoadBalancer.StartAsync(members: 1, Cancellation);
        await amphora.ApplyAsync(Cancellation);
        var written = File.GetLastWriteTimeUtc(amphora.HaproxyConfigFile);

        var again = await amphora.ApplyAsync(Cancellation);

        Assert.Equal("unchanged", (string?)again["result"]);
        Assert.Null(again["actions"]?.AsArray().FirstOrDefault());
        Assert.Equal(written, File.GetLastWriteTimeUtc(amphora.HaproxyConfigFile));
    }

    [Fact]
    public async Task An_older_generation_or_the_same_with_other_content_is_a_conflict()
    {
        await using var amphora = await PushedLoadBalancer.StartAsync(members: 1, Cancellation);
        amphora.Document.Generation = 5;
        await amphora.ApplyAsync(Cancellation);

        amphora.Listener["connection_limit"] = 10;
        using var sameGeneration = await amphora.PushAsync(Cancellation);
        amphora.Document.Generation = 4;
        using var older = await amphora.PushAsync(Cancellation);

        Assert.Equal(HttpStatusCode.Conflict, sameGeneration.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, older.StatusCode);
        Assert.DoesNotContain("maxconn 10\n", await File.ReadAllTextAsync(amphora.HaproxyConfigFile, Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task If_match_holds_only_for_the_generation_in_force()
    {
        await using var amphora = await PushedLoadBalancer.StartAsync(members: 1, Cancellation);
        await amphora.ApplyAsync(Cancellation);
        amphora.Document.Generation = 2;

        var stale = await PutAsync(amphora, "\"7\"");
        var current = await PutAsync(amphora, "\"1\"");

        Assert.Equal(HttpStatusCode.PreconditionFailed, stale);
        Assert.Equal(HttpStatusCode.OK, current);
    }

    [Fact]
    public async Task A_configuration_haproxy_refuses_leaves_the_earlier_one_serving_and_says_haproxys_words()
    {
        await using var amphora = await PushedLoadBalancer.StartAsync(members: 1, Cancellation);
        await amphora.ApplyAsync(Cancellation);
        var before = await File.ReadAllTextAsync(amphora.HaproxyConfigFile, Cancellation);

        amphora.Document.Generation = 2;
        amphora.Listener["l7policies"] = new JsonArray(BrokenRegularExpression());
        using var refused = await amphora.PushAsync(Cancellation);
        var problem = JsonNode.Parse(await refused.Content.ReadAsStringAsync(Cancellation))!;

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.Contains("regex", (string?)problem["failure"]!["output"], StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(amphora.HaproxyConfigFile, Cancellation));
        Assert.Equal("member-1", await amphora.AskAsync(Cancellation));
        Assert.Equal(1, (long?)JsonNode.Parse(await amphora.Api.GetStringAsync(amphora.LoadBalancerUri, Cancellation))!["generation"]);
    }

    [Fact]
    public async Task A_removed_member_gets_no_request_after_the_answer()
    {
        await using var amphora = await PushedLoadBalancer.StartAsync(members: 2, Cancellation);
        await amphora.ApplyAsync(Cancellation);

        amphora.Document.Generation = 2;
        amphora.Pool["members"]!.AsArray().RemoveAt(0);
        await amphora.ApplyAsync(Cancellation);
        var seen = amphora.Members[0].Requests.Count;
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("member-2", await amphora.AskAsync(Cancellation));
        }

        Assert.Equal(seen, amphora.Members[0].Requests.Count);
    }

    [Fact]
    public async Task The_status_tree_shows_a_member_that_died()
    {
        await using var amphora = await PushedLoadBalancer.StartAsync(members: 2, Cancellation);
        TestDocument.AddHttpMonitor(amphora.Pool, "/health");
        await amphora.ApplyAsync(Cancellation);

        await amphora.Members[0].DisposeAsync();

        await Until.TrueAsync("member 1 is ERROR", TimeSpan.FromSeconds(15), async () =>
        {
            var status = JsonNode.Parse(await amphora.Api.GetStringAsync(new Uri(amphora.LoadBalancerUri + "/status", UriKind.Relative), Cancellation))!;
            var members = status["listeners"]![0]!["pools"]![0]!["members"]!.AsArray();
            return (string?)members[0]!["operating_status"] == "ERROR" && (string?)members[1]!["operating_status"] == "ONLINE";
        }, Cancellation);
    }

    private static async Task<HttpStatusCode> PutAsync(PushedLoadBalancer amphora, string ifMatch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, amphora.LoadBalancerUri) { Content = MtlsClient.Json(amphora.Document.ToString()) };
        request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var answer = await amphora.Api.SendAsync(request, Cancellation);
        return answer.StatusCode;
    }

    // Valid by the contract; only HAProxy's own check can find it (config-rendering I3).
    private static JsonObject BrokenRegularExpression() => new()
    {
        ["id"] = Guid.NewGuid().ToString(),
        ["action"] = "REJECT",
        ["position"] = 1,
        ["rules"] = new JsonArray(new JsonObject
        {
            ["id"] = Guid.NewGuid().ToString(),
            ["type"] = "PATH",
            ["compare_type"] = "REGEX",
            ["value"] = "(unclosed",
        }),
    };
}
