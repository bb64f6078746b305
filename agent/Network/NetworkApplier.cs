// Brings ports to their wanted state, and back when that fails: the write side of the slice.
using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using Amphora.Agent.Network.Files;
using Amphora.Contract;
using Amphora.Contract.Rest;
using Amphora.Linux.Native;
using Amphora.Linux.Netlink;

namespace Amphora.Agent.Network;

/// <summary>One caller at a time (the write queue). Every call may be repeated: unchanged touches nothing.</summary>
internal sealed class NetworkApplier(
    NetworkOptions options, PortStore store, NetworkReader reader, PortPlacement placement, NetworkExecutor executor)
{
    /// <summary>Gives the interface with this MAC address exactly what the port says, waiting for it when it is still to be plugged.
    /// Fails as a whole: addresses, routes, rules, name and namespace of the interface are then as before, and so are the files.</summary>
    public Task<Outcome<PortState>> ApplyAsync(PhysicalAddress mac, Port port, CancellationToken cancellationToken) =>
        ApplyAsync(mac, port, PortOwner.Api2, cancellationToken);

    /// <summary>As <see cref="ApplyAsync(PhysicalAddress, Port, CancellationToken)"/>, for either API. Over 1.0 an interface that is
    /// not there is answered at once, by a failure of the kind NotFound: its driver comes again by itself.</summary>
    public async Task<Outcome<PortState>> ApplyAsync(PhysicalAddress mac, Port port, PortOwner owner, CancellationToken cancellationToken)
    {
        if (RefuseStranger(mac, owner) is { } refused)
        {
            return refused;
        }

        var clock = Stopwatch.StartNew();
        var limit = owner == PortOwner.Api2 ? options.Timeouts.LinkAppears : TimeSpan.Zero;
        var placed = await placement.PlaceAsync(mac, port.Type == PortType.Vip, store.ReadPlugged(), limit, cancellationToken);
        if (placed.Failure is { } missing)
        {
            return missing with { Duration = clock.Elapsed };
        }

        // From here on the caller's token is not looked at: the port gets done or undone.
        List<ActionTaken> taken = [];
        var (link, origin) = placed.Value;
        if (origin is not null)
        {
            taken.Add(new ActionTaken("plug", $"{link.Name}: was {origin.Name}", clock.Elapsed.TotalMilliseconds));
        }

        var file = InterfaceFileRenderer.Render(port, link.Name, options.Topology());
        using var netlink = RouteNetlink.Open(options.Namespace);
        var before = reader.Read(netlink, link);
        var failure = await ConfigureAsync(netlink, mac, file, link, taken)
            ?? store.Save(new PluggedInterface(mac, link.Name), owner == PortOwner.Api2 ? port : null, file);
        if (failure is not null)
        {
            return await UndoAsync(netlink, placed.Value, before, failure);
        }

        // Nobody is served worse for an announcement that did not leave: neighbours ask by themselves later.
        _ = await PortAnnouncement.SendAsync(options.Namespace, VipsAndFixedIps(port), CancellationToken.None);
        return reader.ReadState(netlink, new PluggedInterface(mac, link.Name)) with { Actions = taken.ToValueList() };
    }

    /// <summary>Takes a port down: rules, routes and addresses away, link down, back in the agent's namespace (whence the hypervisor
    /// detaches it), files forgotten. Errors on the way down are tolerated, as by Octavia's agent: the link leaves anyway.</summary>
    public async Task<Failure?> RemoveAsync(PhysicalAddress mac, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (RefuseStranger(mac, PortOwner.Api2) is { } refused)
        {
            return refused;
        }

        var recorded = store.ReadPlugged().FirstOrDefault(entry => entry.Mac.Equals(mac));
        try
        {
            var running = reader.Read(mac);
            if (recorded is null && running is null)
            {
                return new Failure("remove port", $"cannot remove port {mac.ToText()}: no such port is plugged") { Kind = FailureKind.NotFound };
            }

            if (running is not null && await TakeDownAsync(running, recorded?.Name ?? running.Link.Name) is { } stuck)
            {
                return stuck;
            }
        }
        catch (LinuxException exception)
        {
            return NetworkFailure.From(exception, $"remove port {mac.ToText()}");
        }

        return recorded is null ? null : store.Forget(recorded);
    }

    /// <summary>Announces those of the addresses that an interface in the namespace has, one frame each; after HAProxy or keepalived
    /// was started or reloaded. Addresses nobody has here (a BACKUP's VIP) are passed over.</summary>
    public Task<Failure?> AnnounceAsync(IReadOnlyCollection<IPAddress> addresses, CancellationToken cancellationToken) =>
        PortAnnouncement.SendAsync(options.Namespace, addresses, cancellationToken);

    /// <summary>Null when this API may change the port: it plugged it, or nobody did.</summary>
    public Failure? RefuseStranger(PhysicalAddress mac, PortOwner owner) => store.OwnerOf(mac) is not { } found || found == owner ? null
        : new Failure($"plug {mac.ToText()}", $"port {mac.ToText()} is managed over API {(found == PortOwner.Api1 ? "1.0" : "2.0")}") { Kind = FailureKind.Conflict };

    /// <summary>True for a port that was plugged to the end and is where it belongs; ports are recorded last.</summary>
    public bool IsPlugged(PhysicalAddress mac) => store.OwnerOf(mac) is not null && reader.IsInside(mac);

    private async Task<Failure?> TakeDownAsync(InterfaceRunning running, string fileName)
    {
        var mac = running.Link.Address;
        var read = store.ReadFile(fileName);
        var file = read.Ok ? read.Value : null;
        using var netlink = RouteNetlink.Open(options.Namespace);
        ValueList<Rule>? rules = file?.IfType == InterfaceFile.TypeVip ? OtherRules(mac).ToValueList() : null;
        await executor.ExecuteAsync(netlink, running.Link, NetworkPlanner.PlanRemoval(running, rules), []);
        if (placement.MoveBack(running.Link, origin: null) is { } stuck)
        {
            return stuck;
        }

        await executor.FilterAsync(store.ReadOtherFiles(mac), wasFirewalled: file?.IsSriov == true);
        return null;
    }

    private async Task<Failure?> ConfigureAsync(RouteNetlink netlink, PhysicalAddress mac, InterfaceFile file, Link link, List<ActionTaken> taken)
    {
        try
        {
            var failure = await executor.ConvergeAsync(netlink, link, InterfaceWanted.From(file, OtherRules(mac)), taken);
            return failure is not null || (taken.Count == 0 && store.IsStored(file))
                ? failure
                : await Masquerade.ApplyAsync(options, [.. store.ReadOtherFiles(mac), file]);
        }
        catch (Exception exception) when (exception is FormatException or LinuxException)
        {
            return NetworkFailure.From(exception, $"configure {link.Name}");
        }
    }

    private async Task<Failure> UndoAsync(RouteNetlink netlink, Placement placed, InterfaceRunning before, Failure cause)
    {
        Failure? undo;
        try
        {
            undo = await executor.ConvergeAsync(netlink, placed.Link, before.ToWanted(), []);
            if (placed.Origin is not null)
            {
                undo = placement.MoveBack(placed.Link, placed.Origin) ?? undo;
            }

            await Masquerade.ApplyAsync(options, store.ReadOtherFiles(PhysicalAddress.None));
        }
        catch (LinuxException exception)
        {
            undo = NetworkFailure.From(exception, $"undo {placed.Link.Name}");
        }

        return undo is null ? cause : cause with { Message = $"{cause.Message}; undoing it failed as well: {undo.Message}" };
    }

    private IEnumerable<Rule> OtherRules(PhysicalAddress mac) => store.ReadOtherFiles(mac).SelectMany(InterfaceWanted.RulesOf);

    private static IEnumerable<IPAddress> VipsAndFixedIps(Port port) =>
        port.Vips.Select(vip => vip.IpAddress).Concat(port.FixedIps.Select(ip => ip.IpAddress));
}
