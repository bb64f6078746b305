// Job: amphorae get new certificates before theirs end (flows.md §10).
using System.Collections.Concurrent;
using Amphora.Controller.Amphorae;
using Amphora.Controller.LoadBalancers.LoadBalancer;
using Amphora.Controller.Store;
using Amphora.Controller.Store.Journal;

namespace Amphora.Controller.Housekeeping;

/// <summary>Takes one after the other, several at once, until none is left; controllers that do so at the same time share the work.</summary>
internal sealed class CertificateJob(LoadBalancerServices services, FlowRounds flows, HousekeepingSettings settings) : HousekeepingJob("certificates", settings.CertificateInterval)
{
    private const string What = "rotate-certificate";

    /// <inheritdoc/>
    protected override async Task<HousekeepingRound> RunAsync(bool isDryRun, CancellationToken cancellationToken)
    {
        var rotate = new RotateCertificate(services.Amphorae, flows.Engine);
        var before = services.Time.GetUtcNow() + settings.CertificateExpiryBuffer;
        if (isDryRun)
        {
            return Round((await rotate.PreviewAsync(before, cancellationToken)).Select(static amphora => new HousekeepingAction(What, $"amphora {amphora}")));
        }

        // Those that a controller left cert_busy that died.
        var free = await services.Database.ReadAsync((transaction, token) => new FlowRows(transaction).ListFreeAsync(RotateCertificateFlow.Name, token), cancellationToken);
        var left = new ConcurrentQueue<BegunAmphora>(free.Select(static flow => new BegunAmphora(flow.Subject, flow.Id)));
        ConcurrentDictionary<Guid, HousekeepingAction?> done = [];
        await Parallel.ForAsync(0, settings.CertificateThreads, new ParallelOptions { MaxDegreeOfParallelism = settings.CertificateThreads, CancellationToken = cancellationToken }, async (_, token) =>
        {
            while ((left.TryDequeue(out var begun) ? begun : await rotate.RecordNextAsync(before, IsWanted, token)) is { } next)
            {
                done[next.AmphoraId] = null;
                done[next.AmphoraId] = await flows.RunAsync(What, next, token);
            }
        });
        return Round(done.Values.OfType<HousekeepingAction>());

        // When the CA itself ends soon, new certificates do too: once in a round is enough.
        bool IsWanted(Guid amphora) => !done.ContainsKey(amphora);
    }
}
