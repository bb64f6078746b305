// The network's side of each step: the packet filter of SR-IOV VIPs, which have no security groups, and what neighbours are told.
using System.Diagnostics;
using System.Net;
using Amphora.Agent.Journal;
using Amphora.Agent.Network;
using Amphora.Agent.Network.Firewall;
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Agent.Apply;

/// <summary>Checks and loads nftables-vip.rules, and announces VIPs. A load balancer without rules leaves the filter alone, also when it goes: what its
/// rules let in meets nobody then, and the filter itself goes with the port.</summary>
internal sealed class NetworkSide(VipFirewall firewall, NetworkApplier network, AgentJournal journal)
{
    private const string Name = "nftables-vip.rules";

    /// <summary>Step 2.</summary>
    public async Task<Failure?> CheckAsync(string? rules, Progress progress)
    {
        if (rules is null || firewall.IsStored(rules))
        {
            return null;
        }

        var started = Stopwatch.GetTimestamp();
        var failure = await firewall.CheckAsync(rules);
        progress.Took("check", Name, started);
        return failure;
    }

    /// <summary>Step 1: the script to load; null: it is loaded, or there is none.</summary>
    public string? Plan(string? rules) => rules is null || firewall.IsStored(rules) ? null : rules;

    /// <summary>What is different, for people.</summary>
    public static IEnumerable<string> Changes(string? script) => script is null ? [] : [$"{Name} changed"];

    /// <summary>Step 3.</summary>
    public async Task<Failure?> ExecuteAsync(string loadBalancerId, string? script, Progress progress)
    {
        if (script is null)
        {
            return null;
        }

        var started = Stopwatch.GetTimestamp();
        var failure = await firewall.ApplyAsync(script);
        progress.Took("load", Name, started);
        var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        journal.Taken(loadBalancerId, "nftables", null, failure is null ? [new ActionTaken("load", Name, took)] : [], failure);
        return failure;
    }

    /// <summary>After step 3. Neighbours find out by themselves as well; a VIP without a port yet is no reason to fail the change.</summary>
    public async Task AnnounceAsync(ValueList<IPAddress> addresses, Progress progress)
    {
        var started = Stopwatch.GetTimestamp();
        await network.AnnounceAsync(addresses, CancellationToken.None);
        progress.Took("announce", string.Join(' ', addresses), started);
    }
}
