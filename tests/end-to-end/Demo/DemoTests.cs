// The demonstration runs through, and leaves nothing behind whichever way it ends.
using System.Text.RegularExpressions;
using Amphora.Fixtures;
using Amphora.Fixtures.Programs;
using Xunit;

namespace Amphora.EndToEnd.Tests.Demo;

public sealed partial class DemoTests
{
    private const int Terminated = 143;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private static readonly IReadOnlyList<string> DemoCommand =
        ["dotnet", Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../demo/release/Amphora.Demo.dll"))];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_ends_with_everything_as_expected_and_leaves_no_namespace()
    {
        CommandResult demo = await Command.RunAsync(DemoCommand, Cancel);

        Assert.True(demo.ExitCode == 0, demo.Output + demo.Errors);
        Assert.EndsWith("everything was as expected\n", demo.Output, StringComparison.Ordinal);
        await NoneIsLeftAsync(demo.Output);
    }

    [Fact]
    public async Task Terminated_in_the_middle_it_leaves_no_namespace_either()
    {
        using TestFolder folder = new();
        await using RunningProgram demo = RunningProgram.Start(DemoCommand, folder["log"], null, null);
        await Until.TrueAsync("the demo has pushed", Limit, () => demo.Log.Contains("what the client got", StringComparison.Ordinal), Cancel);

        int exitCode = await demo.StopAsync(Cancel);

        Assert.Equal(Terminated, exitCode);
        await NoneIsLeftAsync(demo.Log);
    }

    private static async Task NoneIsLeftAsync(string output)
    {
        // Namespaces of clients and members by their names, those of amphorae by the end of an id.
        string[] made = [.. NamespaceName().Matches(output).Select(match => match.Value).Concat(Id().Matches(output).Select(match => match.Groups[1].Value)).Distinct()];
        string left = await Command.OutputAsync(["ip", "netns", "list"], Cancel);
        Assert.True(made.Length >= 6, $"the demo names its namespaces and amphorae:\n{output}");
        Assert.DoesNotContain(made, name => left.Contains(name, StringComparison.Ordinal));
    }

    [GeneratedRegex("amphora-[0-9a-f]{8}-[a-z0-9]+")]
    private static partial Regex NamespaceName();

    [GeneratedRegex("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-([0-9a-f]{12})")]
    private static partial Regex Id();
}
