// Where API 1.0 ends and API 2.0 begins: what one manages the other may read and not write.
using Amphora.Agent.Keepalived;
using Amphora.Contract;

namespace Amphora.Agent.Apply;

/// <summary>Says who manages what. Asked from inside the write queue, so the answer holds until the change is done.</summary>
internal sealed class ApiBoundary(GenerationStore generations, KeepalivedOptions keepalived, KeepalivedReader reader)
{
    /// <summary>Why API 1.0 may not change a load balancer, or null.</summary>
    public Failure? CheckLoadBalancer(string loadBalancerId) => generations.IsManagedOverApi2(loadBalancerId)
        ? Conflict($"load balancer {loadBalancerId} is managed over API 2.0: change or delete it there")
        : null;

    /// <summary>Why API 1.0 may not change an LVS listener, or null.</summary>
    public Failure? CheckLvs(string listenerId) => KeepalivedOwner.Of(keepalived.BasePath, KeepalivedPaths.LvsUnit(listenerId)) is { } owner
        ? Conflict($"listener {listenerId} belongs to load balancer {owner}, which is managed over API 2.0: change or delete it there")
        : null;

    /// <summary>Why API 1.0 may not change the VRRP instance, or null.</summary>
    public Failure? CheckVrrp() => KeepalivedOwner.Of(keepalived.BasePath, KeepalivedPaths.VrrpUnit) is { } owner
        ? Conflict($"the VRRP instance of this amphora belongs to load balancer {owner}, which is managed over API 2.0: change or delete it there")
        : null;

    /// <summary>Why API 2.0 may not apply what is wanted because API 1.0 has part of it, or null. The load balancer itself is the
    /// business of <see cref="Admission"/>.</summary>
    public async Task<Failure?> CheckAsync(Wanted wanted, CancellationToken cancellationToken)
    {
        foreach (var lvs in wanted.Keepalived.Lvs)
        {
            if (File.Exists(keepalived.Paths.LvsConfig(lvs.ListenerId)) && KeepalivedOwner.Of(keepalived.BasePath, KeepalivedPaths.LvsUnit(lvs.ListenerId)) is null)
            {
                return Conflict($"listener {lvs.ListenerId} is managed over API 1.0: delete it there first");
            }
        }

        // API 1.0 cannot delete a VRRP instance: one that is stopped is given up.
        if (wanted.Keepalived.VrrpConfig is null || KeepalivedOwner.Of(keepalived.BasePath, KeepalivedPaths.VrrpUnit) is not null)
        {
            return null;
        }

        return await reader.VrrpRunsAsync(cancellationToken)
            ? Conflict("the VRRP instance of this amphora is managed over API 1.0 and runs: stop it there first (PUT /1.0/vrrp/stop)")
            : null;
    }

    private static Failure Conflict(string message) => new("admit", message) { Kind = FailureKind.Conflict };
}
