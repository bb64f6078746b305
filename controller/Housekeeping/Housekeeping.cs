// Housekeeping: what is done again and again so that there is neither too little nor too much (flows.md §10).
using Amphora.Controller.Flows;
using Amphora.Controller.LoadBalancers.LoadBalancer;

namespace Amphora.Controller.Housekeeping;

/// <summary>Front door: the jobs; who runs them again and again is Hosting.</summary>
internal static class HousekeepingSlice
{
    /// <summary>The jobs there are.</summary>
    /// <param name="services">Store and drivers.</param>
    /// <param name="flows">Runs what jobs record.</param>
    /// <param name="settings">How much is kept, and how long.</param>
    public static IReadOnlyList<HousekeepingJob> Jobs(LoadBalancerServices services, FlowEngine flows, HousekeepingSettings settings)
    {
        var rounds = new FlowRounds(flows);
        return [new SpareJob(services, rounds, settings), new CleanupJob(services, settings), new CertificateJob(services, rounds, settings), new OrphanJob(services, settings)];
    }
}
