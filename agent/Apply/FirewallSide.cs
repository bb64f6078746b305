// The packet filter's side of each step: SR-IOV VIPs have no security groups.
using System.Diagnostics;
using Amphora.Agent.Network.Firewall;
using Amphora.Contract;

namespace Amphora.Agent.Apply;

/// <summary>Checks and loads nftables-vip.rules. A load balancer without rules leaves the filter alone, also when it goes: what its
/// rules let in meets nobody then, and the filter itself goes with the port.</summary>
internal sealed class FirewallSide(VipFirewall firewall)
{
    private const string Name = "nftables-vip.rules";

    /// <summary>Step 1.</summary>
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

    /// <summary>Steps 2 and 3: the script to load; null: it is loaded, or there is none.</summary>
    public string? Plan(string? rules) => rules is null || firewall.IsStored(rules) ? null : rules;

    /// <summary>What is different, for people.</summary>
    public static IEnumerable<string> Changes(string? script) => script is null ? [] : [$"{Name} changed"];

    /// <summary>Step 4.</summary>
    public async Task<Failure?> ExecuteAsync(string? script, Progress progress)
    {
        if (script is null)
        {
            return null;
        }

        var started = Stopwatch.GetTimestamp();
        var failure = await firewall.ApplyAsync(script);
        progress.Took("load", Name, started);
        return failure;
    }
}
