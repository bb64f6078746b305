// What keepalived runs to check the members of UDP and SCTP listeners (appliance-layout §9): scripts that call this program.
using Amphora.Linux.Files;
using Amphora.Linux.Processes;

namespace Amphora.Agent.Keepalived;

/// <summary>The two programs whose names stand in configurations, ours and those a stock controller uploads: <c>udp_check.sh</c> with its
/// path, <c>amphora-health-checker</c> without one, so its directory is in the PATH of the service.</summary>
internal static class CheckPrograms
{
    // Upstream's is 0100: to read that, as the shell has to and the agent does to compare, root needs a capability.
    private const UnixFileMode OwnerMayRun = UnixFileMode.UserRead | UnixFileMode.UserExecute;

    /// <summary>Name of the program behind UDP-CONNECT monitors.</summary>
    public const string UdpCheck = "udp_check.sh";

    /// <summary>Name of the program behind SCTP monitors.</summary>
    public const string HealthChecker = "amphora-health-checker";

    /// <summary>The files.</summary>
    public static IEnumerable<KeepalivedFile> Files(KeepalivedOptions options) =>
    [
        new(Path.Combine(options.Paths.CheckPrograms, UdpCheck), Script(options, "udp-check"), OwnerMayRun),
        new(Path.Combine(options.Paths.CheckPrograms, HealthChecker), Script(options, "health-check"), OwnerMayRun),
    ];

    /// <summary>Puts them there; unchanged touches nothing.</summary>
    public static void Ensure(KeepalivedOptions options)
    {
        Directory.CreateDirectory(options.Paths.CheckPrograms);
        foreach (var file in Files(options))
        {
            AtomicFile.WriteText(file.Path, file.Text, file.Mode);
        }
    }

    private static string Script(KeepalivedOptions options, string subcommand) =>
        ShellScript.Exec([.. options.AgentCommand, subcommand], passArguments: true);
}
