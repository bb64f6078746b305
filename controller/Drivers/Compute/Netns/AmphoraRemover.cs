// Everything of an amphora goes, in whatever state it is.
using Amphora.Controller.Drivers.Compute.Local;
using Amphora.Controller.Drivers.Networking.Netns;
using Amphora.Linux.Namespaces;

namespace Amphora.Controller.Drivers.Compute.Netns;

/// <summary>Finds by name what may be there, so that nothing has to be remembered; the folder goes last, and until then it can be asked for again.</summary>
/// <param name="network">Its ports are its.</param>
/// <param name="options">Limits.</param>
internal sealed class AmphoraRemover(NetnsNetworkDriver network, NetnsComputeOptions options)
{
    /// <summary>Ends everything and removes it. Ports stay, unplugged; the management port goes.</summary>
    public async Task RemoveAsync(AmphoraFolder folder)
    {
        var id = folder.AmphoraId;
        var root = network.Names.AmphoraRoot(id);
        await EndAsync(id);
        if (folder.ReadRecord()?.Agent is { } agent)
        {
            _ = AmphoraBuilder.Runs(agent);
        }

        foreach (var port in network.PluggedInto(root).Where(port => port.Name != NetnsNetworkOperator.ManagementPort(id)))
        {
            await network.UnplugAsync(port.Id, root, CancellationToken.None);
        }

        foreach (var port in await network.FindPortsAsync(NetnsNetworkOperator.ManagementPort(id), CancellationToken.None))
        {
            await network.DeletePortAsync(port.Id, CancellationToken.None);
        }

        NetworkNamespace.Delete(network.Names.AmphoraHaproxy(id));
        NetworkNamespace.Delete(root);
        File.Delete(AmphoraBuilder.BasePath(network, id));
        folder.Delete();
    }

    /// <summary>Ends whatever runs in an amphora's namespaces: an agent's services outlive it, and a supervisor starts again what it lost.</summary>
    /// <exception cref="DriverException">Something does not end.</exception>
    public Task EndAsync(Guid amphoraId) => EndAsync($"amphora {amphoraId}", network.Names.AmphoraRoot(amphoraId), network.Names.AmphoraHaproxy(amphoraId));

    /// <summary>Ends whatever runs in some namespaces; those that are not there are empty.</summary>
    /// <inheritdoc cref="EndAsync(Guid)"/>
    public async Task EndAsync(string what, params string[] spaces)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (spaces.SelectMany(NetworkNamespace.KillProcesses).ToList() is { Count: > 0 } left)
        {
            if (TimeProvider.System.GetElapsedTime(begin) > options.Timeouts.End)
            {
                throw new DriverException($"cannot end {what}: processes {string.Join(", ", left)} go on after SIGKILL");
            }

            await Task.Delay(options.Timeouts.Pause);
        }
    }
}
