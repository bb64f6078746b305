// dhclient, for ports without fixed addresses.
using Amphora.Contract;
using Amphora.Linux.Native;
using Amphora.Linux.Processes;

namespace Amphora.Agent.Network;

/// <summary>Runs dhclient in the namespace with the files Octavia's agent uses (appliance-layout §1).</summary>
internal static class DhcpClient
{
    private const string Program = "dhclient";

    /// <summary>Asks for a lease; dhclient goes to the background once it has one and keeps it.</summary>
    public static Task<Failure?> StartAsync(NetworkOptions options, string interfaceName)
    {
        Directory.CreateDirectory("/var/lib/dhclient");
        return RunAsync(options, [Program, "-1", .. Files(interfaceName), interfaceName], interfaceName);
    }

    /// <summary>Gives the lease back and ends dhclient; no dhclient is success.</summary>
    public static async Task<Failure?> StopAsync(NetworkOptions options, string interfaceName) =>
        File.Exists(PidFile(interfaceName)) ? await RunAsync(options, [Program, "-r", .. Files(interfaceName), interfaceName], interfaceName) : null;

    private static async Task<Failure?> RunAsync(NetworkOptions options, IReadOnlyList<string> command, string interfaceName)
    {
        var step = $"run dhclient on {interfaceName}";
        try
        {
            var result = await Tool.RunAsync(
                command, new ToolOptions { TimeLimit = options.Timeouts.Tool, NetworkNamespace = options.Entered }, CancellationToken.None);
            return result.Succeeded ? null : new Failure(step, $"cannot get an address for {interfaceName} by DHCP")
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

    private static string[] Files(string interfaceName) =>
        ["-lf", $"/var/lib/dhclient/dhclient-{interfaceName}.leases", "-pf", PidFile(interfaceName)];

    private static string PidFile(string interfaceName) => $"/run/dhclient-{interfaceName}.pid";
}
