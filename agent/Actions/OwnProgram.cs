// How scripts start this program again.
using Amphora.Contract;

namespace Amphora.Agent.Actions;

/// <summary>The command that runs this program with a subcommand.</summary>
internal static class OwnProgram
{
    /// <summary>The native program, or the runtime with the assembly where it is not native.</summary>
    public static ValueList<string> Command { get; } = Path.GetFileName(Environment.ProcessPath) == "dotnet"
        ? [Environment.ProcessPath!, Path.GetFullPath(Environment.GetCommandLineArgs()[0])]
        : [Environment.ProcessPath ?? "/usr/local/bin/amphora-agent"];
}
