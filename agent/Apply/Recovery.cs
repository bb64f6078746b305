// Agent start: what a kill -9 or a reboot left is brought to the recorded generations.
using Amphora.Contract;

namespace Amphora.Agent.Apply;

/// <summary>Applies every recorded generation again. What runs as recorded is not touched; what a killed change left half done is
/// put back, or removed when it was a load balancer's first.</summary>
internal sealed class Recovery(GenerationStore generations, ApplySteps steps)
{
    /// <summary>Runs once, before the agent listens.</summary>
    /// <returns>What could not be brought back.</returns>
    public async Task<ValueList<Failure>> RunAsync(CancellationToken cancellationToken)
    {
        var failures = new List<Failure>();
        foreach (var loadBalancerId in generations.Load())
        {
            var failure = await steps.RemoveAsync(loadBalancerId, new Progress(), cancellationToken)
                ?? generations.End(loadBalancerId);
            Add(failures, failure);
        }

        foreach (var wanted in generations.InForce.Values)
        {
            Add(failures, await steps.RestoreAsync(wanted, new Progress(), cancellationToken));
        }

        return failures.ToValueList();
    }

    private static void Add(List<Failure> failures, Failure? failure)
    {
        if (failure is not null)
        {
            failures.Add(failure);
        }
    }
}
