// Whether a running HAProxy is still what its text says, though nobody asked for a change.
using Amphora.Agent.Haproxy.Acl;
using Amphora.Agent.Haproxy.Runtime;
using Amphora.Agent.Haproxy.Slots;
using Amphora.Agent.Haproxy.Tls;
using Amphora.Agent.Journal;
using Amphora.Contract;

namespace Amphora.Agent.Haproxy;

/// <summary>Finds what somebody else changed at the socket, and plans how it is put right. Needs the write queue: a change that is under way
/// is no drift.</summary>
internal sealed class HaproxyDrift(HaproxyOptions options, HaproxyReader reader, HaproxyExecutor executor, AgentJournal journal)
{
    /// <summary>Writes down what differs.</summary>
    /// <param name="plan">What <see cref="FindAsync"/> answered.</param>
    /// <param name="action">What is done about it: <c>repair</c>, <c>report</c>.</param>
    public void Tell(HaproxyPlan plan, string action) => journal.Drift(plan.LoadBalancerId, plan.Changes, action);

    /// <summary>Carries the plan out.</summary>
    public async Task<Failure?> RepairAsync(HaproxyPlan plan) => (await executor.ExecuteAsync(plan, CancellationToken.None)).Failure;

    /// <summary>The plan that brings HAProxy back to the text it runs; null: nothing differs, or nothing runs that could.</summary>
    public async Task<Outcome<HaproxyPlan?>> FindAsync(string loadBalancerId, CancellationToken cancellationToken)
    {
        var read = await reader.ReadAsync(loadBalancerId, wanted: null, cancellationToken);
        if (read.Failure is { } failure)
        {
            return failure;
        }

        if (read.Value is not { Config: { } config, Servers: { } servers, LoadedFiles: { } files, LocalPeer: { } localPeer, ChangeCutOff: false, Service.Active: true })
        {
            return (HaproxyPlan?)null;
        }

        var text = SlottedText.Parse(config);
        var differences = SlotState.Compare(text, servers);
        var tls = TlsPlanner.Plan(files, files, read.Value.StrayedFiles);
        var patterns = AclState.Compare(config, read.Value.Patterns);
        return differences.Count + patterns.Count + read.Value.StrayedFiles.Count + read.Value.Strayed.Count == 0 ? null : new HaproxyPlan
        {
            LoadBalancerId = loadBalancerId,
            Step = tls.Reasons.Count + read.Value.Strayed.Count > 0 ? HaproxyStep.Reload : HaproxyStep.Change,
            Unit = HaproxyUnit.For(options, loadBalancerId, localPeer),
            Config = config,
            Text = text,
            Fresh = text,
            Running = text,
            Servers = differences,
            Files = files,
            Certificates = tls.Steps,
            Patterns = patterns,
            Changes =
            [
                .. differences.Select(static difference => difference.ToString()),
                .. read.Value.StrayedFiles.Select(static difference => difference.ToString()),
                .. patterns.Select(static pattern => pattern.ToString()),
                .. read.Value.Strayed,
            ],
        };
    }
}
