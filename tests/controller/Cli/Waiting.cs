// What people see while they wait, what pipes do not, and how waiting is ended.
using Amphora.Controller.Tests.Peers;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.Controller.Tests.Cli;

public sealed class Waiting : IDisposable
{
    private static readonly TestCredentials Own = TestCredentials.Own;

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_terminal_shows_what_is_waited_for_and_the_line_goes_away()
    {
        await using var agent = Agent((_, number) => number < 2 ? Answers.Booting : Answers.Versions);

        // script(1) gives the program a terminal; quoting is for its shell.
        var command = string.Join(' ', Words(agent, "info").Select(word => $"'{word}'"));
        var seen = await Command.OutputAsync(["env", "TERM=xterm", "script", "-qec", $"stty cols 200; {command}", "/dev/null"], Token);

        Assert.Contains("ask its versions, attempt 2", seen, StringComparison.Ordinal);
        Assert.Contains("\r\u001b[KAGENT", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_gets_no_progress()
    {
        await using var agent = Agent((_, number) => number < 2 ? Answers.Booting : Answers.Versions);

        var result = await Command.RunAsync(Words(agent, "info"), Token);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.DoesNotContain('\u001b', result.Output);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_ends_the_waiting_in_order(string signal, int exitCode)
    {
        await using var agent = Agent((_, _) => Answers.Versions with { Ending = Ending.NeverAnswer });
        // A shell in the background ignores SIGINT, and so does what it starts.
        await using var program = RunningProgram.Start(["env", "--default-signal", .. Words(agent, "info")], _folder["log"], null, null);
        await Until.TrueAsync("the request arrived", TimeSpan.FromSeconds(30), () => agent.Calls.Count == 1, Token);

        await program.SignalAsync(signal, Token);

        Assert.Equal(exitCode, await program.WaitAsync(Token));
        Assert.Equal(signal == "INT" ? "interrupted\n" : "terminated\n", program.Log);
    }

    public void Dispose() => _folder.Dispose();

    private static ScriptedAgent Agent(Func<Call, int, Reply> script) => new(Own.ServerPem, Own.AuthorityPem, script);

    private static string[] Words(ScriptedAgent agent, string command) => [.. Checkout.ControllerCommand, "agent", command, "--agent", agent.Url, .. Own.Arguments];
}
