// What became of a try to take the lock of a load balancer.
namespace Amphora.Controller.Store;

/// <summary>The lock is the provisioning status itself (flows.md §1): who takes a load balancer from a status that is no PENDING_*
/// has it, until he puts it to ACTIVE, ERROR or DELETED.</summary>
/// <param name="LoadBalancer">As it is now; null when it is not there or DELETED.</param>
/// <param name="IsTaken">True: the caller has it, and <paramref name="LoadBalancer"/> shows PENDING_*. False: it has another status.</param>
internal readonly record struct StatusLock(LoadBalancerRow? LoadBalancer, bool IsTaken)
{
    /// <summary>There is no such load balancer.</summary>
    public bool IsMissing => LoadBalancer is null;
}
