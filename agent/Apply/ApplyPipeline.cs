// READ THIS FIRST: the one write path, a line a step. Both APIs, recovery and rollback end here.
using Amphora.Agent.Apply.Commit;
using Amphora.Agent.Http;
using Amphora.Contract;
using Amphora.Contract.DesiredState;
using Amphora.Contract.Rest;

namespace Amphora.Agent.Apply;

/// <summary>Makes a wanted state the one in force, or leaves the earlier one as it was.</summary>
internal sealed class ApplyPipeline(WriteQueue queue, GenerationStore generations, Admission admission, ApplySteps steps, Recorder recorder)
{
    /// <summary>Applies a document. Idempotent: the generation in force with the same content is answered and touches nothing.</summary>
    /// <param name="wanted">The generation.</param>
    /// <param name="ifMatch">Which generation has to be in force before.</param>
    /// <param name="confirmWithin">How long somebody has to confirm it; otherwise the one before comes back. Null: nobody has to.</param>
    /// <param name="cancellationToken">Looked at until its turn comes.</param>
    public Task<Outcome<LoadBalancerApplied>> ApplyAsync(Wanted wanted, IfMatch ifMatch, TimeSpan? confirmWithin, CancellationToken cancellationToken) =>
        queue.RunAsync(stopping => RunAsync(wanted, ifMatch, confirmWithin, stopping), cancellationToken);

    /// <summary>What <see cref="ApplyAsync"/> would do now; the programs look at the texts, and nothing is changed.</summary>
    public Task<Outcome<LoadBalancerPlan>> PlanAsync(Wanted wanted, IfMatch ifMatch, CancellationToken cancellationToken) =>
        queue.RunAsync(_ => RunPlanAsync(wanted, ifMatch, cancellationToken), cancellationToken);

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

    private async Task<Outcome<LoadBalancerApplied>> RunAsync(Wanted wanted, IfMatch ifMatch, TimeSpan? confirmWithin, CancellationToken stopping)
    {
        var progress = new Progress();
        var before = generations.Find(wanted.LoadBalancerId);
        if (await admission.CheckAsync(wanted, before, ifMatch, stopping) is { } refused)
        {
            return refused;
        }

        if (FindSame(wanted.Document) is { } same && await steps.ProveAsync(same, stopping) is null)
        {
            return Unchanged(same, progress);
        }

        return await ChangeAsync(wanted, before, confirmWithin, progress, stopping) is { } failure ? failure : progress.Applied(wanted, "applied");
    }

    private async Task<Outcome<LoadBalancerPlan>> RunPlanAsync(Wanted wanted, IfMatch ifMatch, CancellationToken cancellationToken)
    {
        var before = generations.Find(wanted.LoadBalancerId);
        if (await admission.CheckAsync(wanted, before, ifMatch, cancellationToken) is { } refused)
        {
            return refused;
        }

        var plan = await steps.PlanCheckedAsync(wanted, new Progress(), cancellationToken);
        return plan.Failure is { } unusable ? unusable : PlanView.Of(wanted, before, plan.Value, await steps.CountConnectionsAsync(wanted.LoadBalancerId, cancellationToken));
    }

    private async Task<Outcome<LoadBalancerApplied?>> RunConfirmAsync(DesiredStateDocument document, IfMatch ifMatch, CancellationToken stopping)
    {
        var progress = new Progress();
        return FindSame(document) is { } same
            && admission.Check(same, same, ifMatch) is null
            && await steps.ProveAsync(same, stopping) is null
            ? Unchanged(same, progress)
            : (LoadBalancerApplied?)null;
    }

    // Somebody who asks again learns by when it has to be confirmed: the first answer may have been lost.
    private LoadBalancerApplied Unchanged(Wanted same, Progress progress)
    {
        recorder.Tell(same.LoadBalancerId, progress);
        return progress.Applied(same, "unchanged");
    }

    // What is in force, when it is the same document.
    private Wanted? FindSame(DesiredStateDocument document) =>
        generations.Find(document.LoadBalancer.Id.ToString("D")) is { } inForce && inForce.Document == document ? inForce : null;

    private async Task<Failure?> ChangeAsync(Wanted wanted, Wanted? before, TimeSpan? confirmWithin, Progress progress, CancellationToken stopping)
    {
        if (before is null && generations.Begin(wanted.LoadBalancerId) is { } unwritable)
        {
            return unwritable;
        }

        // The generation file is made, and HAProxy asked how it is now, while the programs look at the texts.
        var planning = steps.PlanCheckedAsync(wanted, progress, stopping);
        var look = recorder.LookAsync(wanted, before, stopping);
        var prepared = recorder.Prepare(wanted);
        using var generation = prepared.Ok ? prepared.Value : null;
        var terms = new CommitTerms(await look, confirmWithin);
        var plan = await planning;
        if ((plan.Failure ?? prepared.Failure) is { } unusable)
        {
            return before is null ? generations.End(wanted.LoadBalancerId) ?? unusable : unusable;
        }

        return await SwapAsync(generation!, plan.Value, terms, progress) is { } failure
            ? await UndoAsync(wanted.LoadBalancerId, before, failure, stopping)
            : null;
    }

    private async Task<Failure?> SwapAsync(PreparedGeneration generation, ApplyPlan plan, CommitTerms terms, Progress progress)
    {
        var wanted = generation.Wanted;
        return await steps.ExecuteAsync(plan, wanted, progress)
            ?? await steps.ProveAsync(wanted, CancellationToken.None)
            ?? recorder.Record(generation, terms, progress);
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
        if (admission.CheckRemoval(loadBalancerId, before, ifMatch) is { } refused)
        {
            return refused;
        }

        var failure = await steps.RemoveAsync(loadBalancerId, progress, stopping)
            ?? recorder.Forget(loadBalancerId)
            ?? steps.DeleteCertificates(loadBalancerId);
        return failure is null ? progress.Removed(loadBalancerId) : failure;
    }
}
