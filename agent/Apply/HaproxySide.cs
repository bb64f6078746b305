// The HAProxy side of each step.
using Amphora.Agent.Haproxy;
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Agent.Apply;

/// <summary>Reader, planner and executor of HAProxy, with their actions entered in the progress.</summary>
internal sealed class HaproxySide(HaproxyOptions options, HaproxyCheck check, HaproxyReader reader, HaproxyExecutor executor, IHaproxyRuntime runtime)
{
    /// <summary>Step 2, where HAProxy has something to judge; servers that are changed while it runs are proven afterwards.</summary>
    public async Task<Failure?> CheckAsync(HaproxyPlan plan, HaproxyWanted wanted, Progress progress, CancellationToken cancellationToken)
    {
        if (!plan.NeedsCheck)
        {
            return null;
        }

        var answer = await check.RunAsync(wanted, cancellationToken);
        if (answer.Ok)
        {
            progress.Took([new ActionTaken("check", "haproxy.cfg", answer.Value.Duration.TotalMilliseconds)]);
        }

        return answer.Failure;
    }

    /// <summary>Step 1: what runs, and what has to be done.</summary>
    public async Task<Outcome<HaproxyPlan>> PlanAsync(HaproxyWanted wanted, CancellationToken cancellationToken)
    {
        var running = await reader.ReadAsync(wanted.LoadBalancerId, wanted, cancellationToken);
        return running.Failure is { } failure ? failure : HaproxyPlanner.Plan(options, running.Value, wanted);
    }

    /// <summary>Connections of clients; null: no process says it.</summary>
    public async Task<long?> CountConnectionsAsync(string loadBalancerId, CancellationToken cancellationToken)
    {
        var statistics = await runtime.ShowTrafficAsync(loadBalancerId, cancellationToken);
        return statistics.Ok ? statistics.Value.Rows.Where(static row => row.Server == "FRONTEND").Sum(static row => row.CurrentSessions) : null;
    }

    /// <summary>Step 3.</summary>
    public async Task<Failure?> ExecuteAsync(HaproxyPlan plan, Progress progress)
    {
        var taken = await executor.ExecuteAsync(plan, CancellationToken.None);
        if (taken.Ok)
        {
            progress.Took(taken.Value);
        }

        return taken.Failure;
    }
}
