// dhclient, for ports without fixed addresses.
using Amphora.Contract;
using Amphora.Linux.Native;
using Amphora.Linux.Processes;

namespace Amphora.Agent.Network;

/// <summary>Runs dhclient in the namespace with the files Octavia's agent uses (appliance-layout §1).</summary>
internal sealed class DhcpClient(NetworkOptions options)
{
    private const string Program = "dhclient";

    /// <summary>Asks for a lease; dhclient goes to the background once it has one and keeps it.</summary>
    public Task<Failure?> StartAsync(string interfaceName)
    {
        Directory.CreateDirectory("/var/lib/dhclient");
        return RunAsync([Program, "-1", .. Files(interfaceName), interfaceName], interfaceName);
    }

    /// <summary>Gives the lease back and ends dhclient; no dhclient is success.</summary>
    public async Task<Failure?> StopAsync(string interfaceName) =>
        File.Exists(PidFile(interfaceName)) ? await RunAsync([Program, "-r", .. Files(interfaceName), interfaceName], interfaceName) : null;

    private async Task<Failure?> RunAsync(IReadOnlyList<string> command, string interfaceName)
    {
        var step = $"run dhclient on {interfaceName}";
        try
        {
            var result = await Tool.RunAsync(
                command, new ToolOptions { TimeLimit = options.Timeouts.Tool, NetworkNamespace = options.Namespace }, CancellationToken.None);
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
            return NetworkFailure.From(exception, step) with { Tool = Program };
        }
    }

    private static string[] Files(string interfaceName) =>
        ["-lf", $"/var/lib/dhclient/dhclient-{interfaceName}.leases", "-pf", PidFile(interfaceName)];

    private static string PidFile(string interfaceName) => $"/run/dhclient-{interfaceName}.pid";
}
