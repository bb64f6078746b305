// Every rule of load-balancer-api.md §§8–12 that a field has, asked for as users do: by a creation and by a change.
using System.Text.Json.Nodes;
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers;
using Amphora.Controller.LoadBalancers.Objects;
using Amphora.Controller.Store;
using Xunit;

namespace Amphora.Controller.Tests.LoadBalancers.Objects;

/// <summary>A row a rule: a wrong value is refused with field and rule and leaves nothing; the right one at its border is accepted.</summary>
public sealed class FieldRulesTests
{
    private const string Long = "LONG";
    private const string Longest = "LONGEST";

    // What an object is made of when nothing is wrong with it; the second one is what a creation is tried with.
    private static readonly Dictionary<string, (ObjectKind Kind, string? Parent, string Body)> s_objects = new()
    {
        ["http listener"] = (ObjectKind.Listener, null, """{"protocol":"HTTP","protocol_port":80}"""),
        ["tcp listener"] = (ObjectKind.Listener, null, """{"protocol":"TCP","protocol_port":81}"""),
        ["https listener"] = (ObjectKind.Listener, null, """{"protocol":"HTTPS","protocol_port":82}"""),
        ["udp listener"] = (ObjectKind.Listener, null, """{"protocol":"UDP","protocol_port":53}"""),
        ["prometheus listener"] = (ObjectKind.Listener, null, """{"protocol":"PROMETHEUS","protocol_port":83}"""),
        ["http pool"] = (ObjectKind.Pool, null, """{"protocol":"HTTP","lb_algorithm":"ROUND_ROBIN"}"""),
        ["tcp pool"] = (ObjectKind.Pool, null, """{"protocol":"TCP","lb_algorithm":"ROUND_ROBIN"}"""),
        ["https pool"] = (ObjectKind.Pool, null, """{"protocol":"HTTPS","lb_algorithm":"ROUND_ROBIN"}"""),
        ["udp pool"] = (ObjectKind.Pool, null, """{"protocol":"UDP","lb_algorithm":"ROUND_ROBIN"}"""),
        ["sctp pool"] = (ObjectKind.Pool, null, """{"protocol":"SCTP","lb_algorithm":"ROUND_ROBIN"}"""),
        ["free pool"] = (ObjectKind.Pool, null, """{"protocol":"HTTP","lb_algorithm":"ROUND_ROBIN"}"""),
        ["free udp pool"] = (ObjectKind.Pool, null, """{"protocol":"UDP","lb_algorithm":"ROUND_ROBIN"}"""),
        ["member"] = (ObjectKind.Member, "http pool", """{"address":"10.0.0.10","protocol_port":80}"""),
        ["udp member"] = (ObjectKind.Member, "udp pool", """{"address":"10.0.0.10","protocol_port":53}"""),
        ["http monitor"] = (ObjectKind.HealthMonitor, "http pool", """{"type":"HTTP","delay":5,"timeout":3,"max_retries":3}"""),
        ["tcp monitor"] = (ObjectKind.HealthMonitor, "tcp pool", """{"type":"TCP","delay":5,"timeout":3,"max_retries":3}"""),
        ["udp monitor"] = (ObjectKind.HealthMonitor, "udp pool", """{"type":"UDP-CONNECT","delay":5,"timeout":3,"max_retries":3}"""),
        ["url policy"] = (ObjectKind.L7Policy, "http listener", """{"action":"REDIRECT_TO_URL","redirect_url":"http://a.example/"}"""),
        ["prefix policy"] = (ObjectKind.L7Policy, "http listener", """{"action":"REDIRECT_PREFIX","redirect_prefix":"http://a.example"}"""),
        ["reject policy"] = (ObjectKind.L7Policy, "http listener", """{"action":"REJECT"}"""),
        ["path rule"] = (ObjectKind.L7Rule, "reject policy", """{"type":"PATH","compare_type":"STARTS_WITH","value":"/a"}"""),
        ["header rule"] = (ObjectKind.L7Rule, "reject policy", """{"type":"HEADER","key":"X-A","compare_type":"EQUAL_TO","value":"a"}"""),
        ["cookie rule"] = (ObjectKind.L7Rule, "reject policy", """{"type":"COOKIE","key":"a","compare_type":"EQUAL_TO","value":"a"}"""),
        ["file rule"] = (ObjectKind.L7Rule, "reject policy", """{"type":"FILE_TYPE","compare_type":"EQUAL_TO","value":"jpg"}"""),
        ["dn rule"] = (ObjectKind.L7Rule, "reject policy", """{"type":"SSL_DN_FIELD","key":"CN","compare_type":"EQUAL_TO","value":"a"}"""),
        ["cert rule"] = (ObjectKind.L7Rule, "reject policy", """{"type":"SSL_CONN_HAS_CERT","compare_type":"EQUAL_TO","value":"true"}"""),
        ["verify rule"] = (ObjectKind.L7Rule, "reject policy", """{"type":"SSL_VERIFY_RESULT","compare_type":"EQUAL_TO","value":"0"}"""),
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // Who · fields: wrong · right (null: no value is) · field and rule that are named. CU: creation and change, C: a creation only.
    [Theory]
    [InlineData("CU", "http listener", """{"name":"LONG"}""", """{"name":"LONGEST"}""", "name", "at most 255")]
    [InlineData("CU", "http listener", """{"description":"LONG"}""", """{"description":"LONGEST"}""", "description", "at most 255")]
    [InlineData("CU", "http listener", """{"admin_state_up":"perhaps"}""", """{"admin_state_up":"no"}""", "admin_state_up", "true or false")]
    [InlineData("CU", "http listener", """{"tags":["LONG"]}""", """{"tags":["LONGEST"]}""", "tags", "of 1 to 255")]
    [InlineData("CU", "http listener", """{"tags":"a"}""", """{"tags":[]}""", "tags", "a list")]
    [InlineData("C", "http listener", """{"protocol":"SMTP"}""", null, "protocol", "one of")]
    [InlineData("C", "http listener", """{"protocol":null}""", null, "protocol", "Mandatory")]
    [InlineData("C", "http listener", """{"protocol_port":0}""", """{"protocol_port":1}""", "protocol_port", "from 1 to 65535")]
    [InlineData("C", "http listener", """{"protocol_port":65536}""", """{"protocol_port":"65535"}""", "protocol_port", "from 1 to 65535")]
    [InlineData("CU", "http listener", """{"connection_limit":-2}""", """{"connection_limit":-1}""", "connection_limit", "from -1")]
    [InlineData("CU", "http listener", """{"timeout_client_data":2073600001}""", """{"timeout_client_data":2073600000}""", "timeout_client_data", "to 2073600000")]
    [InlineData("CU", "http listener", """{"timeout_member_connect":-1}""", """{"timeout_member_connect":0}""", "timeout_member_connect", "from 0")]
    [InlineData("CU", "http listener", """{"timeout_member_data":2073600001}""", """{"timeout_member_data":2073600000}""", "timeout_member_data", "to 2073600000")]
    [InlineData("CU", "http listener", """{"timeout_tcp_inspect":-1}""", """{"timeout_tcp_inspect":0}""", "timeout_tcp_inspect", "from 0")]
    [InlineData("CU", "http listener", """{"allowed_cidrs":["10.0.0.0/33"]}""", """{"allowed_cidrs":["10.0.0.9/32"]}""", "allowed_cidrs", "networks")]
    [InlineData("CU", "http listener", """{"allowed_cidrs":["2001:db8::/32"]}""", """{"allowed_cidrs":["10.0.0.9/8"]}""", "allowed_cidrs/0", "V11")]
    [InlineData("CU", "http listener", """{"insert_headers":{"X-SSL-Client-CN":"true"}}""", """{"insert_headers":{"X-Forwarded-Proto":"true"}}""", "X-SSL-Client-CN", "propertyNames")]
    [InlineData("CU", "http listener", """{"insert_headers":{"X-Forwarded-For":"maybe"}}""", """{"insert_headers":{"X-Forwarded-For":true}}""", "insert_headers", "true or false")]
    [InlineData("CU", "tcp listener", """{"insert_headers":{"X-Forwarded-For":"true"}}""", """{"insert_headers":{}}""", "X-Forwarded-For", "maxProperties")]
    [InlineData("CU", "http listener", """{"default_pool_id":"tcp pool"}""", """{"default_pool_id":"free pool"}""", "default_pool_id", "V4")]
    [InlineData("CU", "tcp listener", """{"default_pool_id":"udp pool"}""", """{"default_pool_id":"https pool"}""", "default_pool_id", "V4")]
    [InlineData("CU", "https listener", """{"default_pool_id":"http pool"}""", """{"default_pool_id":"tcp pool"}""", "default_pool_id", "V4")]
    [InlineData("CU", "udp listener", """{"default_pool_id":"sctp pool"}""", """{"default_pool_id":"udp pool"}""", "default_pool_id", "V4")]
    [InlineData("CU", "prometheus listener", """{"default_pool_id":"http pool"}""", null, "default_pool_id", "V4")]
    [InlineData("CU", "http listener", """{"default_pool_id":"00000000-0000-4000-8000-000000000001"}""", null, "default_pool_id", "V2")]
    [InlineData("CU", "http listener", """{"default_pool_id":"blue"}""", null, "default_pool_id", "a UUID")]
    [InlineData("CU", "http listener", """{"tls_versions":["TLSv1.2"]}""", null, "tls_versions", "type")]
    [InlineData("CU", "http listener", """{"tls_versions":[]}""", null, "tls_versions", "a list of some of")]
    [InlineData("CU", "http listener", """{"alpn_protocols":["h2"]}""", null, "alpn_protocols", "type")]
    [InlineData("CU", "http listener", """{"alpn_protocols":["h3"]}""", null, "alpn_protocols", "a list of some of")]
    [InlineData("CU", "udp listener", """{"tls_ciphers":"AES"}""", null, "tls_ciphers", "type")]
    [InlineData("CU", "prometheus listener", """{"tls_ciphers":"AES 128"}""", """{"tls_ciphers":"AES128-SHA"}""", "tls_ciphers", "pattern")]
    [InlineData("CU", "http listener", """{"client_authentication":"OPTIONAL"}""", """{"client_authentication":"NONE"}""", "client_authentication", "const")]
    [InlineData("CU", "http listener", """{"hsts_max_age":1}""", null, "hsts_max_age", "type")]
    [InlineData("C", "http listener", """{"protocol":"TERMINATED_HTTPS"}""", null, "default_tls_container_ref", "anyOf")]
    [InlineData("C", "http pool", """{"protocol":"TERMINATED_HTTPS"}""", """{"protocol":"PROXYV2"}""", "protocol", "one of")]
    [InlineData("CU", "http pool", """{"lb_algorithm":"DICE"}""", """{"lb_algorithm":"SOURCE_IP"}""", "lb_algorithm", "one of")]
    [InlineData("CU", "http pool", """{"lb_algorithm":"SOURCE_IP_PORT"}""", """{"lb_algorithm":"LEAST_CONNECTIONS"}""", "lb_algorithm", "does not support")]
    [InlineData("CU", "http pool", """{"session_persistence":{"type":"APP_COOKIE"}}""", """{"session_persistence":{"type":"APP_COOKIE","cookie_name":"a"}}""", "cookie_name", "required")]
    [InlineData("CU", "http pool", """{"session_persistence":{"type":"HTTP_COOKIE","cookie_name":"a"}}""", """{"session_persistence":{"type":"HTTP_COOKIE"}}""", "cookie_name", "type")]
    [InlineData("CU", "http pool", """{"session_persistence":{"type":"APP_COOKIE","cookie_name":"a;b"}}""", """{"session_persistence":{"type":"APP_COOKIE","cookie_name":"a-b"}}""", "cookie_name", "pattern")]
    [InlineData("CU", "http pool", """{"session_persistence":{"type":"SOURCE_IP","persistence_timeout":9}}""", """{"session_persistence":{"type":"SOURCE_IP"}}""", "persistence_timeout", "type")]
    [InlineData("CU", "udp pool", """{"session_persistence":{"type":"HTTP_COOKIE"}}""", """{"session_persistence":{"type":"SOURCE_IP","persistence_timeout":9,"persistence_granularity":"255.255.0.0"}}""", "type", "const")]
    [InlineData("CU", "udp pool", """{"tls_enabled":true}""", """{"tls_enabled":false}""", "tls_enabled", "const")]
    [InlineData("CU", "http pool", """{"tls_versions":["TLSv1.1","TLSv1.3"]}""", """{"tls_versions":["TLSv1.2","TLSv1.3"]}""", "tls_versions", "V14")]
    [InlineData("CU", "http pool", """{"tls_enabled":"maybe"}""", """{"tls_enabled":true}""", "tls_enabled", "true or false")]
    [InlineData("C", "member", """{"address":"10.0.0"}""", """{"address":"2001:db8::1"}""", "address", "an IP address")]
    [InlineData("C", "member", """{"address":"169.254.169.254"}""", """{"address":"169.254.169.253"}""", "address", "reserved")]
    [InlineData("C", "udp member", """{"address":"2001:db8::1"}""", """{"address":"10.0.0.200"}""", "address", "family of a VIP")]
    [InlineData("C", "member", """{"protocol_port":65536}""", """{"protocol_port":65535}""", "protocol_port", "from 1 to 65535")]
    [InlineData("C", "member", """{"subnet_id":"here"}""", null, "subnet_id", "a UUID")]
    [InlineData("CU", "member", """{"weight":-1}""", """{"weight":0}""", "weight", "from 0 to 256")]
    [InlineData("CU", "member", """{"weight":257}""", """{"weight":256}""", "weight", "from 0 to 256")]
    [InlineData("CU", "member", """{"backup":2}""", """{"backup":true}""", "backup", "true or false")]
    [InlineData("CU", "member", """{"monitor_address":"a"}""", """{"monitor_address":"10.0.0.99"}""", "monitor_address", "an IP address")]
    [InlineData("CU", "member", """{"monitor_port":0}""", """{"monitor_port":1}""", "monitor_port", "from 1 to 65535")]
    [InlineData("CU", "member", """{"description":"a"}""", null, "description", "Unknown attribute")]
    [InlineData("C", "http monitor", """{"type":"ICMP"}""", """{"type":"PING"}""", "type", "one of")]
    [InlineData("C", "http monitor", """{"type":"UDP-CONNECT"}""", """{"type":"TLS-HELLO"}""", "type", "enum")]
    [InlineData("C", "udp monitor", """{"type":"PING"}""", """{"type":"SCTP"}""", "type", "enum")]
    [InlineData("CU", "http monitor", """{"delay":0}""", """{"delay":1}""", "delay", "from 1")]
    [InlineData("CU", "udp monitor", """{"delay":2}""", """{"delay":3}""", "delay", "UDP-CONNECT")]
    [InlineData("CU", "http monitor", """{"timeout":-1}""", """{"timeout":1}""", "timeout", "from 1")]
    [InlineData("CU", "http monitor", """{"max_retries":11}""", """{"max_retries":10}""", "max_retries", "from 1 to 10")]
    [InlineData("CU", "http monitor", """{"max_retries_down":0}""", """{"max_retries_down":1}""", "max_retries_down", "from 1 to 10")]
    [InlineData("CU", "http monitor", """{"http_method":"get"}""", """{"http_method":"PATCH"}""", "http_method", "one of")]
    [InlineData("CU", "http monitor", """{"url_path":"a"}""", """{"url_path":"/a?b=c"}""", "url_path", "pattern")]
    [InlineData("CU", "http monitor", """{"url_path":"/a b"}""", """{"url_path":"/"}""", "url_path", "pattern")]
    [InlineData("CU", "http monitor", """{"expected_codes":"20a"}""", """{"expected_codes":"200,202"}""", "expected_codes", "pattern")]
    [InlineData("CU", "http monitor", """{"expected_codes":"204-200"}""", """{"expected_codes":"200-200"}""", "expected_codes", "V8")]
    [InlineData("CU", "http monitor", """{"http_version":2.0}""", """{"http_version":"1.1"}""", "http_version", "one of")]
    [InlineData("CU", "http monitor", """{"domain_name":"a.example"}""", """{"domain_name":"a.example","http_version":1.1}""", "http_version", "required")]
    [InlineData("CU", "http monitor", """{"domain_name":"a.example","http_version":1.0}""", null, "http_version", "const")]
    [InlineData("CU", "http monitor", """{"domain_name":"a_%.example","http_version":1.1}""", null, "domain_name", "pattern")]
    [InlineData("CU", "tcp monitor", """{"url_path":"/"}""", null, "url_path", "type")]
    [InlineData("CU", "tcp monitor", """{"http_method":"GET"}""", null, "http_method", "type")]
    [InlineData("CU", "tcp monitor", """{"expected_codes":"200"}""", null, "expected_codes", "type")]
    [InlineData("CU", "url policy", """{"action":"DROP"}""", """{"action":"REDIRECT_TO_URL"}""", "action", "one of")]
    [InlineData("CU", "url policy", """{"redirect_url":"/a"}""", """{"redirect_url":"https://a"}""", "redirect_url", "a host")]
    [InlineData("CU", "url policy", """{"redirect_url":"http://a.example/{"}""", null, "redirect_url", "pattern")]
    [InlineData("CU", "prefix policy", """{"redirect_prefix":"ftp://a"}""", """{"redirect_prefix":"http://a"}""", "redirect_prefix", "a host")]
    [InlineData("CU", "url policy", """{"redirect_http_code":304}""", """{"redirect_http_code":"308"}""", "redirect_http_code", "enum")]
    [InlineData("CU", "reject policy", """{"redirect_http_code":302}""", null, "redirect_http_code", "type")]
    [InlineData("CU", "reject policy", """{"action":"REDIRECT_TO_POOL"}""", """{"action":"REDIRECT_TO_POOL","redirect_pool_id":"http pool"}""", "redirect_pool_id", "needs it")]
    [InlineData("CU", "reject policy", """{"action":"REDIRECT_TO_POOL","redirect_pool_id":"tcp pool"}""", null, "redirect_pool_id", "V4")]
    [InlineData("CU", "url policy", """{"position":0}""", """{"position":2147483647}""", "position", "from 1 to 2147483647")]
    [InlineData("CU", "path rule", """{"type":"BODY"}""", """{"type":"HOST_NAME"}""", "type", "one of")]
    [InlineData("CU", "path rule", """{"compare_type":"LIKE"}""", """{"compare_type":"REGEX"}""", "compare_type", "one of")]
    [InlineData("CU", "path rule", """{"value":"LONG"}""", """{"value":"LONGEST"}""", "value", "of 1 to 255")]
    [InlineData("CU", "path rule", """{"value":"a\nb"}""", """{"value":"a b"}""", "value", "pattern")]
    [InlineData("CU", "path rule", """{"compare_type":"REGEX","value":"("}""", """{"compare_type":"REGEX","value":"()"}""", "value", "Error parsing L7Rule")]
    [InlineData("CU", "path rule", """{"key":"a"}""", null, "key", "type")]
    [InlineData("CU", "header rule", """{"key":null}""", null, "key", "required")]
    [InlineData("CU", "header rule", """{"key":"X A"}""", """{"key":"X-B"}""", "key", "pattern")]
    [InlineData("CU", "cookie rule", """{"key":"a,1"}""", """{"key":"a_1"}""", "key", "pattern")]
    [InlineData("CU", "file rule", """{"compare_type":"CONTAINS"}""", """{"compare_type":"REGEX"}""", "compare_type", "enum")]
    [InlineData("CU", "dn rule", """{"key":"1CN"}""", """{"key":"C-N"}""", "key", "pattern")]
    [InlineData("CU", "cert rule", """{"compare_type":"REGEX"}""", null, "compare_type", "const")]
    [InlineData("CU", "cert rule", """{"value":"false"}""", """{"value":"True"}""", "value", "pattern")]
    [InlineData("CU", "verify rule", """{"value":"-1"}""", """{"value":"10"}""", "value", "pattern")]
    [InlineData("CU", "verify rule", """{"compare_type":"CONTAINS"}""", null, "compare_type", "const")]
    public async Task A_rule_is_told_with_its_field_and_its_border_is_accepted(string when, string name, string wrong, string? right, string field, string rule)
    {
        await using var world = await LoadBalancerWorld.OpenAsync();
        var (tree, ids) = Tree();
        var (id, _) = await world.CreateAsync(LoadBalancerWorld.Request() with { Tree = tree });
        var recorded = await RecordedAsync(world, id);

        foreach (var edit in Edits(when, name, wrong, ids))
        {
            var refusal = (await RecordAsync(world, id, edit)).Refusal;
            Assert.NotNull(refusal);
            Assert.True(Tells(refusal, field, rule), $"{rule} of {field} is not in: {refusal.Message} [{string.Join("; ", refusal.Faults.Select(fault => $"{fault.Path} {fault.Rule}"))}]");
            Assert.Equal(recorded, await RecordedAsync(world, id));
        }

        foreach (var edit in right is null ? [] : Edits(when, name, right, ids))
        {
            var decision = await RecordAsync(world, id, edit);
            Assert.Null(decision.Refusal?.Message);
            Assert.Equal(FlowState.Success, decision.Value is { } begun ? (await world.Engine().RunAsync(begun.FlowId, null, Cancel))!.State : FlowState.Success);
        }
    }

    private static bool Tells(Refusal refusal, string field, string rule) =>
        refusal.Faults.Any(fault => fault.Path.EndsWith($"/{field}", StringComparison.Ordinal) && fault.Rule == rule)
        || (refusal.Message.Contains(field, StringComparison.Ordinal) && refusal.Message.Contains(rule, StringComparison.Ordinal));

    private static Task<Decision<Begun?>> RecordAsync(LoadBalancerWorld world, Guid id, Func<JsonObject, Refusal?> edit) =>
        new ChangeObjects(world.Services, world.Engine()).RecordAsync(id, edit, Cancel);

    // A change of the object that is there, and a creation of another one like it.
    private static IEnumerable<Func<JsonObject, Refusal?>> Edits(string when, string name, string fields, Dictionary<string, Guid> ids)
    {
        var (kind, parent, body) = s_objects[name];
        var given = Json(ids.Aggregate(fields.Replace(Longest, Repeated(255), StringComparison.Ordinal).Replace(Long, Repeated(256), StringComparison.Ordinal),
            (text, one) => text.Replace($"\"{one.Key}\"", $"\"{one.Value}\"", StringComparison.Ordinal)));
        if (when == "CU")
        {
            yield return ObjectEdits.Update(kind, ids[name], given);
        }

        var wanted = Json(body);
        if (kind == ObjectKind.Listener)
        {
            wanted["protocol_port"] = (int)wanted["protocol_port"]! + 1000;
        }
        else if (kind == ObjectKind.Member)
        {
            wanted["address"] = "10.0.0.77";
        }

        foreach (var (key, value) in given)
        {
            wanted[key] = value?.DeepClone();
        }

        var above = kind == ObjectKind.HealthMonitor ? (parent == "udp pool" ? "free udp pool" : "free pool") : parent;
        yield return ObjectEdits.Create(new NewObject(kind, Guid.NewGuid(), wanted) { ParentId = above is null ? null : ids[above] });
    }

    // A character beyond 16 bits is one character.
    private static string Repeated(int count) => "😀" + new string('a', count - 1);

    private static (JsonObject Tree, Dictionary<string, Guid> Ids) Tree()
    {
        var (root, ids) = (new JsonObject(), s_objects.Keys.ToDictionary(name => name, _ => Guid.NewGuid()));
        foreach (var (name, (kind, parent, body)) in s_objects)
        {
            var refusal = ObjectEdits.Create(new NewObject(kind, ids[name], Json(body)) { ParentId = parent is null ? null : ids[parent] })(root);
            Assert.Null(refusal?.Message);
        }

        return (root, ids);
    }

    private static async Task<string> RecordedAsync(LoadBalancerWorld world, Guid id)
    {
        var quotas = await world.Database.ReadAsync((transaction, token) => new QuotaRows(transaction).GetAsync("demo", token), Cancel);
        return string.Join('\n', (await world.ObjectsAsync(id)).Select(row => $"{row.Id} {row.ProvisioningStatus} {row.Position} {row.Body}")
            .Append($"{(await world.GetAsync(id))!.ProvisioningStatus}")
            .Concat(quotas.Select(quota => $"{quota.Kind} {quota.InUse}")));
    }

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
