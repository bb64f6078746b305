// A stock agent gets the same orders: the controller renders for it and speaks API 1.0.
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Amphora.Contract;
using Amphora.Contract.Rest;
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.AmphoraAgent;
using Amphora.Controller.Tests.Peers;
using Amphora.Fixtures;
using Xunit;

namespace Amphora.Controller.Tests.Drivers;

public sealed class StockAgents
{
    private const string Mac = "fa:16:3e:00:00:01";

    private readonly StockAgent _stock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_push_uploads_what_is_missing_and_reloads()
    {
        await using var agent = Agent();
        var push = Push("01-tiny-http.json");

        var answer = await AskAsync(agent, (client, token) => client.PushAsync(push, null, token));

        Assert.True(answer.Ok, answer.Error?.Message);
        Assert.Equal("applied", answer.Value.Result);
        Assert.Equal(["haproxy.cfg added"], answer.Value.Changes);
        Assert.Equal(["upload", "reload"], answer.Value.Actions.Select(action => action.Action));
        var amphora = push.DocumentFor(null).AmphoraId;
        Assert.Equal([$"PUT /1.0/loadbalancer/{amphora}/{push.Id}/haproxy", $"PUT /1.0/loadbalancer/{push.Id}/reload"], Changes(agent));
        Assert.Contains($"stats socket /var/lib/octavia/{push.Id}.sock", Encoding.UTF8.GetString(_stock.Files[push.Id.ToString()]), StringComparison.Ordinal);
        Assert.All(agent.Calls.Where(call => call.Method == "PUT" && call.Path.StartsWith("/1.0", StringComparison.Ordinal)), call => Assert.DoesNotContain("Content-Type", call.Headers.Keys));
    }

    [Fact]
    public async Task The_same_push_again_changes_nothing()
    {
        await using var agent = Agent();
        var push = Push("01-tiny-http.json");
        await AskAsync(agent, (client, token) => client.PushAsync(push, null, token));
        var before = Changes(agent).Count;

        var answer = await AskAsync(agent, (client, token) => client.PushAsync(push, null, token));

        Assert.Equal("unchanged", answer.Value.Result);
        Assert.Equal(before, Changes(agent).Count);
    }

    [Fact]
    public async Task A_reload_that_fails_is_followed_by_the_earlier_configuration()
    {
        await using var agent = Agent();
        var push = Push("01-tiny-http.json");
        var earlier = "global\n    # earlier\n"u8.ToArray();
        _stock.Files[push.Id.ToString()] = earlier;
        var failed = false;
        _stock.Trouble = call =>
        {
            var first = call.Path.EndsWith("/reload", StringComparison.Ordinal) && !failed;
            failed |= first;
            return first ? new Reply(500, """{"message":"Error reloading haproxy","details":"cannot bind socket"}""") : null;
        };

        var answer = await AskAsync(agent, (client, token) => client.PushAsync(push, null, token));

        Assert.Equal("Error reloading haproxy", answer.Error!.Problem!.Title);
        Assert.Equal("cannot bind socket", answer.Error.Problem.Failure!.Output);
        Assert.Equal(earlier, _stock.Files[push.Id.ToString()]);
        Assert.EndsWith("/reload", Changes(agent)[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_haproxy_refuses_is_told_in_its_words_and_nothing_is_reloaded()
    {
        await using var agent = Agent();
        _stock.Trouble = call => call is { Method: "PUT" } && call.Path.EndsWith("/haproxy", StringComparison.Ordinal)
            ? new Reply(400, """{"message":"Invalid request","details":"[ALERT] unknown keyword"}""") : null;
        var push = Push("01-tiny-http.json");

        var answer = await AskAsync(agent, (client, token) => client.PushAsync(push, null, token));

        Assert.Equal(AgentErrorKind.Refused, answer.Error?.Kind);
        Assert.Equal("[ALERT] unknown keyword", answer.Error!.Problem!.Failure!.Output);
        Assert.DoesNotContain(Changes(agent), line => line.EndsWith("/reload", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Udp_listeners_that_are_gone_from_the_document_are_removed_and_those_of_others_left()
    {
        await using var agent = Agent();
        var push = Push("01-tiny-http.json");
        _stock.Files["old"] = Encoding.UTF8.GetBytes($"# Configuration for Loadbalancer {push.Id}\nvirtual_server\n");
        _stock.Files["foreign"] = Encoding.UTF8.GetBytes($"# Configuration for Loadbalancer {Guid.NewGuid()}\nvirtual_server\n");

        var answer = await AskAsync(agent, (client, token) => client.PushAsync(push, null, token));

        Assert.True(answer.Ok, answer.Error?.Message);
        Assert.Contains("DELETE /1.0/listeners/old", Changes(agent));
        Assert.Contains("foreign", _stock.Files.Keys);
    }

    [Fact]
    public async Task A_pair_gets_its_vrrp_configuration_as_the_amphora_that_is_meant()
    {
        await using var agent = Agent();
        var push = Push("10-dual-stack-active-standby.json");

        var answer = await AskAsync(agent, (client, token) => client.PushAsync(push, null, token));

        Assert.True(answer.Ok, answer.Error?.Message);
        Assert.Equal(["PUT /1.0/vrrp/upload", "PUT /1.0/vrrp/start"], Changes(agent).Where(line => line.Contains("vrrp", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_delete_takes_haproxy_and_the_udp_listeners_of_the_load_balancer()
    {
        await using var agent = Agent();
        var id = Guid.NewGuid();
        _stock.Files["mine"] = Encoding.UTF8.GetBytes($"# Configuration for Loadbalancer {id}\nvirtual_server\n");

        var answer = await AskAsync(agent, (client, token) => client.DeleteAsync(id, null, token));

        Assert.Equal("deleted", answer.Value.Result);
        Assert.Equal(["DELETE /1.0/listeners/mine", $"DELETE /1.0/listeners/{id}"], Changes(agent));
    }

    [Fact]
    public async Task A_plug_waits_until_the_port_is_there()
    {
        await using var agent = Agent();
        var tries = 0;
        _stock.Trouble = call => call.Method == "POST" && tries++ < 2 ? new Reply(404, """{"details":"No suitable network interface found"}""") : null;

        var answer = await AskAsync(agent, (client, token) => client.PlugAsync(Mac, VipPort(), token));

        Assert.True(answer.Ok, answer.Error?.Message);
        Assert.Equal("eth1", answer.Value.Interface);
        Assert.Equal(3, tries);
        var body = JsonNode.Parse(agent.Calls.Last(call => call.Method == "POST").Body)!;
        Assert.Equal(
            """{"subnet_cidr":"203.0.113.0/24","gateway":null,"mac_address":"fa:16:3e:00:00:01","vrrp_ip":"203.0.113.11","host_routes":[],"additional_vips":[],"is_sriov":false}""",
            body.ToJsonString());
    }

    [Fact]
    public async Task A_vip_port_that_is_plugged_already_is_success()
    {
        await using var agent = Agent();
        _stock.Trouble = call => call.Method == "POST" ? new Reply(409, """{"message":"Interface already exists"}""") : null;

        Assert.True((await AskAsync(agent, (client, token) => client.PlugAsync(Mac, VipPort(), token))).Ok);
    }

    [Fact]
    public async Task Status_says_what_api_1_tells_and_no_more()
    {
        await using var agent = Agent();
        var push = Push("01-tiny-http.json");
        await AskAsync(agent, (client, token) => client.PushAsync(push, null, token));

        var answer = await AskAsync(agent, (client, token) => client.GetStatusAsync(push.Id, token));

        Assert.Equal("UNKNOWN", answer.Value.OperatingStatus);
        Assert.Null(answer.Value.HaproxyRunning);
        Assert.Equal(push.DocumentFor(null).LoadBalancer.Listeners.Select(listener => listener.Id.ToString()).Order(), answer.Value.Listeners.Select(listener => listener.Id).Order());
    }

    [Fact]
    public async Task What_api_1_has_no_words_for_is_refused_with_a_sentence()
    {
        await using var agent = Agent();

        var ports = await AskAsync(agent, (client, token) => client.ListPortsAsync(token));
        var conditional = await AskAsync(agent, (client, token) => client.PushAsync(Push("01-tiny-http.json"), 3, token));

        Assert.Contains("API 1.0 only, which cannot list its ports", ports.Error!.Message, StringComparison.Ordinal);
        Assert.Contains("--if-match", conditional.Error!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(agent.Calls, call => call.Method == "PUT" && call.Path.StartsWith("/1.0", StringComparison.Ordinal));
    }

    private static LoadBalancerPush Push(string document)
    {
        var (push, faults) = LoadBalancerPush.Prepare(File.ReadAllBytes(Path.Combine(Checkout.Top, "tests/golden/documents", document)), static _ => null, []);
        return push ?? throw new InvalidOperationException(string.Join('\n', faults));
    }

    private static Port VipPort() => new()
    {
        Type = PortType.Vip,
        VrrpIp = IPAddress.Parse("203.0.113.11"),
        Vips = [new PortVip { IpAddress = IPAddress.Parse("203.0.113.10"), SubnetCidr = Cidr.TryParse("203.0.113.0/24", out var cidr) ? cidr.Value : default }],
    };

    // What the 2.0 attempt asked first was answered with "no such route" and does not count.
    private static IReadOnlyList<string> Changes(ScriptedAgent agent) =>
        [.. agent.Calls.Where(call => call.Method != "GET" && call.Path.StartsWith("/1.0", StringComparison.Ordinal)).Select(call => call.Line)];

    private static async Task<AgentAnswer<T>> AskAsync<T>(ScriptedAgent agent, Func<IAmphoraAgent, CancellationToken, Task<AgentAnswer<T>>> ask)
    {
        using var group = TestCredentials.Own.Group(agent.Url);
        return (await DriversSlice.AskAllAsync(group, null, ask, Token))[0];
    }

    private ScriptedAgent Agent() => new(TestCredentials.Own.ServerPem, TestCredentials.Own.AuthorityPem, _stock.Answer);
}
