// A plan, for people who want to know before. Pure.
using System.Globalization;
using Amphora.Agent.Haproxy;
using Amphora.Contract;
using Amphora.Contract.Rest;
using DiffPlex.Renderer;

namespace Amphora.Agent.Apply;

/// <summary>Words for an <see cref="ApplyPlan"/>.</summary>
internal static class PlanView
{
    /// <summary>The answer of a dry run.</summary>
    /// <param name="wanted">What was asked for.</param>
    /// <param name="before">What is in force; null: nothing.</param>
    /// <param name="plan">What would be done.</param>
    /// <param name="connections">Connections of clients now; null: nobody knows.</param>
    public static LoadBalancerPlan Of(Wanted wanted, Wanted? before, ApplyPlan plan, long? connections) => new()
    {
        Id = wanted.LoadBalancerId,
        Generation = wanted.Document.Generation,
        Verdict = Verdict(plan.Haproxy.Step),
        Reasons = plan.Haproxy.Reasons,
        Changes = plan.Changes.ToValueList(),
        Commands = plan.Haproxy.Commands,
        Services = [.. plan.Keepalived.Actions.Select(static action => $"{action.Step.ToString().ToLowerInvariant()} {action.UnitName}")],
        Files = Files(wanted, before),
        Cost = Cost(plan.Haproxy.Step, connections),
    };

    private static string Verdict(HaproxyStep step) => step switch
    {
        HaproxyStep.None => LoadBalancerPlan.Nothing,
        HaproxyStep.Change => LoadBalancerPlan.Runtime,
        HaproxyStep.Start => "start",
        HaproxyStep.Reload => "reload",
        HaproxyStep.Restart => "restart",
        _ => "remove",
    };

    private static string Cost(HaproxyStep step, long? connections) => step switch
    {
        HaproxyStep.None => "none: nothing happens to HAProxy",
        HaproxyStep.Change => "none: connections stay, the process stays",
        HaproxyStep.Start => "none: no process serves yet",
        HaproxyStep.Reload => string.Create(
            CultureInfo.InvariantCulture,
            $"another process: {connections?.ToString(CultureInfo.InvariantCulture) ?? "an unknown number of"} connections stay with the one before until they end, each keep-alive client connects anew after its next answer, and TLS sessions and counters begin anew"),
        _ => string.Create(CultureInfo.InvariantCulture, $"an interruption: {connections?.ToString(CultureInfo.InvariantCulture) ?? "an unknown number of"} connections end"),
    };

    private static ValueList<FileDifference> Files(Wanted wanted, Wanted? before)
    {
        var files = new List<FileDifference>();
        Add("haproxy.cfg", before?.Haproxy.Config, wanted.Haproxy.Config);
        foreach (var id in Ids(before?.Haproxy.CrtLists, wanted.Haproxy.CrtLists, static list => list.ListenerId))
        {
            Add($"{id}.pem", before?.Haproxy.CrtLists.FirstOrDefault(list => list.ListenerId == id)?.Text, wanted.Haproxy.CrtLists.FirstOrDefault(list => list.ListenerId == id)?.Text);
        }

        Add("octavia-keepalived.conf", before?.Keepalived.VrrpConfig, wanted.Keepalived.VrrpConfig);
        foreach (var id in Ids(before?.Keepalived.Lvs, wanted.Keepalived.Lvs, static lvs => lvs.ListenerId))
        {
            Add($"octavia-keepalivedlvs-{id}.conf", before?.Keepalived.Lvs.FirstOrDefault(lvs => lvs.ListenerId == id)?.Text, wanted.Keepalived.Lvs.FirstOrDefault(lvs => lvs.ListenerId == id)?.Text);
        }

        return files.ToValueList();

        void Add(string file, string? old, string? @new)
        {
            if (old != @new)
            {
                files.Add(new FileDifference(file, UnidiffRenderer.GenerateUnidiff(old ?? "", @new ?? "", $"a/{file}", $"b/{file}")));
            }
        }
    }

    private static IEnumerable<string> Ids<T>(ValueList<T>? before, ValueList<T> after, Func<T, string> id) => (before ?? []).Concat(after).Select(id).Distinct(StringComparer.Ordinal);
}
