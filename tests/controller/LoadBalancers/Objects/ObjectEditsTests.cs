// What requests for single objects do to a tree, and which are refused (load-balancer-api.md §§4, 8–12).
using System.Text.Json.Nodes;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers;
using Amphora.Controller.LoadBalancers.Objects;
using Amphora.Controller.Store;
using Xunit;

namespace Amphora.Controller.Tests.LoadBalancers.Objects;

public sealed class ObjectEditsTests
{
    private const string Listener = "8c84a306-1a87-45b3-8d57-1c9d90c785f2";
    private const string Tcp = "8c84a306-1a87-45b3-8d57-1c9d90c785f3";
    private const string Blue = "5b77b111-746b-42d7-ab56-343a8a77a140";
    private const string Green = "5b77b111-746b-42d7-ab56-343a8a77a141";
    private const string Member = "143f25f3-ab11-4225-b1a5-dbf88521318f";
    private const string Monitor = "2c6f0aee-5c4f-4d4e-8a52-8f1a7c9e1f12";
    private const string First = "0a4f0aee-5c4f-4d4e-8a52-8f1a7c9e1f10";
    private const string Second = "0a4f0aee-5c4f-4d4e-8a52-8f1a7c9e1f11";
    private const string Rule = "1b5f0aee-5c4f-4d4e-8a52-8f1a7c9e1f11";
    private const string None = "00000000-0000-4000-8000-000000000001";

    [Theory]
    [InlineData("Listener", null, """{"protocol":"HTTP"}""", "Invalid", "Invalid input for field/attribute protocol_port. Value: 'None'. Mandatory field missing.")]
    [InlineData("Listener", null, """{"protocol":"HTTP","protocol_port":0}""", "Invalid", "protocol_port. Value: '0'. What is needed is a whole number from 1 to 65535.")]
    [InlineData("Listener", null, """{"protocol":"SMTP","protocol_port":25}""", "Invalid", "protocol. Value: 'SMTP'.")]
    [InlineData("Listener", null, """{"protocol":"HTTP","protocol_port":81,"bogus":1}""", "Invalid", "Unknown attribute for argument listener.listener: bogus")]
    [InlineData("Listener", null, """{"protocol":"TCP","protocol_port":80}""", "Conflict", "protocol_port 80")]
    [InlineData("Listener", null, """{"protocol":"HTTP","protocol_port":81,"allowed_cidrs":["10.0.0.0"]}""", "Invalid", "allowed_cidrs. Value: '10.0.0.0'.")]
    [InlineData("Listener", null, """{"protocol":"HTTP","protocol_port":81,"insert_headers":{"X-Evil":"true"}}""", "Invalid", "insert_headers. Value: 'X-Evil=true'.")]
    [InlineData("Listener", null, """{"protocol":"HTTP","protocol_port":81,"connection_limit":-2}""", "Invalid", "connection_limit. Value: '-2'.")]
    [InlineData("Pool", Listener, """{"protocol":"HTTP","lb_algorithm":"ROUND_ROBIN"}""", "Conflict", "already has a default pool")]
    [InlineData("Pool", None, """{"protocol":"HTTP","lb_algorithm":"ROUND_ROBIN"}""", "NotFound", "Listener 00000000-0000-4000-8000-000000000001 not found.")]
    [InlineData("Pool", null, """{"protocol":"HTTP","lb_algorithm":"SOURCE_IP_PORT"}""", "Unsupported", "lb_algorithm SOURCE_IP_PORT")]
    [InlineData("Pool", null, """{"protocol":"HTTP","lb_algorithm":"ROUND_ROBIN","session_persistence":{"type":"COOKIE"}}""", "Invalid", "session_persistence. Value: 'type=COOKIE'.")]
    [InlineData("Member", Blue, """{"address":"10.0.0.11","protocol_port":80}""", "Conflict", "10.0.0.11")]
    [InlineData("Member", Blue, """{"address":"169.254.169.254","protocol_port":80}""", "Invalid", "The address is reserved.")]
    [InlineData("Member", Blue, """{"address":"10.0.0.9","protocol_port":80,"weight":257}""", "Invalid", "weight. Value: '257'.")]
    [InlineData("Member", None, """{"address":"10.0.0.9","protocol_port":80}""", "NotFound", "Pool 00000000-0000-4000-8000-000000000001 not found.")]
    [InlineData("HealthMonitor", Blue, """{"type":"TCP","delay":5,"timeout":3,"max_retries":3}""", "Conflict", "already has a health monitor")]
    [InlineData("HealthMonitor", Green, """{"type":"UDP-CONNECT","delay":2,"timeout":3,"max_retries":3}""", "Invalid", "delay. Value: '2'.")]
    [InlineData("HealthMonitor", Green, """{"type":"TCP","timeout":3,"max_retries":3}""", "Invalid", "delay. Value: 'None'. Mandatory field missing.")]
    [InlineData("L7Policy", Tcp, """{"action":"REJECT"}""", "Unsupported", "does not support")]
    [InlineData("L7Policy", Listener, """{"action":"REDIRECT_TO_URL"}""", "Invalid", "redirect_url. Value: 'None'.")]
    [InlineData("L7Policy", Listener, """{"action":"REDIRECT_TO_URL","redirect_url":"ftp://a"}""", "Invalid", "redirect_url. Value: 'ftp://a'.")]
    [InlineData("L7Policy", Listener, """{"action":"REJECT","position":0}""", "Invalid", "position. Value: '0'.")]
    [InlineData("L7Rule", First, """{"type":"PATH","compare_type":"REGEX","value":"(["}""", "Invalid", "Error parsing L7Rule")]
    [InlineData("L7Rule", First, """{"type":"PATH","compare_type":"LIKE","value":"/a"}""", "Invalid", "compare_type. Value: 'LIKE'.")]
    public void What_cannot_be_created_is_refused(string kind, string? parent, string fields, string refusal, string message)
    {
        var wanted = New(kind, parent, fields);

        var no = ObjectEdits.Create(wanted)(Tree());

        Assert.NotNull(no);
        Assert.Equal(refusal, no.Kind.ToString());
        Assert.Contains(message, no.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Listener", Listener, """{"protocol_port":81}""", "It stays as the listener was created with it.")]
    [InlineData("Listener", None, """{"name":"a"}""", "Listener 00000000-0000-4000-8000-000000000001 not found.")]
    [InlineData("Listener", Listener, """{"timeout_client_data":-1}""", "timeout_client_data. Value: '-1'.")]
    [InlineData("Member", Member, """{"address":"10.0.0.99"}""", "It stays as the member was created with it.")]
    [InlineData("Pool", Blue, """{"lb_algorithm":null}""", "It cannot be taken away.")]
    [InlineData("HealthMonitor", Monitor, """{"delay":null}""", "It cannot be taken away.")]
    [InlineData("HealthMonitor", Monitor, """{"type":"TCP"}""", "It stays as the healthmonitor was created with it.")]
    [InlineData("L7Policy", First, """{"redirect_url":"http://a","redirect_prefix":"http://b"}""", "cannot both be given")]
    [InlineData("L7Policy", First, """{"action":"REDIRECT_PREFIX"}""", "redirect_prefix. Value: 'None'.")]
    [InlineData("L7Rule", Rule, """{"compare_type":"REGEX","value":"a**"}""", "Error parsing L7Rule")]
    public void What_cannot_be_changed_is_refused(string kind, string id, string fields, string message)
    {
        var no = ObjectEdits.Update(Enum.Parse<ObjectKind>(kind), Guid.Parse(id), Json(fields))(Tree());

        Assert.NotNull(no);
        Assert.Contains(message, no.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_are_read_as_what_they_mean()
    {
        var tree = Tree();

        Assert.Null(ObjectEdits.Create(New("Listener", null, """{"protocol":"HTTP","protocol_port":"8080","admin_state_up":"no","allowed_cidrs":["10.1.2.3/8"],"insert_headers":{"X-Forwarded-For":true}}"""))(tree));

        var listener = tree["listeners"]![2]!;
        Assert.Equal("""{"protocol":"HTTP","protocol_port":8080,"admin_state_up":false,"allowed_cidrs":["10.0.0.0/8"],"insert_headers":{"X-Forwarded-For":"true"}}""", Without(listener, "id").ToJsonString());
    }

    [Fact]
    public void A_pool_of_a_listener_becomes_its_default_and_is_no_more_when_it_goes()
    {
        var tree = Tree();
        var wanted = New("Pool", Tcp, """{"protocol":"TCP","lb_algorithm":"SOURCE_IP"}""");

        Assert.Null(ObjectEdits.Create(wanted)(tree));
        var inUse = (Guid?)tree["listeners"]![1]!["default_pool_id"];
        Assert.Null(ObjectEdits.Delete(ObjectKind.Pool, wanted.Id)(tree));

        Assert.Equal(wanted.Id, inUse);
        Assert.Null(tree["listeners"]![1]!["default_pool_id"]);
        Assert.Equal(2, tree["pools"]!.AsArray().Count);
    }

    [Fact]
    public void A_pool_that_a_policy_sends_requests_to_cannot_go()
    {
        var no = ObjectEdits.Delete(ObjectKind.Pool, Guid.Parse(Green))(Tree());

        Assert.Equal(RefusalKind.Conflict, no!.Kind);
    }

    [Theory]
    [InlineData(1, "NFS")]
    [InlineData(2, "FNS")]
    [InlineData(3, "FSN")]
    [InlineData(99, "FSN")]
    [InlineData(null, "FSN")]
    public void Policies_are_numbered_again_around_a_new_one(int? position, string order)
    {
        var tree = Tree();
        var fields = new JsonObject { ["action"] = "REJECT", ["name"] = "N" };
        if (position is { } at)
        {
            fields["position"] = at;
        }

        Assert.Null(ObjectEdits.Create(new NewObject(ObjectKind.L7Policy, Guid.NewGuid(), fields) { ParentId = Guid.Parse(Listener) })(tree));

        var policies = tree["listeners"]![0]!["l7policies"]!.AsArray();
        Assert.Equal((order, "123"), (string.Concat(policies.Select(policy => (string)policy!["name"]!)), string.Concat(policies.Select(policy => policy!["position"]!.ToJsonString()))));
    }

    [Fact]
    public void A_target_decides_the_action_and_takes_the_other_targets_away()
    {
        var tree = Tree();

        Assert.Null(ObjectEdits.Update(ObjectKind.L7Policy, Guid.Parse(Second), Json("""{"redirect_url":"https://a.example/"}"""))(tree));

        var policy = tree["listeners"]![0]!["l7policies"]![1]!;
        Assert.Equal(("REDIRECT_TO_URL", null, "https://a.example/"), ((string)policy["action"]!, policy["redirect_pool_id"], (string)policy["redirect_url"]!));
    }

    [Fact]
    public void A_session_persistence_without_a_type_keeps_the_one_it_has()
    {
        var tree = Tree();

        Assert.Null(ObjectEdits.Update(ObjectKind.Pool, Guid.Parse(Blue), Json("""{"session_persistence":{"cookie_name":"other"}}"""))(tree));
        var changed = tree["pools"]![0]!["session_persistence"]!.ToJsonString();
        Assert.Null(ObjectEdits.Update(ObjectKind.Pool, Guid.Parse(Blue), Json("""{"session_persistence":{}}"""))(tree));

        Assert.Equal("""{"cookie_name":"other","type":"APP_COOKIE"}""", changed);
        Assert.Null(tree["pools"]![0]!["session_persistence"]);
    }

    [Fact]
    public void A_batch_brings_changes_and_takes_members_and_what_is_not_said_is_the_default()
    {
        var tree = Tree();

        Assert.Null(ObjectEdits.ReplaceMembers(Guid.Parse(Blue), [Json("""{"address":"10.0.0.11","protocol_port":80,"backup":true}"""), Json("""{"address":"10.0.0.13","protocol_port":80}""")], isAdditive: false)(tree));

        var members = tree["pools"]![0]!["members"]!.AsArray();
        Assert.Equal([Member, members[1]!["id"]!.ToString()], members.Select(member => member!["id"]!.ToString()));
        Assert.Equal("""{"name":"m1","address":"10.0.0.11","protocol_port":80,"backup":true}""", Without(members[0]!, "id").ToJsonString());
    }

    [Fact]
    public void An_additive_batch_takes_nothing()
    {
        var tree = Tree();

        Assert.Null(ObjectEdits.ReplaceMembers(Guid.Parse(Blue), [Json("""{"address":"10.0.0.13","protocol_port":80}""")], isAdditive: true)(tree));

        Assert.Equal(["10.0.0.11", "10.0.0.12", "10.0.0.13"], tree["pools"]![0]!["members"]!.AsArray().Select(member => (string)member!["address"]!));
    }

    [Fact]
    public void A_batch_with_the_same_member_twice_is_refused()
    {
        var no = ObjectEdits.ReplaceMembers(Guid.Parse(Blue), [Json("""{"address":"10.0.0.13","protocol_port":80}"""), Json("""{"address":"10.0.0.13","protocol_port":"80"}""")], isAdditive: true)(Tree());

        Assert.Contains("10.0.0.13 with protocol_port 80 is there twice", no!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void There_are_no_more_than_fifty_rules()
    {
        var tree = Tree();
        foreach (var number in Enumerable.Range(0, 49))
        {
            Assert.Null(ObjectEdits.Create(New("L7Rule", First, $$"""{"type":"PATH","compare_type":"EQUAL_TO","value":"/{{number}}"}"""))(tree));
        }

        Assert.Equal(RefusalKind.Conflict, ObjectEdits.Create(New("L7Rule", First, """{"type":"PATH","compare_type":"EQUAL_TO","value":"/one more"}"""))(tree)!.Kind);
    }

    [Fact]
    public void A_listener_with_tls_is_given_ciphers_versions_and_protocols()
    {
        var tree = Tree();

        Assert.Null(ObjectEdits.Create(New("Listener", null, """{"protocol":"TERMINATED_HTTPS","protocol_port":443,"default_tls_container_ref":"a"}"""))(tree));

        var listener = tree["listeners"]![2]!;
        Assert.Equal(("""["TLSv1.2","TLSv1.3"]""", """["h2","http/1.1","http/1.0"]"""), (listener["tls_versions"]!.ToJsonString(), listener["alpn_protocols"]!.ToJsonString()));
    }

    private static NewObject New(string kind, string? parent, string fields) =>
        new(Enum.Parse<ObjectKind>(kind), Guid.NewGuid(), Json(fields)) { ParentId = parent is null ? null : Guid.Parse(parent) };

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    private static JsonObject Without(JsonNode node, string name)
    {
        var copy = node.DeepClone().AsObject();
        copy.Remove(name);
        return copy;
    }

    private static JsonObject Tree() => Json($$"""
        {
          "listeners": [
            {"id":"{{Listener}}","protocol":"HTTP","protocol_port":80,"default_pool_id":"{{Blue}}","l7policies":[
              {"id":"{{First}}","name":"F","action":"REJECT","position":1,"rules":[{"id":"{{Rule}}","type":"PATH","compare_type":"STARTS_WITH","value":"/private"}]},
              {"id":"{{Second}}","name":"S","action":"REDIRECT_TO_POOL","redirect_pool_id":"{{Green}}","position":2}]},
            {"id":"{{Tcp}}","protocol":"TCP","protocol_port":25}],
          "pools": [
            {"id":"{{Blue}}","protocol":"HTTP","lb_algorithm":"ROUND_ROBIN","session_persistence":{"type":"APP_COOKIE","cookie_name":"sid"},
             "healthmonitor":{"id":"{{Monitor}}","type":"HTTP","delay":5,"timeout":3,"max_retries":3},
             "members":[{"id":"{{Member}}","name":"m1","address":"10.0.0.11","protocol_port":80,"weight":7},{"id":"8eb50dab-ad57-43ce-9f8f-ec80755cbdce","address":"10.0.0.12","protocol_port":80}]},
            {"id":"{{Green}}","protocol":"HTTP","lb_algorithm":"ROUND_ROBIN"}]
        }
        """);
}
