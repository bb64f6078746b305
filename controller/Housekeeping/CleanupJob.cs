// Job: rows of what is gone, and flows that have ended, are forgotten after a time (flows.md §10).
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;

namespace Amphora.Controller.Housekeeping;

/// <summary>Purges. An amphora that is DELETED and still heard of stays: it is a zombie that somebody has to know.</summary>
internal sealed class CleanupJob(LoadBalancerServices services, HousekeepingSettings settings) : HousekeepingJob("cleanup", settings.CleanupInterval)
{
    /// <inheritdoc/>
    protected override async Task<HousekeepingRound> RunAsync(bool isDryRun, CancellationToken cancellationToken)
    {
        var purged = await services.Database.InTransactionAsync(
            async (transaction, token) =>
            {
                var now = transaction.Now;
                HousekeepingAction[] counts =
                [
                    new("purge-amphora", "", await new AmphoraRows(transaction).PurgeAsync(now - settings.AmphoraExpiryAge, token)),
                    new("purge-loadbalancer", "", await new LoadBalancerRows(transaction).PurgeAsync(now - settings.LoadBalancerExpiryAge, token)),
                    new("purge-flow", "", await new FlowRows(transaction).PurgeAsync(now - settings.FlowExpiryAge, token)),
                ];
                if (isDryRun)
                {
                    transaction.Abandon();
                }

                return counts;
            },
            cancellationToken);
        return Round(purged.Where(static count => count.Count > 0));
    }
}
