// dhclient, for ports without fixed addresses.
using System.Globalization;
using Amphora.Agent.Actions;
using Amphora.Contract;
using Amphora.Linux.Files;
using Amphora.Linux.Native;
using Amphora.Linux.Netlink;
using Amphora.Linux.Processes;

namespace Amphora.Agent.Network.Dhcp;

/// <summary>Runs dhclient in the namespace with the files Octavia's agent uses (appliance-layout §1). It stays in the background and
/// keeps the lease; a new agent finds it by its pid file. What a lease changes is <see cref="DhcpScript"/>'s (docs/decisions/0004).</summary>
internal static class DhcpClient
{
    private const string Program = "dhclient";
    private const UnixFileMode ScriptMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // Seconds between two attempts once nobody has answered for the whole limit.
    private const int Retry = 10;

    /// <summary>True while it keeps the lease of an interface.</summary>
    public static bool Runs(NetworkOptions options, string interfaceName)
    {
        try
        {
            return int.TryParse(File.ReadAllText(PidFile(options, interfaceName)).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && File.ReadAllText($"/proc/{pid}/comm").Trim() == Program;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Asks for a lease.</summary>
    /// <param name="options">Namespace, files and limits.</param>
    /// <param name="interfaceName">An interface that is up.</param>
    /// <param name="wait">False: it asks in the background for as long as it takes, and nobody is told. True: without an answer within the
    /// limit it is ended again.</param>
    public static async Task<Failure?> StartAsync(NetworkOptions options, string interfaceName, bool wait)
    {
        var step = $"run dhclient on {interfaceName}";
        try
        {
            WriteFiles(options);
        }
        catch (Exception exception) when (OperatingSystemFailure.Is(exception))
        {
            return NetworkFailure.From(exception, step, Program);
        }

        string[] patience = wait ? [] : ["-nw"];
        var started = await RunAsync(options, step, [Program, "-4", .. patience, .. Files(options, interfaceName), interfaceName]);
        if (!wait || (started.Ok && HasAddress(options, interfaceName)))
        {
            return started.Failure;
        }

        _ = await StopAsync(options, interfaceName);
        return started.Failure ?? new Failure(
            step, $"cannot get an address for {interfaceName}: no DHCP server gave one within {options.Timeouts.Dhcp.TotalSeconds:0.#} s")
        {
            Kind = FailureKind.TimedOut,
            Tool = Program,
            Output = started.Value,
        };
    }

    /// <summary>Gives the lease back, with its address, and ends dhclient; no dhclient is success. The interface has to be up.</summary>
    public static async Task<Failure?> StopAsync(NetworkOptions options, string interfaceName)
    {
        var pidFile = PidFile(options, interfaceName);
        if (!File.Exists(pidFile))
        {
            return null;
        }

        var stopped = await RunAsync(options, $"end dhclient on {interfaceName}", [Program, "-4", "-r", .. Files(options, interfaceName), interfaceName]);
        AtomicFile.Delete(pidFile);
        return stopped.Failure;
    }

    // What it printed, or why it could not do it.
    private static async Task<Outcome<string>> RunAsync(NetworkOptions options, string step, IReadOnlyList<string> command)
    {
        try
        {
            var limit = options.Timeouts.Dhcp + options.Timeouts.Tool;
            var result = await Tool.RunAsync(
                command, new ToolOptions { TimeLimit = limit, NetworkNamespace = options.Entered }, CancellationToken.None);
            return result.Succeeded ? result.Output : new Failure(step, $"cannot {step}: {(result.TimedOut ? $"it did not end within {limit.TotalSeconds:0.#} s" : "it failed")}")
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

    private static bool HasAddress(NetworkOptions options, string interfaceName)
    {
        using var netlink = RouteNetlink.Open(options.Entered);
        return netlink.FindLink(interfaceName) is { } link && netlink.ReadAddresses(link).Any(address => address.LinkIndex == link.Index && DhcpScript.IsLeased(address));
    }

    private static void WriteFiles(NetworkOptions options)
    {
        Directory.CreateDirectory(options.DhcpDirectory);
        AtomicFile.WriteText(ScriptFile(options), ShellScript.Exec([.. options.AgentCommand, DhcpScript.Command]), ScriptMode);
        // dhclient.conf(5). Nothing but an address and the way to others is wanted from a tenant's server;
        // without `require` an answer without options would do, as BOOTP's, and give an address for ever.
        AtomicFile.WriteText(
            ConfigFile(options),
            $"""
            option rfc3442-classless-static-routes code 121 = array of unsigned integer 8;
            request subnet-mask, routers, rfc3442-classless-static-routes;
            require subnet-mask, dhcp-lease-time, dhcp-server-identifier;
            timeout {(int)Math.Ceiling(options.Timeouts.Dhcp.TotalSeconds)};
            retry {Retry};
            initial-interval 1;

            """,
            FileMode);
    }

    private static string[] Files(NetworkOptions options, string interfaceName) =>
    [
        "-cf", ConfigFile(options), "-sf", ScriptFile(options),
        "-lf", Path.Combine(options.DhcpDirectory, $"dhclient-{interfaceName}.leases"), "-pf", PidFile(options, interfaceName),
    ];

    private static string ConfigFile(NetworkOptions options) => Path.Combine(options.DhcpDirectory, "amphora-dhclient.conf");

    private static string ScriptFile(NetworkOptions options) => Path.Combine(options.DhcpDirectory, "amphora-dhclient-script");

    private static string PidFile(NetworkOptions options, string interfaceName) => Path.Combine(options.RunDirectory, $"dhclient-{interfaceName}.pid");
}
