// What has a name of ours and no row, in compute, in the networks and in the kernel.
using Amphora.Controller.Drivers;
using Amphora.Controller.Drivers.Compute;
using Amphora.Controller.Drivers.Networking;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Store;
using Amphora.Controller.Vips;

namespace Amphora.Controller.Housekeeping;

/// <summary>Finds orphans. Rows come before the things they stand for and go after them, so a thing whose row is gone has been left.</summary>
internal sealed class OrphanSearch(LoadBalancerServices services)
{
    private INetworkDriver Network => services.Network;

    private IComputeDriver Compute => services.Vips.Compute;

    /// <summary>All that were made before a time, in the order in which they can be removed: a port needs its machine away, a group its ports.</summary>
    public async Task<IReadOnlyList<Orphan>> FindAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        // Things first, rows after: what is made meanwhile is not seen, and what is seen has its row.
        List<Owned> things =
        [
            .. (await Compute.ListAsync(cancellationToken)).Select(machine => new Owned(
                new Orphan("machine", machine.ComputeId, token => Compute.DeleteAsync(machine.ComputeId, token)), machine.CreatedAt) { Amphora = machine.AmphoraId }),
            .. (await Network.ListPortsAsync(cancellationToken)).Select(Port),
            .. (await Network.ListSecurityGroupsAsync(cancellationToken)).Select(group => new Owned(
                new Orphan("security-group", group.Name, token => Network.DeleteSecurityGroupAsync(group.Id, token)), group.CreatedAt) { LoadBalancer = VipNames.OwnerOf(group.Name, VipNames.SecurityGroup) }),
            .. (await Compute.ListServerGroupsAsync(cancellationToken)).Select(group => new Owned(
                new Orphan("server-group", group.Name, token => Compute.DeleteServerGroupAsync(group.Id, token)), group.CreatedAt) { LoadBalancer = VipNames.OwnerOf(group.Name, VipNames.ServerGroup) }),
        ];
        var old = things.Where(thing => thing.CreatedAt < before && thing.IsOurs).ToList();
        var alive = await AliveAsync(old, cancellationToken);
        return [.. old.Where(thing => !alive.Contains(thing.Owner)).Select(static thing => thing.Orphan), .. await StraysAsync(before, cancellationToken)];
    }

    private Owned Port(NetworkPort port)
    {
        var amphora = VipNames.IsOurPort(port.DeviceOwner) ? VipNames.OwnerOf(port.Name, VipNames.BasePort) ?? VipNames.OwnerOf(port.Name, VipNames.MemberPort) : null;
        var loadBalancer = VipNames.IsOurVip(port.DeviceOwner) ? VipNames.OwnerOf(port.Name, VipNames.VipPort) : null;
        return new Owned(new Orphan("port", $"{port.Name} {port.Id}", token => Network.DeletePortAsync(port.Id, token)), port.CreatedAt) { Amphora = amphora, LoadBalancer = loadBalancer };
    }

    private Task<HashSet<Guid>> AliveAsync(List<Owned> things, CancellationToken cancellationToken) => services.Database.ReadAsync(
        async (transaction, token) => (HashSet<Guid>)
        [
            .. await new AmphoraRows(transaction).AliveAsync([.. things.Select(static thing => thing.Amphora).OfType<Guid>().Distinct()], token),
            .. await new LoadBalancerRows(transaction).AliveAsync([.. things.Select(static thing => thing.LoadBalancer).OfType<Guid>().Distinct()], token),
        ],
        cancellationToken);

    private async Task<IReadOnlyList<Orphan>> StraysAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
    [
        .. (await Compute.ListStraysAsync(cancellationToken)).Where(stray => stray.CreatedAt < before).Select(stray => Stray(stray, Compute.DeleteStrayAsync)),
        .. (await Network.ListStraysAsync(cancellationToken)).Where(stray => stray.CreatedAt < before).Select(stray => Stray(stray, Network.DeleteStrayAsync)),
    ];

    private static Orphan Stray(Stray stray, Func<Stray, CancellationToken, Task> delete) => new(stray.Kind, stray.Name, token => delete(stray, token));

    // A thing and whose it is, by its name; of neither: it is not ours.
    private sealed record Owned(Orphan Orphan, DateTimeOffset CreatedAt)
    {
        public Guid? Amphora { get; init; }

        public Guid? LoadBalancer { get; init; }

        public bool IsOurs => (Amphora ?? LoadBalancer) is not null;

        public Guid Owner => (Amphora ?? LoadBalancer)!.Value;
    }
}

/// <summary>Something that nobody has.</summary>
/// <param name="Kind">As <c>machine</c>.</param>
/// <param name="Name">Its name or id.</param>
/// <param name="RemoveAsync">Removes it; twice is once.</param>
internal sealed record Orphan(string Kind, string Name, Func<CancellationToken, Task> RemoveAsync);
