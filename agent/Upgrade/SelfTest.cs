// What a new binary says of this amphora before anything depends on it.
using Amphora.Agent.Actions;
using Amphora.Contract;
using Amphora.Linux.Processes;

namespace Amphora.Agent.Upgrade;

/// <summary>Runs <c>amphora-agent self-test</c> of another binary, in this agent's own sandbox.</summary>
internal sealed class SelfTest(UpgradeOptions options)
{
    private const string Step = "self-test of the new binary";
    private const string ToolName = "amphora-agent self-test";
    private const int LongestVersion = 64;

    /// <summary>What the first line begins with; its version follows.</summary>
    public const string Greeting = "amphora-agent ";

    /// <summary>Its version, or why it cannot be the agent here.</summary>
    public async Task<Outcome<string>> RunAsync(string program, CancellationToken cancellationToken)
    {
        try
        {
            var result = await Tool.RunAsync([program, "self-test", .. options.Arguments], new ToolOptions { TimeLimit = options.Timeouts.SelfTest }, cancellationToken);
            return result.TimedOut ? Refused("it did not end in time", result) with { Kind = FailureKind.TimedOut }
                : result.ExitCode != 0 ? Refused("it says no", result)
                : VersionIn(result.Output) is { } version ? version
                : Refused("it says no version, so it is no amphora-agent", result);
        }
        catch (Exception exception) when (OperatingSystemFailure.Is(exception))
        {
            // No program of this machine, most likely.
            return OperatingSystemFailure.From(Step, exception, ToolName) with { Kind = FailureKind.Refused };
        }
    }

    private static string? VersionIn(string output) =>
        output.Split('\n')[0].Trim() is var line && line.StartsWith(Greeting, StringComparison.Ordinal) && line.Length - Greeting.Length is > 0 and <= LongestVersion
            ? line[Greeting.Length..]
            : null;

    private static Failure Refused(string reason, ToolResult result) => new(Step, $"cannot take the new binary: {reason}")
    {
        Kind = FailureKind.Refused,
        Tool = ToolName,
        ExitCode = result.ExitCode,
        Output = result.Output,
        Duration = result.Duration,
    };
}
