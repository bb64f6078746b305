// Job: the spare pool is filled up (flows.md §10).
using System.Collections.Concurrent;
using Amphora.Controller.Amphorae;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;

namespace Amphora.Controller.Housekeeping;

/// <summary>Builds what is missing, several at once; one that fails does not stop the others, and is missing again in the next round.</summary>
internal sealed class SpareJob(LoadBalancerServices services, FlowRounds flows, HousekeepingSettings settings) : HousekeepingJob("spares", settings.SpareInterval)
{
    private const string What = "build-spare";

    /// <inheritdoc/>
    protected override async Task<HousekeepingRound> RunAsync(bool isDryRun, CancellationToken cancellationToken)
    {
        var create = new CreateSpares(services.Amphorae, flows.Engine);
        if (isDryRun)
        {
            var missing = await create.CountMissingAsync(settings.SparePoolSize, cancellationToken);
            return Round(missing == 0 ? [] : [new HousekeepingAction(What, "", missing)]);
        }

        await create.RecordAsync(settings.SparePoolSize, cancellationToken);
        // Those that were recorded now, and those of a controller that died.
        var free = await services.Database.ReadAsync((transaction, token) => new FlowRows(transaction).ListFreeAsync(CreateSpareFlow.Name, token), cancellationToken);
        ConcurrentBag<HousekeepingAction> built = [];
        await Parallel.ForEachAsync(free, new ParallelOptions { MaxDegreeOfParallelism = settings.SpareThreads, CancellationToken = cancellationToken }, async (flow, token) =>
        {
            if (await flows.RunAsync(What, new BegunAmphora(flow.Subject, flow.Id), token) is { } action)
            {
                built.Add(action);
            }
        });
        return Round(built);
    }
}
