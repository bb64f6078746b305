// Everything the rows say of what is looked at, read at one moment.
using Amphora.Controller.Flows;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;

namespace Amphora.Controller.Doctor;

/// <summary>Rows.</summary>
internal sealed record Patient
{
    private const int MostFlows = 10_000;

    /// <summary>Load balancers that are looked at.</summary>
    public required IReadOnlyList<LoadBalancerRow> LoadBalancers { get; init; }

    /// <summary>What hangs below each.</summary>
    public required IReadOnlyDictionary<Guid, IReadOnlyList<ObjectRow>> Objects { get; init; }

    /// <summary>Their amphorae; spares too when everything is looked at.</summary>
    public required IReadOnlyList<AmphoraRow> Amphorae { get; init; }

    /// <summary>Heartbeats by amphora.</summary>
    public required IReadOnlyDictionary<Guid, HealthRow> Health { get; init; }

    /// <summary>Flows that have not ended.</summary>
    public required IReadOnlyList<FlowRecord> Flows { get; init; }

    /// <summary>Reads them.</summary>
    /// <param name="database">Where.</param>
    /// <param name="loadBalancer">Only this one; null: all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static Task<Patient> ReadAsync(IDatabase database, Guid? loadBalancer, CancellationToken cancellationToken) => database.ReadAsync(
        async (transaction, token) =>
        {
            List<LoadBalancerRow> rows = [.. (await new LoadBalancerRows(transaction).ListAsync(null, token)).Where(row => loadBalancer is null || row.Id == loadBalancer)];
            var amphorae = (await new AmphoraRows(transaction).ListAsync(token)).Where(row => loadBalancer is null || row.LoadBalancerId == loadBalancer).ToList();
            Dictionary<Guid, IReadOnlyList<ObjectRow>> objects = [];
            foreach (var row in rows)
            {
                objects[row.Id] = await new ObjectRows(transaction).LoadAsync(row.Id, token);
            }

            Dictionary<Guid, HealthRow> health = [];
            foreach (var amphora in amphorae)
            {
                if (await new HealthRows(transaction).GetAsync(amphora.Id, token) is { } row)
                {
                    health[amphora.Id] = row;
                }
            }

            var flows = await new FlowRows(transaction).ListAsync(loadBalancer, MostFlows, token);
            return new Patient { LoadBalancers = rows, Objects = objects, Amphorae = amphorae, Health = health, Flows = [.. flows.Where(static flow => flow.EndedAt is null)] };
        },
        cancellationToken);
}
