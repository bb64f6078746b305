// Agent start: what a kill -9 or a reboot left is brought to the recorded generations.
using Amphora.Agent.Apply.History;
using Amphora.Agent.Apply.Rollback;
using Amphora.Contract;

namespace Amphora.Agent.Apply;

/// <summary>Applies every recorded generation again. What runs as recorded is not touched; what a killed change left half done is
/// put back, or removed when it was a load balancer's first.</summary>
internal sealed class Recovery(GenerationStore generations, ApplySteps steps, HistoryRecovery histories, GenerationHistory history, Returns returns)
{
    /// <summary>Runs once, before the agent listens.</summary>
    /// <returns>What could not be brought back, and what was rolled back.</returns>
    public async Task<ValueList<Failure>> RunAsync(CancellationToken cancellationToken)
    {
        var failures = new List<Failure>();
        foreach (var loadBalancerId in generations.Load())
        {
            var failure = await steps.RemoveAsync(loadBalancerId, new Progress(), cancellationToken)
                ?? generations.End(loadBalancerId);
            Add(failures, failure);
        }

        failures.AddRange(histories.Load());
        foreach (var wanted in generations.InForce.Values)
        {
            if (!await IsGoneAsync(wanted.LoadBalancerId, failures, cancellationToken))
            {
                Add(failures, await steps.RestoreAsync(wanted, new Progress(), cancellationToken));
            }
        }

        foreach (var uploaded in history.LoadBalancers.Except(generations.InForce.Keys).ToList())
        {
            // Nobody has to confirm over API 1.0: only what is watched goes on.
            histories.Reopen(uploaded);
        }

        return failures.ToValueList();
    }

    // A generation nobody confirmed in time is not put back first: the one before is, at once.
    private async Task<bool> IsGoneAsync(string loadBalancerId, List<Failure> failures, CancellationToken cancellationToken)
    {
        if (histories.Reopen(loadBalancerId) is not { } reason || history.InForce(loadBalancerId) is not { } inForce)
        {
            return false;
        }

        var failure = await returns.GoBackAsync(loadBalancerId, inForce, isUnconfirmed: true, reason, cancellationToken);
        Add(failures, failure ?? new Failure("roll back", $"load balancer {loadBalancerId}: entry {inForce.Sequence} of the history was rolled back: {reason}"));
        return failure is null;
    }

    private static void Add(List<Failure> failures, Failure? failure)
    {
        if (failure is not null)
        {
            failures.Add(failure);
        }
    }
}
