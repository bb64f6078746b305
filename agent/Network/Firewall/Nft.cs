// Runs nft in the namespace with a script on its standard input: one transaction, all of it or nothing.
using Amphora.Contract;
using Amphora.Linux.Native;
using Amphora.Linux.Processes;

namespace Amphora.Agent.Network.Firewall;

/// <summary>The program that loads packet filter and NAT.</summary>
internal static class Nft
{
    private const string Program = "nft";

    /// <summary>Loads a script.</summary>
    /// <param name="options">Namespace and time limit.</param>
    /// <param name="step">What this is for, for messages.</param>
    /// <param name="script">The script.</param>
    /// <param name="arguments">Options of nft.</param>
    public static async Task<Failure?> LoadAsync(NetworkOptions options, string step, string script, params string[] arguments)
    {
        try
        {
            var result = await Tool.RunAsync(
                [Program, .. arguments, "-f", "-"],
                new ToolOptions { TimeLimit = options.Timeouts.Tool, NetworkNamespace = options.Entered, StandardInput = script },
                CancellationToken.None);
            return result.Succeeded ? null : new Failure(step, $"cannot {step}: nft refused its rules")
            {
                Kind = result.TimedOut ? FailureKind.TimedOut : FailureKind.Internal,
                Tool = Program,
                ExitCode = result.ExitCode,
                Output = result.Output,
            };
        }
        catch (LinuxException exception)
        {
            return NetworkFailure.From(exception, step, Program);
        }
    }
}
