// The keepalived side of each step.
using System.Diagnostics;
using Amphora.Agent.Journal;
using Amphora.Agent.Keepalived;
using Amphora.Contract;

namespace Amphora.Agent.Apply;

/// <summary>Reader, planner and executor of keepalived, with their actions entered in the progress.</summary>
internal sealed class KeepalivedSide(KeepalivedOptions options, KeepalivedCheck check, KeepalivedReader reader, KeepalivedExecutor executor, AgentJournal journal)
{
    /// <summary>Step 2.</summary>
    public async Task<Failure?> CheckAsync(KeepalivedWanted wanted, Progress progress, CancellationToken cancellationToken)
    {
        if (wanted.VrrpConfig is null && wanted.Lvs.Count == 0)
        {
            return null;
        }

        var started = Stopwatch.GetTimestamp();
        var failure = await check.RunAsync(wanted, cancellationToken);
        progress.Took("check", "keepalived", started);
        return failure;
    }

    /// <summary>Step 1.</summary>
    public async Task<Outcome<KeepalivedPlan>> PlanAsync(KeepalivedWanted wanted, CancellationToken cancellationToken)
    {
        var running = await reader.ReadAsync(wanted, cancellationToken);
        return running.Failure is { } failure ? failure : KeepalivedPlanner.Plan(options, running.Value, wanted);
    }

    /// <summary>Step 3.</summary>
    public async Task<Failure?> ExecuteAsync(KeepalivedPlan plan, Progress progress)
    {
        var taken = await executor.ExecuteAsync(plan, CancellationToken.None);
        if (taken.Ok)
        {
            progress.Took(taken.Value);
        }

        journal.Taken(plan.LoadBalancerId, "keepalived", null, taken.Ok ? taken.Value : [], taken.Failure);
        return taken.Failure;
    }
}
