// The program as orchestration runs it: results, errors, exit codes, one agent and several.
using System.Text.Json.Nodes;
using Amphora.Contract;
using Amphora.Contract.Rest;
using Amphora.Controller.Tests.Peers;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.Controller.Tests.Cli;

public sealed class Commands : IDisposable
{
    private static readonly TestCredentials Own = TestCredentials.Own;
    private static readonly string Document = Path.Combine(Checkout.Top, "tests/golden/documents/01-tiny-http.json");

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Info_prints_a_row_under_a_header()
    {
        await using var agent = Agent((_, _) => Answers.Versions);

        var result = await AskAsync(agent, "info");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal($"{"AGENT".PadRight(agent.Url.Length)}  API  VERSIONS\n{agent.Url}  1.0  1.0 SUPPORTED, 2.0 CURRENT\n", result.Output);
    }

    [Fact]
    public async Task Push_prints_result_changes_actions_and_times()
    {
        await using var agent = Agent((_, _) => Answers.Applied(generation: 7));

        var result = await AskAsync(agent, "push", "--file", Document, "--amphora-id", OwnId(Document));

        Assert.True(result.ExitCode == 4, result.Errors);
        Assert.Contains("is not that of amphora", result.Errors, StringComparison.Ordinal);

        result = await AskAsync(agent, "push", "--file", Document);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Matches(@"RESULT +GENERATION +CHANGES +ACTIONS +TIME\n.* applied +7 +1 +2 +61\.5 ms\n", result.Output);
        Assert.Contains("haproxy.cfg changed", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"reload +haproxy\.service +40\.0 ms", result.Output);
    }

    [Fact]
    public async Task A_document_comes_from_standard_input_too()
    {
        await using var agent = Agent((_, _) => Answers.Applied());

        var result = await Command.RunAsync(
            [.. Checkout.ControllerCommand, "agent", "push", "--file", "-", "--agent", agent.Url, .. Own.Arguments], Token, await File.ReadAllTextAsync(Document, Token));

        Assert.True(result.ExitCode == 0, result.Errors);
        Assert.Equal(await File.ReadAllBytesAsync(Document, Token), agent.Calls[^1].Body);
    }

    [Fact]
    public async Task A_document_with_faults_is_refused_with_all_of_them_and_nothing_is_sent()
    {
        await using var agent = Agent((_, _) => Answers.Applied());
        var file = _folder.Write("lb.json", """{"schema_version": 1, "generation": 0, "surprise": 1}""");

        var result = await AskAsync(agent, "push", "--file", file);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("/generation: ", result.Errors, StringComparison.Ordinal);
        Assert.Contains("/surprise: ", result.Errors, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
        Assert.Equal(0, agent.Connections);
    }

    [Fact]
    public async Task Faults_found_here_are_json_like_those_of_an_agent()
    {
        var file = _folder.Write("lb.json", "{}");

        var result = await ControllerAsync(["agent", "push", "--file", file, "--agent", "https://a", "--agent", "https://b", .. Own.Arguments, "--output", "json"]);

        var lines = result.Output.TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal([("https://a", 3), ("https://b", 3)], lines.Select(line => ((string)line["agent"]!, (int)line["exit_code"]!)));
        Assert.All(lines, line => Assert.Contains(line["error"]!["faults"]!.AsArray(), fault => (string)fault!["rule"]! == "required"));
    }

    [Fact]
    public async Task A_plan_is_printed_and_nothing_else_is_sent()
    {
        await using var agent = Agent((_, _) => Answers.Planned);

        var result = await AskAsync(agent, "push", "--file", Document, "--plan");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Matches(@"HAPROXY +GENERATION +CHANGES +COMMANDS +COST\n.* runtime +8 +1 +2 +none: connections stay, the process stays\n", result.Output);
        Assert.Contains("COMMAND\nset server b/slot-1 addr 192.0.2.7 port 80\nset server b/slot-1 state ready\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("haproxy.cfg\n--- a/haproxy.cfg\n+++ b/haproxy.cfg\n@@ -1 +1 @@\n-old\n+new\n", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("?dry_run=true", Assert.Single(agent.Calls, static call => call.Method == "PUT").Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_agent_refuses_is_printed_with_its_faults()
    {
        await using var agent = Agent((_, _) => Answers.Faults(new Fault("/loadbalancer/listeners/0/protocol_port", "V3", "port 80 is taken")));

        var result = await AskAsync(agent, "push", "--file", Document);

        Assert.Equal((3, ""), (result.ExitCode, result.Output));
        Assert.Contains("  /loadbalancer/listeners/0/protocol_port: V3: port 80 is taken\n", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_tool_refuses_is_printed_in_its_words()
    {
        await using var agent = Agent((_, _) => Answers.HaproxyRefused);

        var result = await AskAsync(agent, "push", "--file", Document);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("failed step: check haproxy.cfg (haproxy, exit code 1, 18.0 ms)\n    [ALERT] line 12: unknown keyword\n", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_agents_get_a_line_each_and_the_worst_exit_code()
    {
        await using var good = Agent((_, _) => Answers.Applied());
        await using var bad = Agent((_, _) => Answers.HaproxyRefused);
        await using var foreign = new ScriptedAgent(TestCredentials.Foreign.ServerPem, Own.AuthorityPem, (_, _) => Answers.Applied());

        var two = await ControllerAsync(["agent", "push", "--file", Document, "--agent", good.Url, "--agent", bad.Url, .. Own.Arguments]);
        var three = await ControllerAsync(["agent", "push", "--file", Document, "--agent", good.Url, "--agent", bad.Url, "--agent", foreign.Url, .. Own.Arguments, "--output", "json"]);

        Assert.Equal((3, 3), (two.ExitCode, two.Output.TrimEnd().Split('\n').Length));
        Assert.Matches($"{good.Url} +applied.*\n{bad.Url} +refused\n", two.Output);
        var lines = three.Output.TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(4, three.ExitCode);
        Assert.Equal([0, 3, 4], lines.Select(line => (int)line["exit_code"]!));
        Assert.Equal("applied", (string)lines[0]["result"]!["result"]!);
        Assert.Equal("haproxy", (string)lines[1]["error"]!["problem"]!["failure"]!["tool"]!);
        Assert.Equal("unverified", (string)lines[2]["error"]!["kind"]!);
    }

    [Fact]
    public async Task An_agent_that_does_not_answer_is_exit_code_4()
    {
        await using var agent = Agent((_, _) => Answers.Versions with { Ending = Ending.NeverAnswer });

        var result = await AskAsync(agent, "info", "--timeout", "1");

        Assert.Equal((4, ""), (result.ExitCode, result.Output));
        Assert.Contains($"cannot reach {agent.Url} within 1 s", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plug_vip_sends_the_port_as_the_options_say()
    {
        await using var agent = Agent((call, _) => Plugged(call));

        var result = await AskAsync(
            agent, "plug-vip", "--mac", "FA:16:3E:00:00:0A", "--vip", "10.0.0.10", "--subnet", "10.0.0.0/24", "--gateway", "10.0.0.1", "--vrrp-ip", "10.0.0.11", "--mtu", "1450",
            "--additional-vip", "fd00::10,fd00::/64,fd00::1", "--host-route", "192.0.2.0/24,10.0.0.2", "--host-route", "2001:db8::/32,fd00::2", "--topology", "ACTIVE_STANDBY");

        Assert.True(result.ExitCode == 0, result.Errors);
        Assert.Equal("PUT /2.0/ports/fa:16:3e:00:00:0a", agent.Calls[0].Line);
        var read = PortReader.Read(agent.Calls[0].Body);
        Assert.True(read.Port is not null, string.Join('\n', read.Faults));
        Assert.Equal("10.0.0.10 10.0.0.0/24 10.0.0.1 192.0.2.0/24|fd00::10 fd00::/64 fd00::1 2001:db8::/32", string.Join('|', read.Port.Vips.Select(vip =>
            $"{vip.IpAddress} {vip.SubnetCidr} {vip.GatewayIp} {Assert.Single(vip.HostRoutes).Destination}")));
        Assert.Equal((1450, "10.0.0.11", Contract.DesiredState.Topology.ActiveStandby), (read.Port.Mtu, $"{read.Port.VrrpIp}", read.Port.Topology));
        Assert.Matches(@"eth1 +fa:16:3e:00:00:0a +vip +yes +1450 +10\.0\.0\.10/32", result.Output);
    }

    [Fact]
    public async Task Plug_member_and_unplug_name_the_port()
    {
        await using var agent = Agent((call, _) => call.Method == "DELETE" ? new Reply(204) : Plugged(call));

        var plugged = await AskAsync(agent, "plug-member", "--mac", "fa:16:3e:00:00:0b", "--fixed-ip", "10.1.0.5,10.1.0.0/24");
        var unplugged = await AskAsync(agent, "unplug", "--mac", "fa:16:3e:00:00:0b");

        Assert.Equal((0, 0), (plugged.ExitCode, unplugged.ExitCode));
        Assert.Equal("10.1.0.5", $"{PortReader.Read(agent.Calls[0].Body).Port!.FixedIps[0].IpAddress}");
        Assert.Equal("DELETE /2.0/ports/fa:16:3e:00:00:0b", agent.Calls[1].Line);
    }

    [Fact]
    public async Task Config_is_printed_as_it_is()
    {
        await using var agent = Agent((_, _) => new Reply(200, "global\n    daemon\n", "text/plain"));

        var result = await AskAsync(agent, "config", Answers.LoadBalancerId, "haproxy");

        Assert.Equal((0, "global\n    daemon\n"), (result.ExitCode, result.Output));
        Assert.Equal($"GET /2.0/load-balancers/{Answers.LoadBalancerId}/config/haproxy", agent.Calls[0].Line);
    }

    [Fact]
    public async Task A_profile_says_who_and_with_what_relative_to_itself()
    {
        await using var agent = Agent((_, _) => Answers.Versions);
        File.Copy(Own.AuthorityPath, _folder["ca.pem"]);
        File.Copy(Own.ClientPath, _folder["client.pem"]);
        var profile = _folder.Write("profile.json", $$"""{"agent": ["{{agent.Url}}"], "amphora_id": ["{{TestCredentials.AmphoraId}}"], "ca": "ca.pem", "cert": "client.pem"}""");

        var result = await ControllerAsync(["agent", "info", "--profile", profile]);

        Assert.True(result.ExitCode == 0, result.Errors);
    }

    [Theory]
    [InlineData("""{"agents": []}""", "agents")]
    [InlineData("""{"agent": "https://a"}""", "agent")]
    [InlineData("""{"agent": ["http://a"]}""", "agent 'http://a'")]
    [InlineData("nonsense", "profile.json")]
    public async Task A_wrong_profile_is_wrong_usage(string text, string named)
    {
        var result = await ControllerAsync(["agent", "info", "--profile", _folder.Write("profile.json", text)]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(named, result.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static ScriptedAgent Agent(Func<Call, int, Reply> script) => new(Own.ServerPem, Own.AuthorityPem, script);

    private static string OwnId(string document) => (string)JsonNode.Parse(File.ReadAllText(document))!["amphora_id"]!;

    private static Reply Plugged(Call call) => new(200, System.Text.Json.JsonSerializer.Serialize(
        new PortState
        {
            MacAddress = call.Path.Split('/')[^1],
            Interface = "eth1",
            Port = PortReader.Read(call.Body).Port,
            Up = true,
            Mtu = 1450,
            Addresses = ["10.0.0.10/32"],
        },
        ContractJson.Default.PortState));

    private static Task<CommandResult> AskAsync(ScriptedAgent agent, params string[] command) =>
        ControllerAsync(["agent", .. command, "--agent", agent.Url, .. Own.Arguments]);

    private static Task<CommandResult> ControllerAsync(params string[] arguments) => Command.RunAsync([.. Checkout.ControllerCommand, .. arguments], Token);
}
