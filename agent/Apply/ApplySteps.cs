// The steps of the pipeline, across the slices that are applied.
using Amphora.Agent.Certificates;
using Amphora.Agent.Haproxy;
using Amphora.Agent.Journal;
using Amphora.Agent.Keepalived;
using Amphora.Contract;

namespace Amphora.Agent.Apply;

/// <summary>What has to be done on all sides.</summary>
/// <param name="Haproxy">For HAProxy.</param>
/// <param name="Keepalived">For keepalived.</param>
/// <param name="Firewall">The packet filter to load; null: none.</param>
internal sealed record ApplyPlan(HaproxyPlan Haproxy, KeepalivedPlan Keepalived, string? Firewall)
{
    /// <summary>True when everything is as wanted.</summary>
    public bool IsEmpty => Haproxy.IsEmpty && Keepalived.IsEmpty && Firewall is null;

    /// <summary>True when somebody else may be asked for the VIP from now on, as Octavia's agent takes it: a process starts or takes over.</summary>
    public bool HasAnotherProcess => Haproxy.NeedsProcess || !Keepalived.IsEmpty;

    /// <summary>What is different, for people.</summary>
    public IEnumerable<string> Changes => NetworkSide.Changes(Firewall).Concat(Haproxy.Changes).Concat(Keepalived.Changes);
}

/// <summary>Each step asks every slice in turn; what a slice says is a value.</summary>
internal sealed class ApplySteps(HaproxySide haproxy, KeepalivedSide keepalived, NetworkSide network, CertificateStore certificates, AgentJournal journal)
{
    /// <summary>Steps 1 and 2: what runs, and what has to be done; then the programs themselves look at what they would be given.</summary>
    public async Task<Outcome<ApplyPlan>> PlanCheckedAsync(Wanted wanted, Progress progress, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(wanted, cancellationToken);
        var failure = plan.Failure
            ?? await haproxy.CheckAsync(plan.Value.Haproxy, wanted.Haproxy, progress, cancellationToken)
            ?? await keepalived.CheckAsync(wanted.Keepalived, progress, cancellationToken)
            ?? await network.CheckAsync(wanted.FirewallRules, progress);
        return failure is null ? plan : failure;
    }

    /// <summary>Connections of clients of a load balancer; null: HAProxy does not say.</summary>
    public Task<long?> CountConnectionsAsync(string loadBalancerId, CancellationToken cancellationToken) => haproxy.CountConnectionsAsync(loadBalancerId, cancellationToken);

    /// <summary>Step 3. No caller can stop it: it is finished, or undone, within the slices' own limits.</summary>
    public async Task<Failure?> ExecuteAsync(ApplyPlan plan, Wanted wanted, Progress progress)
    {
        progress.Differs(plan.Changes);
        // The filter first: VRRP has to be let in before keepalived decides that it is alone.
        var failure = await network.ExecuteAsync(wanted.LoadBalancerId, plan.Firewall, progress)
            ?? await haproxy.ExecuteAsync(plan.Haproxy, progress)
            ?? await keepalived.ExecuteAsync(plan.Keepalived, progress);
        if (failure is null && plan.HasAnotherProcess && wanted.Announce.Count > 0)
        {
            await network.AnnounceAsync(wanted.Announce, progress);
        }

        return failure;
    }

    /// <summary>Step 4: read again; nothing may be left to do.</summary>
    public async Task<Failure?> ProveAsync(Wanted wanted, CancellationToken cancellationToken)
    {
        var again = await PlanAsync(wanted, cancellationToken);
        var unproven = again.Failure ?? (again.Value.IsEmpty
            ? null
            : new Failure("prove", $"cannot prove the change: what runs still differs: {string.Join("; ", again.Value.Changes)}"));
        journal.Proof(wanted.LoadBalancerId, "all", unproven);
        return unproven;
    }

    /// <summary>Puts an earlier wanted state back; it was checked when it came.</summary>
    public async Task<Failure?> RestoreAsync(Wanted wanted, Progress progress, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(wanted, cancellationToken);
        return plan.Failure ?? await ExecuteAsync(plan.Value, wanted, progress);
    }

    /// <summary>Stops and removes the services and files of a load balancer, in reverse order. Certificates stay.</summary>
    public async Task<Failure?> RemoveAsync(string loadBalancerId, Progress progress, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(
            new HaproxyWanted { LoadBalancerId = loadBalancerId, LocalPeer = "" },
            new KeepalivedWanted { LoadBalancerId = loadBalancerId },
            firewallRules: null,
            cancellationToken);
        if (plan.Failure is { } unreadable)
        {
            return unreadable;
        }

        progress.Differs(plan.Value.Changes);
        return await keepalived.ExecuteAsync(plan.Value.Keepalived, progress) ?? await haproxy.ExecuteAsync(plan.Value.Haproxy, progress);
    }

    /// <summary>Deletes the certificate files of a load balancer that is gone.</summary>
    public Failure? DeleteCertificates(string loadBalancerId) =>
        certificates.DeleteAll(loadBalancerId);

    private Task<Outcome<ApplyPlan>> PlanAsync(Wanted wanted, CancellationToken cancellationToken) =>
        PlanAsync(wanted.Haproxy, wanted.Keepalived, wanted.FirewallRules, cancellationToken);

    private async Task<Outcome<ApplyPlan>> PlanAsync(
        HaproxyWanted wantedHaproxy, KeepalivedWanted wantedKeepalived, string? firewallRules, CancellationToken cancellationToken)
    {
        var haproxyPlan = await haproxy.PlanAsync(wantedHaproxy, cancellationToken);
        if (haproxyPlan.Failure is { } unreadable)
        {
            return unreadable;
        }

        var keepalivedPlan = await keepalived.PlanAsync(wantedKeepalived, cancellationToken);
        return keepalivedPlan.Failure is { } failure ? failure : new ApplyPlan(haproxyPlan.Value, keepalivedPlan.Value, network.Plan(firewallRules));
    }
}
