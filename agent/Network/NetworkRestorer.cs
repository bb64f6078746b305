// At the start of the agent: every stored port up again.
using System.Diagnostics;
using System.Net.NetworkInformation;
using Amphora.Agent.Network.Files;
using Amphora.Contract;
using Amphora.Linux.Native;
using Amphora.Linux.Netlink;

namespace Amphora.Agent.Network;

/// <summary>After a reboot the namespace is gone and the links wait outside; after a restart of the agent alone there is nothing to do.</summary>
internal sealed class NetworkRestorer(NetworkOptions options, PortStore store, NamespaceSetup setup, PortPlacement placement, NetworkExecutor executor)
{
    /// <summary>Namespace, lo, and every stored port, as far as each goes: half a port serves more than none.</summary>
    /// <returns>What did not work; the rest was done.</returns>
    public async Task<ValueList<Failure>> RestoreAsync(CancellationToken cancellationToken)
    {
        List<Failure> failures = [];
        failures.AddRange(new[] { setup.Ensure(), store.Prepare() }.OfType<Failure>());
        var plugged = store.ReadPlugged();
        var clock = Stopwatch.StartNew();
        foreach (var entry in plugged)
        {
            var limit = options.Timeouts.RestoreLinks - clock.Elapsed;
            failures.AddRange(await RestoreAsync(entry, plugged, limit > TimeSpan.Zero ? limit : TimeSpan.Zero, cancellationToken));
        }

        if (plugged.Count > 0 && await Masquerade.ApplyAsync(options, store.ReadOtherFiles(PhysicalAddress.None)) is { } failure)
        {
            failures.Add(failure);
        }

        return failures.ToValueList();
    }

    private async Task<IEnumerable<Failure>> RestoreAsync(
        PluggedInterface entry, IReadOnlyList<PluggedInterface> plugged, TimeSpan limit, CancellationToken cancellationToken)
    {
        var read = store.ReadFile(entry.Name);
        if (!read.Ok || read.Value is not { } file)
        {
            return [read.Failure ?? new Failure($"restore {entry.Name}", $"cannot restore {entry.Name}: it has no interface file")];
        }

        var placed = await placement.PlaceAsync(entry.Mac, file.IfType == InterfaceFile.TypeVip, plugged, limit, cancellationToken);
        if (placed.Failure is { } missing)
        {
            return [missing];
        }

        try
        {
            using var netlink = RouteNetlink.Open(options.Namespace);
            var wanted = InterfaceWanted.From(file, store.ReadOtherFiles(entry.Mac).SelectMany(InterfaceWanted.RulesOf));
            var failures = await executor.ConvergeAsync(netlink, placed.Value.Link, wanted, [], keepGoing: true);
            _ = await PortAnnouncement.SendAsync(options.Namespace, wanted.Addresses.Select(address => address.Address), cancellationToken);
            return failures;
        }
        catch (Exception exception) when (exception is FormatException or LinuxException)
        {
            return [NetworkFailure.From(exception, $"restore {entry.Name}")];
        }
    }
}
