// How scripts start this program again.
using Amphora.Contract;

namespace Amphora.Agent.Actions;

/// <summary>The command that runs this program with a subcommand.</summary>
internal static class OwnProgram
{
    // A link on the appliance: what is written down goes on working when an upgrade makes it lead to another binary.
    private const string Installed = "/usr/bin/amphora-agent";

    /// <summary>The name this program is installed under, the program itself, or the runtime with the assembly where it is not native.</summary>
    public static ValueList<string> Command { get; } = Path.GetFileName(Environment.ProcessPath) == "dotnet"
        ? [Environment.ProcessPath!, Path.GetFullPath(Environment.GetCommandLineArgs()[0])]
        : [IsInstalled() ? Installed : Environment.ProcessPath ?? Installed];

    private static bool IsInstalled() =>
        File.Exists(Installed) && File.ResolveLinkTarget(Installed, returnFinalTarget: true)?.FullName == Environment.ProcessPath;
}
