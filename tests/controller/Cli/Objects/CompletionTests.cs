// What a shell is told could stand at the cursor, and the scripts that ask.
using Amphora.Controller.Cli;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.Controller.Tests.Cli.Objects;

public sealed class CompletionTests
{
    [Theory]
    [InlineData("amphora-controller li", "listener")]
    [InlineData("amphora-controller listener cr", "create")]
    [InlineData("amphora-controller listener create web --protocol ", "TERMINATED_HTTPS")]
    [InlineData("amphora-controller member set blue m --wei", "--weight")]
    [InlineData("amphora-controller completion ", "fish")]
    public async Task Nouns_verbs_options_and_words_are_suggested(string line, string expected)
    {
        using StringWriter output = new(), error = new();

        var code = await CliSlice.RunAsync([$"[suggest:{line.Length}]", line], new Terminal(output, error, IsLive: false));

        Assert.Equal((0, ""), (code, error.ToString()));
        Assert.Contains(expected, output.ToString().Split('\n', StringSplitOptions.TrimEntries));
    }

    [Fact]
    public async Task Bash_reads_its_script()
    {
        using StringWriter output = new(), error = new();
        await CliSlice.RunAsync(["completion", "bash"], new Terminal(output, error, IsLive: false));

        var checkedScript = await Command.RunAsync(["bash", "-n"], TestContext.Current.CancellationToken, output.ToString());

        Assert.True(checkedScript.ExitCode == 0, checkedScript.Errors);
        Assert.Contains("complete -F", output.ToString(), StringComparison.Ordinal);
    }
}
