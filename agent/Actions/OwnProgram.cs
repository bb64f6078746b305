// How scripts start this program again.
using Amphora.Contract;

namespace Amphora.Agent.Actions;

/// <summary>The command that runs this program with a subcommand.</summary>
internal static class OwnProgram
{
    // The image's name for whichever agent is in force; what stands behind it changes with an upgrade, and scripts must not.
    private const string Name = "/usr/bin/amphora-agent";

    /// <summary>The native program, or the runtime with the assembly where it is not native.</summary>
    public static ValueList<string> Command { get; } = Path.GetFileName(Environment.ProcessPath) == "dotnet"
        ? [Environment.ProcessPath!, Path.GetFullPath(Environment.GetCommandLineArgs()[0])]
        : [IsNamed(Name) ? Name : Environment.ProcessPath ?? Name];

    private static bool IsNamed(string link) =>
        File.Exists(link) && File.ResolveLinkTarget(link, returnFinalTarget: true)?.FullName == Environment.ProcessPath;
}
