// agent history, confirm, rollback, and push --confirm-within: what is asked of an agent, and what people see of it.
using System.Text.Json;
using System.Text.Json.Nodes;
using Amphora.Contract.Rest;
using Amphora.Controller.Tests.Peers;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.Controller.Tests.Cli;

public sealed class Rollbacks
{
    private const string Path = $"/2.0/load-balancers/{Answers.LoadBalancerId}";

    private static readonly TestCredentials Own = TestCredentials.Own;
    private static readonly string Document = System.IO.Path.Combine(Checkout.Top, "tests/golden/documents/01-tiny-http.json");
    private static readonly DateTimeOffset s_time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("60s", 60)]
    [InlineData("60", 60)]
    [InlineData("5m", 300)]
    [InlineData("1h", 3600)]
    public async Task A_push_says_how_long_it_waits_for_a_confirmation_and_until_when(string time, int seconds)
    {
        await using var agent = Agent(_ => Applied("applied") with { ConfirmBy = s_time });

        var result = await AskAsync(agent, "push", "--file", Document, "--confirm-within", time);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.EndsWith($"?confirm_within={seconds}", Assert.Single(agent.Calls).Line, StringComparison.Ordinal);
        Assert.Matches(@"SEQUENCE +CONFIRM BY\n3 +2026-01-02T03:04:05Z\n", result.Output);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("3601")]
    [InlineData("2h")]
    [InlineData("s")]
    [InlineData("soon")]
    [InlineData("-5s")]
    [InlineData("99999999999m")]
    public async Task A_time_that_cannot_be_is_a_wrong_command_line(string time)
    {
        await using var agent = Agent(_ => Applied("applied"));

        var result = await AskAsync(agent, "push", "--file", Document, $"--confirm-within={time}");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"--confirm-within '{time}': 1 to 3600 seconds", result.Errors, StringComparison.Ordinal);
        Assert.Equal(0, agent.Connections);
    }

    [Theory]
    [InlineData("confirm", "", "POST", "/confirm")]
    [InlineData("rollback", "", "POST", "/rollback?ports=false")]
    [InlineData("rollback", "--to 2 --ports", "POST", "/rollback?ports=true&to=2")]
    public async Task A_command_is_one_call_and_its_result_a_row(string command, string options, string method, string path)
    {
        await using var agent = Agent(_ => Applied(command));

        var result = await AskAsync(agent, [command, Answers.LoadBalancerId, .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal($"{method} {Path}{path}", Assert.Single(agent.Calls).Line);
        Assert.Matches($@"RESULT +GENERATION +CHANGES +ACTIONS +TIME\n.* {command} +7 +0 +0 +1\.0 ms\n", result.Output);
    }

    [Fact]
    public async Task A_history_is_a_table_or_the_agent_s_JSON()
    {
        await using var agent = new ScriptedAgent(Own.ServerPem, Own.AuthorityPem, (_, _) => new Reply(200, JsonSerializer.Serialize(History(), ContractJson.Default.LoadBalancerHistory)));

        var table = await AskAsync(agent, "history", Answers.LoadBalancerId);
        var json = await AskAsync(agent, "history", Answers.LoadBalancerId, "--output", "json");

        Assert.Equal((0, 0), (table.ExitCode, json.ExitCode));
        Assert.Matches(@"SEQUENCE +GENERATION +APPLIED +OUTCOME +CONFIRM BY +SUMMARY +REASON\n", table.Output);
        Assert.Matches(@" 3 +1 +2026-01-02T03:04:05Z +in_force \(1 again\), watched +2026-01-02T03:04:05Z +1 listener +members are down\n", table.Output);
        Assert.Matches(@" 2 +- +2026-01-02T03:04:05Z +rolled_back +- +1 listener +-\n", table.Output);
        Assert.Equal([3, 2], JsonNode.Parse(json.Output)!["result"]!["generations"]!.AsArray().Select(one => (int)one!["sequence"]!));
        Assert.Equal($"GET {Path}/history", agent.Calls[0].Line);
    }

    [Fact]
    public async Task A_step_back_whose_answer_was_lost_is_not_asked_for_twice_unless_it_says_where_to()
    {
        var calls = 0;
        await using var agent = new ScriptedAgent(Own.ServerPem, Own.AuthorityPem, (_, _) => ++calls == 1 ? new Reply(200) { Ending = Ending.ResetBefore } : Answer(Applied("rolled_back")));

        var once = await AskAsync(agent, "rollback", Answers.LoadBalancerId);
        var (asked, exitCode) = (calls, once.ExitCode);
        calls = 0;
        var named = await AskAsync(agent, "rollback", Answers.LoadBalancerId, "--to", "2");

        Assert.Equal((1, 4), (asked, exitCode));
        Assert.Equal((2, 0), (calls, named.ExitCode));
    }

    private static LoadBalancerApplied Applied(string result) => new() { Id = Answers.LoadBalancerId, Generation = 7, Result = result, Sequence = 3, DurationMs = 1 };

    private static LoadBalancerHistory History() => new()
    {
        Id = Answers.LoadBalancerId,
        ManagedBy = "2.0",
        Generations =
        [
            new AppliedGeneration
            {
                Sequence = 3, Generation = 1, Digest = "d", AppliedAt = s_time, Outcome = AppliedGeneration.InForce, Restores = 1, Watched = true, ConfirmBy = s_time, Summary = "1 listener",
                Reason = "members are down",
            },
            new AppliedGeneration { Sequence = 2, Digest = "d", AppliedAt = s_time, Outcome = AppliedGeneration.RolledBack, Summary = "1 listener" },
        ],
    };

    private static Reply Answer(LoadBalancerApplied applied) => new(200, JsonSerializer.Serialize(applied, ContractJson.Default.LoadBalancerApplied));

    private static ScriptedAgent Agent(Func<Call, LoadBalancerApplied> answer) => new(Own.ServerPem, Own.AuthorityPem, (call, _) => Answer(answer(call)));

    private static Task<CommandResult> AskAsync(ScriptedAgent agent, params string[] command) =>
        Command.RunAsync([.. Checkout.ControllerCommand, "agent", .. command, "--agent", agent.Url, .. Own.Arguments], Token);
}
