// agent journal: an agent's own lines, on the terminal or in a file.
using Amphora.Controller.Tests.Peers;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.Controller.Tests.Cli;

public sealed class Journals : IDisposable
{
    private const string Lines = "{\"seq\":1,\"kind\":\"opened\",\"why\":\"→\"}\n{\"seq\":2}\n";

    private static readonly TestCredentials Own = TestCredentials.Own;

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_journal_is_printed_as_it_is_or_written_to_a_file_only_its_owner_reads()
    {
        await using var agent = Agent(new Reply(200, Lines));
        var file = _folder["journal.jsonl"];

        var printed = await AskAsync(agent);
        var written = await AskAsync(agent, "--out", file);

        Assert.Equal((0, Lines, ""), (printed.ExitCode, printed.Output, printed.Errors));
        Assert.Equal((0, "", ""), (written.ExitCode, written.Output, written.Errors));
        Assert.Equal(Lines, await File.ReadAllTextAsync(file, Token));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.All(agent.Calls, call => Assert.Equal("GET /2.0/journal", call.Line));
    }

    [Fact]
    public async Task A_journal_may_be_longer_than_any_other_answer()
    {
        var line = $"{{\"seq\":1,\"kind\":\"{new string('x', 1000)}\"}}\n";
        var journal = string.Concat(Enumerable.Repeat(line, 20_000));
        await using var agent = Agent(new Reply(200, journal));

        var written = await AskAsync(agent, "--out", _folder["journal.jsonl"]);

        Assert.Equal((0, ""), (written.ExitCode, written.Errors));
        Assert.Equal(journal.Length, new FileInfo(_folder["journal.jsonl"]).Length);
    }

    [Fact]
    public async Task What_cannot_be_written_and_what_is_asked_of_two_agents_is_a_wrong_command_line()
    {
        await using var agent = Agent(new Reply(200, Lines));

        var nowhere = await AskAsync(agent, "--out", _folder["nowhere/journal.jsonl"]);
        var two = await AskAsync(agent, "--agent", "https://127.0.0.1:1");

        Assert.Equal(2, nowhere.ExitCode);
        Assert.Contains($"--out '{_folder["nowhere/journal.jsonl"]}'", nowhere.Errors, StringComparison.Ordinal);
        Assert.Equal(2, two.ExitCode);
        Assert.Contains("--agent is given 2 times: a journal is one agent's", two.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static ScriptedAgent Agent(Reply reply) => new(Own.ServerPem, Own.AuthorityPem, (_, _) => reply);

    private static Task<CommandResult> AskAsync(ScriptedAgent agent, params string[] options) =>
        Command.RunAsync([.. Checkout.ControllerCommand, "agent", "journal", .. options, "--agent", agent.Url, .. Own.Arguments], Token);
}
