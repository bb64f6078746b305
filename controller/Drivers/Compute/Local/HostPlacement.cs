// Pure: which host an amphora is put on.
namespace Amphora.Controller.Drivers.Compute.Local;

/// <summary>Chooses the host with the fewest machines of the group, then with the fewest at all, then by name.</summary>
internal static class HostPlacement
{
    /// <summary>The host.</summary>
    /// <param name="hosts">All of them.</param>
    /// <param name="machines">The machines there are.</param>
    /// <param name="group">The group; null: none.</param>
    /// <param name="zone">The only host that will do; null: any.</param>
    /// <exception cref="DriverException">There is none (NotFound), or none is free of the group (Exhausted).</exception>
    public static string Choose(IReadOnlyList<string> hosts, IReadOnlyList<AmphoraRecord> machines, ServerGroup? group, string? zone)
    {
        var candidates = hosts.Where(host => zone is null || host == zone).ToList();
        if (candidates.Count == 0)
        {
            throw new DriverException($"cannot place the amphora: there is no host {zone}; there are {string.Join(", ", hosts)}", DriverErrorKind.NotFound);
        }

        var chosen = candidates
            .Select(host => (Host: host, Own: machines.Count(machine => group is not null && machine.ServerGroupId == group.Id && machine.Host == host)))
            .OrderBy(candidate => candidate.Own)
            .ThenBy(candidate => machines.Count(machine => machine.Host == candidate.Host))
            .ThenBy(candidate => candidate.Host, StringComparer.Ordinal)
            .First();
        return group?.Policy == AntiAffinity.AntiAffinity && chosen.Own > 0
            ? throw new DriverException($"cannot place the amphora: every host has one of server group {group.Name} ({group.Id}): {string.Join(", ", candidates)}", DriverErrorKind.Exhausted)
            : chosen.Host;
    }
}
