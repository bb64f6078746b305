// agent upgrade: what is sent, what is waited for, and what people see of it.
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amphora.Contract;
using Amphora.Contract.Rest;
using Amphora.Controller.Tests.Peers;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.Controller.Tests.Cli;

public sealed class Upgrades : IDisposable
{
    private const string Binary = "the new agent";

    private static readonly TestCredentials Own = TestCredentials.Own;
    private static readonly string Sha256 = Convert.ToHexStringLower(SHA256.HashData("the new agent"u8));

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string BinaryFile => _folder.Write("amphora-agent", Binary);

    private string SignatureFile => _folder.Write("signature", "DER");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_uploads_and_asks_until_the_new_agent_is_confirmed()
    {
        var asked = 0;
        await using var agent = Agent((call, _) => call.Method == "PUT" ? Program("old", UpgradeState.Trying, 202)
            : ++asked == 1 ? Program("old", null)
            : asked < 4 ? Program("old", UpgradeState.Trying)
            : Program(Sha256, UpgradeState.Confirmed));

        var result = await UpgradeAsync([agent], "--confirm-within", "30");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Matches($@"AGENT +RESULT +VERSION +SHA256\n{agent.Url} +confirmed +2\.0 +{Sha256}\n", result.Output);
        var put = Assert.Single(agent.Calls, call => call.Method == "PUT");
        Assert.Equal(("PUT /2.0/agent/binary?confirm_within=30", Binary), (put.Line, put.Text));
        Assert.Equal(Convert.ToBase64String("DER"u8), put.Headers[AgentProgram.SignatureHeader]);
    }

    [Fact]
    public async Task A_rollback_is_a_refusal_with_the_new_agent_s_last_words()
    {
        var put = false;
        await using var agent = Agent((call, _) => call.Method == "PUT" && (put = true) ? Program("old", UpgradeState.Trying, 202) : Program("old", put ? UpgradeState.RolledBack : null));

        var table = await UpgradeAsync([agent]);
        put = false;
        var json = await UpgradeAsync([agent], "--output", "json");

        Assert.Equal((3, ""), (table.ExitCode, table.Output));
        Assert.Contains("runs version 2.0 again: it fell over", table.Errors, StringComparison.Ordinal);
        Assert.Contains("    ouch\n", table.Errors, StringComparison.Ordinal);
        Assert.Equal((3, "refused"), ((int)JsonNode.Parse(json.Output)!["exit_code"]!, (string)JsonNode.Parse(json.Output)!["error"]!["kind"]!));
    }

    [Fact]
    public async Task The_binary_that_runs_is_not_uploaded_again()
    {
        await using var agent = Agent((_, _) => Program(Sha256, null));

        var result = await UpgradeAsync([agent]);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Contains(" unchanged ", result.Output, StringComparison.Ordinal);
        Assert.Equal(["GET /2.0/agent"], agent.Calls.Select(call => call.Line));
    }

    [Fact]
    public async Task A_lost_answer_is_asked_for_and_not_taken_for_a_conflict()
    {
        var puts = 0;
        await using var agent = Agent((call, _) => call.Method != "PUT" ? Program(puts == 0 ? "old" : Sha256, puts == 0 ? null : UpgradeState.Confirmed)
            : ++puts == 1 ? new Reply(202) { Ending = Ending.CloseBefore }
            : Conflict);

        var result = await UpgradeAsync([agent]);

        Assert.Equal((0, "", 2), (result.ExitCode, result.Errors, puts));
    }

    [Fact]
    public async Task Another_upgrade_that_is_under_way_is_a_refusal()
    {
        await using var agent = Agent((call, _) => call.Method == "PUT" ? Conflict : Program("old", null));

        var result = await UpgradeAsync([agent]);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("another binary is being taken in", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_agents_come_one_after_the_other_and_the_first_failure_ends_it()
    {
        await using var first = Agent((_, _) => Program(Sha256, null));
        await using var second = Agent((call, _) => call.Method == "PUT" ? Conflict : Program("old", null));
        await using var third = Agent((_, _) => Program(Sha256, null));

        var result = await UpgradeAsync([first, second, third]);

        Assert.Equal(3, result.ExitCode);
        Assert.Matches($"{first.Url} +unchanged.*\n{second.Url} +refused\n{third.Url} +refused\n", result.Output);
        Assert.Contains($"{third.Url} was not asked, because of {second.Url}", result.Errors, StringComparison.Ordinal);
        Assert.Equal(0, third.Connections);
    }

    [Fact]
    public async Task A_stock_agent_is_refused_with_a_sentence()
    {
        await using var agent = Agent(new StockAgent().Answer);

        var result = await UpgradeAsync([agent]);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("speaks API 1.0 only, which cannot replace the agent", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "DER", "60", "--binary")]
    [InlineData("program", "", "60", "--signature")]
    [InlineData("program", "base64 or hexadecimal digits, or anything else that is much longer than a signature", "60", "--signature")]
    [InlineData("program", "DER", "4", "--confirm-within")]
    [InlineData("program", "DER", "soon", "--confirm-within")]
    public async Task What_cannot_be_is_said_before_anybody_is_asked(string binary, string signature, string confirmWithin, string option)
    {
        await using var agent = Agent((_, _) => Program("old", null));

        var result = await Command.RunAsync(
            [
                .. Checkout.ControllerCommand, "agent", "upgrade", "--binary", _folder.Write("binary", binary), "--signature", _folder.Write("signature", signature),
                "--confirm-within", confirmWithin, "--agent", agent.Url, .. Own.Arguments,
            ],
            Token);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(option, result.Errors, StringComparison.Ordinal);
        Assert.Equal(0, agent.Connections);
    }

    private static Reply Conflict => Answers.Problem(
        409, new Problem { Type = "urn:amphora:problem:conflict", Title = "It contradicts what is in force", Status = 409, Detail = "cannot upgrade the agent: another binary is being taken in" });

    private static ScriptedAgent Agent(Func<Call, int, Reply> script) => new(Own.ServerPem, Own.AuthorityPem, script);

    private static Reply Program(string sha256, UpgradeState? state, int status = 200) => new(status, JsonSerializer.Serialize(
        new AgentProgram
        {
            Version = "2.0",
            Sha256 = sha256,
            Upgrade = state is not { } known ? null : new AgentUpgrade
            {
                State = known,
                Sha256 = Sha256,
                Version = "2.0",
                Previous = "factory",
                Started = DateTimeOffset.UnixEpoch,
                ConfirmWithin = 60,
                Reason = known == UpgradeState.RolledBack ? "it fell over" : null,
                Output = known == UpgradeState.RolledBack ? "ouch\n" : null,
            },
        },
        ContractJson.Default.AgentProgram));

    private Task<CommandResult> UpgradeAsync(IEnumerable<ScriptedAgent> agents, params string[] more) => Command.RunAsync(
        [
            .. Checkout.ControllerCommand, "agent", "upgrade", "--binary", BinaryFile, "--signature", SignatureFile,
            .. agents.SelectMany(agent => (string[])["--agent", agent.Url]), .. Own.Arguments, .. more,
        ],
        Token);
}
