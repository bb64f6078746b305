// From a record to a running agent.
using Amphora.Controller.ConfigDrive;
using Amphora.Controller.Drivers.Compute.Local;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.Drivers.Networking.Netns;
using Amphora.Linux.Files;
using Amphora.Linux.Namespaces;
using Amphora.Linux.Native;
using Amphora.Linux.Processes;

namespace Amphora.Controller.Drivers.Compute.Netns;

/// <summary>Each step may find its work done: a controller that died in the middle is followed by another one, or by <see cref="AmphoraRemover"/>.</summary>
/// <param name="network">The management network is its.</param>
/// <param name="options">The agent, and limits.</param>
internal sealed class AmphoraBuilder(NetnsNetworkDriver network, NetnsComputeOptions options)
{
    // Marks the environment of everything that runs in an amphora.
    private const string Variable = "AMPHORA_FOLDER";
    private const string Agent = "amphora-agent";
    private const int LinesShown = 15;

    /// <summary>The agent's base_path: sockets are below it, and a socket's path may have 107 bytes.</summary>
    public static string BasePath(NetnsNetworkDriver network, Guid amphoraId) => Path.Combine(network.Options.RuntimeDirectory, network.Names.AmphoraFiles(amphoraId));

    /// <summary>Builds it.</summary>
    /// <param name="folder">Its folder, locked.</param>
    /// <param name="record">Its record.</param>
    /// <param name="build">What was asked for.</param>
    /// <param name="cancellationToken">Ends it between two steps.</param>
    public async Task BuildAsync(AmphoraFolder folder, AmphoraRecord record, ComputeBuild build, CancellationToken cancellationToken)
    {
        var space = network.Names.AmphoraRoot(build.AmphoraId);
        var (port, subnet) = await ConnectAsync(space, record, cancellationToken);
        var address = port.FixedIps[0].IpAddress;
        await NetnsLink.ConfigureAsync(space, port, subnet, usesGateway: false, cancellationToken);
        folder.CreateRoot();
        var basePath = BasePath(network, build.AmphoraId);
        AtomicLink.Point(basePath, Path.Combine(folder.Root, "var/lib/octavia"));
        folder.Write("config-drive", DriveFiles.Layout(build.AmphoraId, build.Files));
        await InstallAsync(folder, space, cancellationToken);
        folder.Write("root/etc/octavia/amphora-agent.conf.d", [new("netns.conf", AgentOverrides.Render(folder.Root, basePath, address, network.Names.AmphoraHaproxy(build.AmphoraId), options))]);
        cancellationToken.ThrowIfCancellationRequested();
        Start(folder, record with { ManagementAddress = address }, space);
    }

    private async Task<(NetworkPort Port, Subnet Subnet)> ConnectAsync(string space, AmphoraRecord record, CancellationToken cancellationToken)
    {
        var (port, subnet) = await network.Operator.EnsureManagementPortAsync(record.AmphoraId, cancellationToken);
        NetworkNamespace.Ensure(space);
        port = await network.PlugAsync(port.Id, new PortPlug(space, "eth0"), record.AmphoraId.ToString("D"), $"compute:{record.Host}", cancellationToken);
        return (port, subnet);
    }

    // What the amphora's own oneshot does at boot.
    private async Task InstallAsync(AmphoraFolder folder, string space, CancellationToken cancellationToken)
    {
        var result = await Tool.RunAsync(
            [.. Command(), "config-drive", "--directory", folder.ConfigDrive, "--root", folder.Root],
            new ToolOptions { TimeLimit = options.Timeouts.Install, NetworkNamespace = space },
            cancellationToken);
        if (!result.Succeeded)
        {
            throw new DriverException($"cannot install the config drive of amphora {folder.AmphoraId}: {Agent} {(result.TimedOut ? "took too long" : $"exited with {result.ExitCode}")}: {result.Output.Trim()}");
        }
    }

    private void Start(AmphoraFolder folder, AmphoraRecord record, string space)
    {
        var position = folder.Log.Position;
        using var process = WatchedProcess.Start(
            new ProcessStart
            {
                Command = [.. Command(), "--config-file", $"{folder.Root}/etc/octavia/amphora-agent.conf", "--config-dir", $"{folder.Root}/etc/octavia/amphora-agent.conf.d"],
                NetworkNamespace = space,
                WorkingDirectory = folder.Path,
                Environment = new Dictionary<string, string?> { [Variable] = folder.Path },
            },
            folder.Log.FilePath);
        folder.WriteRecord(record with { Agent = new AgentProcess(process.Id, process.StartTime, ProcessStatus.BootId, position) });
    }

    private IReadOnlyList<string> Command()
    {
        if (options.AgentCommand.Count > 0)
        {
            return options.AgentCommand;
        }

        var beside = Path.Combine(AppContext.BaseDirectory, Agent);
        return [File.Exists(beside) ? beside : Agent];
    }

    /// <summary>True while an agent runs; what ended is taken note of.</summary>
    public static bool Runs(AgentProcess agent)
    {
        if (agent.BootId != ProcessStatus.BootId || ProcessStatus.StartTime(agent.Pid) != agent.StartTime)
        {
            return false;
        }

        if (ProcessStatus.Runs(agent.Pid))
        {
            return true;
        }

        ProcessStatus.Reap(agent.Pid);
        return false;
    }

    /// <summary>The last words of an agent that ended.</summary>
    public static string LastWords(AmphoraFolder folder, AgentProcess agent) =>
        $"its agent ended at its start: {folder.Log.Tail(LinesShown, agent.LogPosition).Trim()}";
}
