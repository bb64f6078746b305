// Why the lock of a load balancer is not given (load-balancer-api.md §4).
using Amphora.Controller.Flows;
using Amphora.Controller.Store;

namespace Amphora.Controller.LoadBalancers;

/// <summary>A load balancer that is not there, or that somebody else has.</summary>
internal static class LockRefusals
{
    /// <summary>To the load balancer's own verbs.</summary>
    public static Refusal Locked(Guid loadBalancer, StatusLock taken) => taken.LoadBalancer is { } row
        ? new Refusal(RefusalKind.Conflict, $"Invalid state {row.ProvisioningStatus.ToWire()} of loadbalancer resource {loadBalancer}")
        : Missing(loadBalancer);

    /// <summary>To verbs of what belongs to it.</summary>
    public static Refusal Immutable(Guid loadBalancer, StatusLock taken) => taken.IsMissing
        ? Missing(loadBalancer)
        : new Refusal(RefusalKind.Conflict, Immutable("Load Balancer", loadBalancer, taken.LoadBalancer!.ProvisioningStatus));

    /// <summary>What is said of whatever has to be ACTIVE and is not.</summary>
    public static string Immutable(string title, Guid id, RowStatus status) => $"{title} {id} is immutable and cannot be updated: its provisioning_status is {status.ToWire()}.";

    private static Refusal Missing(Guid loadBalancer) => new(RefusalKind.NotFound, $"Load Balancer {loadBalancer} not found.");
}
