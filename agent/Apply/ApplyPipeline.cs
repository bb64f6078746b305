// READ THIS FIRST: the one write path, a line a step. Both APIs, recovery and rollback end here.
using System.Diagnostics;
using Amphora.Agent.Http;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Contract.Rest;
using Amphora.Linux.Files;

namespace Amphora.Agent.Apply;

/// <summary>Makes a wanted state the one in force, or leaves the earlier one as it was.</summary>
internal sealed class ApplyPipeline(WriteQueue queue, GenerationStore generations, ApiBoundary boundary, TopologyCheck topology, ApplySteps steps)
{
    /// <summary>Applies a document. Idempotent: the generation in force with the same content is answered and touches nothing.</summary>
    public Task<Outcome<LoadBalancerApplied>> ApplyAsync(Wanted wanted, IfMatch ifMatch, CancellationToken cancellationToken) =>
        queue.RunAsync(stopping => RunAsync(wanted, ifMatch, stopping), cancellationToken);

    /// <summary>Answers a document that is in force already and proves to be, so that it need not be rendered; null when it has to be applied.</summary>
    public async Task<Outcome<LoadBalancerApplied>?> ConfirmAsync(DesiredStateDocument document, IfMatch ifMatch, CancellationToken cancellationToken)
    {
        if (FindSame(document) is null)
        {
            return null;
        }

        var confirmed = await queue.RunAsync(stopping => RunConfirmAsync(document, ifMatch, stopping), cancellationToken);
        return confirmed.Failure is { } failure ? failure
            : confirmed.Value is { } unchanged ? unchanged
            : (Outcome<LoadBalancerApplied>?)null;
    }

    /// <summary>Stops and removes a load balancer; one that is not there is success.</summary>
    public Task<Outcome<LoadBalancerApplied>> DeleteAsync(string loadBalancerId, IfMatch ifMatch, CancellationToken cancellationToken) =>
        queue.RunAsync(stopping => RemoveAsync(loadBalancerId, ifMatch, stopping), cancellationToken);

    private async Task<Outcome<LoadBalancerApplied>> RunAsync(Wanted wanted, IfMatch ifMatch, CancellationToken stopping)
    {
        var progress = new Progress();
        var before = generations.Find(wanted.LoadBalancerId);
        if ((Admission.Check(wanted, before, ifMatch, generations) ?? await boundary.CheckAsync(wanted, stopping) ?? topology.Check(wanted)) is { } refused)
        {
            return refused;
        }

        if (FindSame(wanted.Document) is { } same && await steps.ProveAsync(same, stopping) is null)
        {
            return progress.Applied(wanted, "unchanged");
        }

        return await ChangeAsync(wanted, before, progress, stopping) is { } failure ? failure : progress.Applied(wanted, "applied");
    }

    private async Task<Outcome<LoadBalancerApplied?>> RunConfirmAsync(DesiredStateDocument document, IfMatch ifMatch, CancellationToken stopping)
    {
        var progress = new Progress();
        return FindSame(document) is { } same
            && Admission.Check(same, same, ifMatch, generations) is null
            && await steps.ProveAsync(same, stopping) is null
            ? progress.Applied(same, "unchanged")
            : (LoadBalancerApplied?)null;
    }

    // What is in force, when it is the same document.
    private Wanted? FindSame(DesiredStateDocument document) =>
        generations.Find(document.LoadBalancer.Id.ToString("D")) is { } inForce && inForce.Document == document ? inForce : null;

    private async Task<Failure?> ChangeAsync(Wanted wanted, Wanted? before, Progress progress, CancellationToken stopping)
    {
        if (before is null && generations.Begin(wanted.LoadBalancerId) is { } unwritable)
        {
            return unwritable;
        }

        // The generation file is made while the programs look at the texts.
        var check = steps.CheckAsync(wanted, progress, stopping);
        var prepared = generations.Prepare(wanted);
        using var file = prepared.Ok ? prepared.Value : null;
        if ((await check ?? prepared.Failure) is { } unusable)
        {
            return before is null ? generations.End(wanted.LoadBalancerId) ?? unusable : unusable;
        }

        return await SwapAsync(wanted, file!, progress, stopping) is { } failure
            ? await UndoAsync(wanted.LoadBalancerId, before, failure, stopping)
            : null;
    }

    private async Task<Failure?> SwapAsync(Wanted wanted, PreparedFile file, Progress progress, CancellationToken stopping)
    {
        var plan = await steps.PlanAsync(wanted, stopping);
        return plan.Failure
            ?? await steps.ExecuteAsync(plan.Value, wanted, progress)
            ?? await steps.ProveAsync(wanted, CancellationToken.None)
            ?? Record(wanted, file, progress);
    }

    // The earlier generation enters where the new one failed; nothing at all when there was none.
    private async Task<Failure> UndoAsync(string loadBalancerId, Wanted? before, Failure failure, CancellationToken stopping)
    {
        var undone = before is null
            ? await steps.RemoveAsync(loadBalancerId, new Progress(), stopping)
            : await steps.RestoreAsync(before, new Progress(), stopping);
        undone ??= before is null ? generations.End(loadBalancerId) : null;
        return undone is null
            ? failure
            : failure with { Message = $"{failure.Message}; undoing it failed as well: {undone.Message}; the agent tries again when it starts" };
    }

    private async Task<Outcome<LoadBalancerApplied>> RemoveAsync(string loadBalancerId, IfMatch ifMatch, CancellationToken stopping)
    {
        var progress = new Progress();
        var before = generations.Find(loadBalancerId);
        if (Admission.CheckRemoval(loadBalancerId, before, ifMatch, generations) is { } refused)
        {
            return refused;
        }

        var failure = await steps.RemoveAsync(loadBalancerId, progress, stopping)
            ?? generations.Forget(loadBalancerId)
            ?? steps.DeleteCertificates(loadBalancerId);
        return failure is null ? progress.Removed(loadBalancerId) : failure;
    }

    private Failure? Record(Wanted wanted, PreparedFile file, Progress progress)
    {
        var started = Stopwatch.GetTimestamp();
        var failure = generations.Record(wanted, file);
        progress.Took("record", "generation.json", started);
        return failure;
    }
}
