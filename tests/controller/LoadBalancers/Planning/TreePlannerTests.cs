// What is there and what is wanted -> the plan as people see it.
using System.Text.Json.Nodes;
using Amphora.Controller.LoadBalancers.Planning;
using Xunit;

namespace Amphora.Controller.Tests.LoadBalancers.Planning;

public sealed class TreePlannerTests
{
    private const string Web = """
        {
          "listeners": [{"name":"front","protocol":"HTTP","protocol_port":80,"default_pool":"blue","l7policies":[
            {"name":"private","action":"REJECT","rules":[{"type":"PATH","compare_type":"STARTS_WITH","value":"/private"}]},
            {"name":"old","action":"REDIRECT_TO_POOL","redirect_pool":{"name":"green"}}]}],
          "pools": [
            {"name":"blue","protocol":"HTTP","lb_algorithm":"ROUND_ROBIN","healthmonitor":{"type":"HTTP","delay":5,"timeout":3,"max_retries":3},
             "members":[{"address":"10.0.0.1","protocol_port":80},{"address":"10.0.0.2","protocol_port":80,"weight":2}]},
            {"name":"green","protocol":"HTTP","lb_algorithm":"LEAST_CONNECTIONS"}]
        }
        """;

    [Fact]
    public void Everything_comes_when_nothing_is_there()
    {
        Assert.Equal(
            [
                "+ listener front HTTP:80", "+ l7policy private REJECT", "+ l7rule PATH STARTS_WITH /private", "+ l7policy old REDIRECT_TO_POOL",
                "+ pool blue HTTP ROUND_ROBIN", "+ member 10.0.0.1:80", "+ member 10.0.0.2:80", "+ healthmonitor HTTP", "+ pool green HTTP LEAST_CONNECTIONS",
            ],
            Lines([], Web));
    }

    [Fact]
    public void What_was_planned_and_is_there_is_kept()
    {
        var there = Plan([], Web).Tree;

        var again = Plan(there, Web);

        Assert.True(again.IsNothing);
        Assert.True(JsonNode.DeepEquals(there, again.Tree), $"{there}\n{again.Tree}");
    }

    [Fact]
    public void A_tree_as_it_is_shown_is_kept_too()
    {
        var there = Plan([], Web).Tree;

        Assert.True(Plan(there, there.ToJsonString()).IsNothing);
    }

    [Theory]
    [InlineData("\"weight\":2", "\"weight\":5", "~ member 10.0.0.2:80  weight: 2 -> 5")]
    [InlineData(",\"weight\":2", "", "~ member 10.0.0.2:80  weight: 2 -> 1")]
    [InlineData("ROUND_ROBIN", "SOURCE_IP", "~ pool blue HTTP SOURCE_IP  lb_algorithm: ROUND_ROBIN -> SOURCE_IP")]
    [InlineData("\"delay\":5", "\"delay\":7", "~ healthmonitor HTTP  delay: 5 -> 7")]
    [InlineData("\"name\":\"front\"", "\"name\":\"entry\"", "~ listener entry HTTP:80  name: front -> entry")]
    [InlineData("\"protocol_port\":80,\"default_pool\"", "\"protocol_port\":80,\"allowed_cidrs\":[\"10.0.0.0/8\"],\"default_pool\"", "~ listener front HTTP:80  allowed_cidrs: none -> 10.0.0.0/8")]
    [InlineData("{\"address\":\"10.0.0.1\",\"protocol_port\":80},", "", "- member 10.0.0.1:80")]
    [InlineData("\"10.0.0.2\"", "\"10.0.0.3\"", "+ member 10.0.0.3:80|- member 10.0.0.2:80")]
    [InlineData("\"/private\"", "\"/secret\"", "+ l7rule PATH STARTS_WITH /secret|- l7rule PATH STARTS_WITH /private")]
    [InlineData("\"healthmonitor\":{\"type\":\"HTTP\",\"delay\":5,\"timeout\":3,\"max_retries\":3},", "", "- healthmonitor HTTP")]
    [InlineData("\"action\":\"REJECT\"", "\"action\":\"REDIRECT_TO_URL\",\"redirect_url\":\"http://a/\"", "~ l7policy private REDIRECT_TO_URL  action: REJECT -> REDIRECT_TO_URL, redirect_url: none -> http://a/, redirect_http_code: none -> 302")]
    [InlineData("\"protocol_port\":80,\"default_pool\"", "\"protocol_port\":8080,\"default_pool\"", "+ listener front HTTP:8080|+ l7policy private REJECT|+ l7rule PATH STARTS_WITH /private|+ l7policy old REDIRECT_TO_POOL|- listener front HTTP:80|- l7policy private REJECT|- l7rule PATH STARTS_WITH /private|- l7policy old REDIRECT_TO_POOL")]
    public void Only_what_differs_is_done(string part, string other, string expected)
    {
        var there = Plan([], Web).Tree;
        Assert.Contains(part, Web, StringComparison.Ordinal);

        var plan = Plan(there, Web.Replace(part, other, StringComparison.Ordinal));

        Assert.Equal(expected.Split('|'), plan.Steps.Where(step => step.Verb != PlanVerb.Keep).Select(step => step.ToString()));
        Assert.True(Plan(plan.Tree, Web.Replace(part, other, StringComparison.Ordinal)).IsNothing);
    }

    [Fact]
    public void Policies_in_another_order_get_other_positions()
    {
        var there = Plan([], Web).Tree;
        var wanted = JsonNode.Parse(Web)!.AsObject();
        var policies = wanted["listeners"]![0]!["l7policies"]!.AsArray();
        var first = policies[0]!;
        policies.RemoveAt(0);
        policies.Add(first);

        var plan = Plan(there, wanted.ToJsonString());

        Assert.Equal(
            ["~ l7policy old REDIRECT_TO_POOL  position: 2 -> 1", "~ l7policy private REJECT  position: 1 -> 2"],
            plan.Steps.Where(step => step.Verb != PlanVerb.Keep).Select(step => step.ToString()));
    }

    [Fact]
    public void A_thousand_members_are_planned_at_once()
    {
        var pool = new JsonObject { ["name"] = "big", ["protocol"] = "TCP", ["lb_algorithm"] = "SOURCE_IP", ["members"] = new JsonArray([.. Enumerable.Range(0, 1000).Select(at => new JsonObject { ["address"] = $"10.1.{at / 250}.{at % 250 + 1}", ["protocol_port"] = 80 })]) };
        var document = new JsonObject { ["pools"] = new JsonArray(pool) }.ToJsonString();
        var there = Plan([], document).Tree;

        var plan = Plan(there, document.Replace("10.1.3.250", "10.1.4.1", StringComparison.Ordinal));

        Assert.Equal(["+ member 10.1.4.1:80", "- member 10.1.3.250:80"], plan.Steps.Where(step => step.Verb != PlanVerb.Keep).Select(step => step.ToString()));
    }

    [Fact]
    public void A_pool_may_stand_where_it_is_used()
    {
        var plan = Plan([], """{"listeners":[{"protocol":"TCP","protocol_port":25,"default_pool":{"name":"mail","protocol":"TCP","lb_algorithm":"SOURCE_IP","members":[{"address":"10.0.0.1","protocol_port":25}]}}]}""");

        Assert.Equal((string)plan.Tree["pools"]![0]!["id"]!, (string)plan.Tree["listeners"]![0]!["default_pool_id"]!);
        Assert.Equal("10.0.0.1", (string)plan.Tree["pools"]![0]!["members"]![0]!["address"]!);
    }

    [Theory]
    [InlineData("\"type\":\"HTTP\",", "\"type\":\"TCP\",", "type")]
    [InlineData("\"protocol\":\"HTTP\",\"protocol_port\":80,\"default_pool\"", "\"protocol\":\"TCP\",\"protocol_port\":80,\"default_pool\"", "delete it first, and apply again")]
    public void What_stays_as_it_was_made_cannot_be_wanted_otherwise(string part, string other, string message)
    {
        var there = Plan([], Web).Tree;

        var refusal = TreePlanner.Plan(there, WantedTree.Read(Json(Web.Replace(part, other, StringComparison.Ordinal))).Value).Refusal;

        Assert.Contains(message, refusal!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"pools":[{"protocol":"HTTP","lb_algorithm":"ROUND_ROBIN"}]}""", "/pools/0: a pool has to have a name, or an id")]
    [InlineData("""{"pools":[{"name":"a","protocol":"HTTP","lb_algorithm":"ROUND_ROBIN"},{"name":"a","protocol":"HTTP","lb_algorithm":"ROUND_ROBIN"}]}""", "/pools/1: there is another pool named a")]
    [InlineData("""{"listeners":[{"name":"front","protocol":"HTTP","protocol_port":80,"default_pool":"a"}]}""", "listener front: there is no pool named a")]
    [InlineData("""{"listeners":[{"protocol":"HTTP"}]}""", "/listeners/0: Invalid input for field/attribute protocol_port.")]
    [InlineData("""{"listeners":[{"protocol":"HTTP","protocol_port":80,"port":80}]}""", "/listeners/0: Unknown attribute for argument listener.listener: port")]
    [InlineData("""{"pools":[{"name":"a","protocol":"HTTP","lb_algorithm":"ROUND_ROBIN","members":[{"address":"10.0.0.1"}]}]}""", "/pools/0/members/0: Invalid input for field/attribute protocol_port.")]
    [InlineData("""{"listeners":[{"id":"7","protocol":"HTTP","protocol_port":80}]}""", "/listeners/0: id 7 is no UUID")]
    [InlineData("""{"listeners":{"protocol":"HTTP"}}""", "listeners has to be an array of objects")]
    [InlineData("""{"pools":[{"name":7,"protocol":"HTTP","lb_algorithm":"ROUND_ROBIN"}]}""", "/pools/0: Invalid input for field/attribute name. Value: '7'.")]
    [InlineData("""{"pools":[{"name":"a","protocol":"HTTP","lb_algorithm":"ROUND_ROBIN","healthmonitor":[]}]}""", "/pools/0/healthmonitor: an object is needed")]
    [InlineData("""{"listeners":[{"protocol":"HTTP","protocol_port":80,"default_pool":7}]}""", "/listeners/0/default_pool: a pool's name is needed")]
    [InlineData("""{"listeners":[{"protocol":"HTTP","protocol_port":80,"default_pool":{"protocol":"HTTP","lb_algorithm":"ROUND_ROBIN"}}]}""", "/listeners/0/default_pool: a pool has to have a name")]
    public void A_wrong_document_is_refused_with_the_place(string document, string message)
    {
        var refusal = WantedTree.Read(Json(document)).Refusal;

        Assert.NotNull(refusal);
        Assert.StartsWith(message, refusal.Message.TrimStart(':', ' '), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Lines(JsonObject now, string wanted) => Plan(now, wanted).Steps.Select(step => step.ToString());

    private static TreePlan Plan(JsonObject now, string wanted) => TreePlanner.Plan(now, WantedTree.Read(Json(wanted)).Value).Value;

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
