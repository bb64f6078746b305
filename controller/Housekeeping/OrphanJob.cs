// Job: what nobody has is removed.
using Amphora.Controller.Drivers;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Store;

namespace Amphora.Controller.Housekeeping;

/// <summary>Removes orphans, one that cannot be removed does not stop the others. With a database that knows of nothing at all it touches
/// nothing: that is rather the wrong database.</summary>
internal sealed class OrphanJob(LoadBalancerServices services, HousekeepingSettings settings) : HousekeepingJob("orphans", settings.OrphanInterval)
{
    private const string What = "remove-orphan";

    /// <inheritdoc/>
    protected override async Task<HousekeepingRound> RunAsync(bool isDryRun, CancellationToken cancellationToken)
    {
        var orphans = await new OrphanSearch(services).FindAsync(services.Time.GetUtcNow() - settings.OrphanAge, cancellationToken);
        var isBlank = orphans.Count > 0 && await services.Database.ReadAsync(static (transaction, token) => new AmphoraRows(transaction).IsBlankAsync(token), cancellationToken);
        List<HousekeepingAction> actions = [];
        foreach (var orphan in orphans)
        {
            var error = isBlank ? "the database has no load balancer and no amphora, not even deleted ones: is it the right one?" : isDryRun ? null : await RemoveAsync(orphan, cancellationToken);
            actions.Add(new HousekeepingAction(What, $"{orphan.Kind} {orphan.Name}", Error: error));
        }

        return Round(actions);
    }

    private static async Task<string?> RemoveAsync(Orphan orphan, CancellationToken cancellationToken)
    {
        try
        {
            await orphan.RemoveAsync(cancellationToken);
            return null;
        }
        catch (DriverException exception)
        {
            return exception.Message;
        }
    }
}
