// What a change would do, asked before: nothing happens, and then exactly that does.
using System.Net;
using System.Text.Json.Nodes;
using Amphora.Fixtures.Agents;
using Xunit;

namespace Amphora.EndToEnd.Tests.Hitless;

public sealed class DryRunTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("leave", "runtime", "change")]
    [InlineData("weight", "runtime", "change")]
    [InlineData("algorithm", "reload", "reload")]
    [InlineData("limit", "reload", "reload")]
    public async Task A_plan_is_what_then_happens(string change, string verdict, string action)
    {
        await using var balancer = await HitlessBalancer.StartAsync(Cancel);
        using var api = balancer.Agent.CreateClient();
        var workers = await balancer.WorkersAsync(Cancel);
        var before = await api.GetStringAsync(Uri(balancer, ""), Cancel);
        Change(balancer, change);
        balancer.Document.Generation++;

        var plan = await PlanAsync(balancer, api, HttpStatusCode.OK);
        var after = await api.GetStringAsync(Uri(balancer, ""), Cancel);
        var workersAfter = await balancer.WorkersAsync(Cancel);
        balancer.Document.Generation--;
        var applied = await balancer.ApplyAsync(Cancel);

        Assert.Equal(verdict, (string?)plan["verdict"]);
        Assert.Equal(before, after);
        Assert.Equal(workers, workersAfter);
        Assert.Equal(plan["changes"]!.ToJsonString(), applied["changes"]!.ToJsonString());
        Assert.Contains(applied["actions"]!.AsArray(), taken => (string?)taken!["action"] == action);
        Assert.Equal(verdict == "runtime", plan["commands"]!.AsArray().Count > 0);
        Assert.Equal(verdict == "reload", plan["reasons"]!.AsArray().Count > 0);
        var difference = Assert.Single(plan["files"]!.AsArray())!;
        Assert.Equal("haproxy.cfg", (string?)difference["file"]);
        Assert.StartsWith("--- a/haproxy.cfg\n+++ b/haproxy.cfg\n@@ ", ((string)difference["difference"]!).ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_in_force_has_nothing_to_do_and_a_refused_text_is_refused()
    {
        await using var balancer = await HitlessBalancer.StartAsync(Cancel);
        using var api = balancer.Agent.CreateClient();

        var nothing = await PlanAsync(balancer, api, HttpStatusCode.OK);
        balancer.Pool["lb_algorithm"] = "RANDOM";
        var refused = await PlanAsync(balancer, api, HttpStatusCode.BadRequest);

        Assert.Equal(("nothing", 0, 0), ((string?)nothing["verdict"], nothing["changes"]!.AsArray().Count, nothing["files"]!.AsArray().Count));
        Assert.Contains("lb_algorithm", refused.ToJsonString(), StringComparison.Ordinal);
    }

    private static void Change(HitlessBalancer balancer, string change)
    {
        switch (change)
        {
            case "leave":
                balancer.Pool["members"]!.AsArray().RemoveAt(0);
                break;
            case "weight":
                balancer.Pool["members"]![0]!["weight"] = 9;
                break;
            case "algorithm":
                balancer.Pool["lb_algorithm"] = "LEAST_CONNECTIONS";
                break;
            default:
                balancer.Document.LoadBalancer["listeners"]![0]!["connection_limit"] = 123;
                break;
        }
    }

    private static async Task<JsonNode> PlanAsync(HitlessBalancer balancer, HttpClient api, HttpStatusCode status)
    {
        using var answer = await api.PutAsync(Uri(balancer, "?dry_run=true"), MtlsClient.Json(balancer.Document.ToString()), Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == status, text);
        return JsonNode.Parse(text)!;
    }

    private static Uri Uri(HitlessBalancer balancer, string query) => new($"/2.0/load-balancers/{balancer.Document.Id}{query}", UriKind.Relative);
}
