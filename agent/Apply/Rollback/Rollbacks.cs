// Confirm and roll back, by whoever asks: a person, or the watch.
using Amphora.Agent.Actions;
using Amphora.Agent.Apply.Commit;
using Amphora.Agent.Apply.History;
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Agent.Apply.Rollback;

/// <summary>Every call waits for its turn in the write queue and looks again there: what was decided outside may be over.</summary>
internal sealed class Rollbacks(WriteQueue queue, GenerationStore generations, GenerationHistory history, CommitWindows windows, Returns returns)
{
    private const string Requested = "it was asked for";
    private const string Passed = "nothing became worse";

    /// <summary>Says that the generation in force stays. Again is harmless.</summary>
    public Task<Outcome<LoadBalancerApplied>> ConfirmAsync(string loadBalancerId, CancellationToken cancellationToken) =>
        queue.RunAsync(_ => Task.FromResult(Confirm(loadBalancerId)), cancellationToken);

    /// <summary>Puts an earlier generation back because somebody asks. One that is in force already is success.</summary>
    public Task<Outcome<LoadBalancerApplied>> RollBackAsync(string loadBalancerId, RollbackRequest request, CancellationToken cancellationToken) =>
        queue.RunAsync(stopping => RunAsync(loadBalancerId, request, stopping), cancellationToken);

    /// <summary>Puts the generation before back because the one in force does not hold.</summary>
    /// <param name="loadBalancerId">The load balancer.</param>
    /// <param name="window">The window it is about.</param>
    /// <param name="isUnconfirmed">True when somebody had to confirm it, and nobody did.</param>
    /// <param name="reason">Why, for people.</param>
    /// <param name="cancellationToken">Ends the wait for its turn.</param>
    /// <returns>False when there is nothing to do (any more).</returns>
    public Task<Outcome<bool>> GoBackAsync(string loadBalancerId, OpenWindow window, bool isUnconfirmed, string reason, CancellationToken cancellationToken) =>
        queue.RunAsync<bool>(
            async stopping =>
            {
                if (!IsStillOpen(loadBalancerId, window) || history.InForce(loadBalancerId) is not { } inForce || !returns.IsInPlace(loadBalancerId, inForce))
                {
                    return false;
                }

                return await returns.GoBackAsync(loadBalancerId, inForce, isUnconfirmed, reason, stopping) is { } failure ? failure : true;
            },
            cancellationToken);

    /// <summary>The time of a window is over and nothing became worse: its generation is confirmed.</summary>
    /// <returns>False when there is nothing to do (any more).</returns>
    public Task<Outcome<bool>> PassAsync(string loadBalancerId, OpenWindow window, CancellationToken cancellationToken) =>
        queue.RunAsync<bool>(
            _ => Task.FromResult<Outcome<bool>>(
                !IsStillOpen(loadBalancerId, window) ? false
                : windows.Confirm(loadBalancerId, Passed) is { } failure ? failure
                : true),
            cancellationToken);

    private bool IsStillOpen(string loadBalancerId, OpenWindow window) => windows.Find(loadBalancerId)?.Sequence == window.Sequence;

    private Outcome<LoadBalancerApplied> Confirm(string loadBalancerId)
    {
        if (FindInForce(loadBalancerId, out var missing) is not { } inForce)
        {
            return missing!;
        }

        if (windows.Find(loadBalancerId) is null && inForce.Return is { } why)
        {
            return Conflict($"there is nothing to confirm: entry {why.RollsBack} of the history was rolled back: {why.Reason}");
        }

        var progress = new Progress();
        progress.Recorded(inForce.Sequence, confirmBy: null);
        return windows.Confirm(loadBalancerId, Requested) is { } failure ? failure : progress.Answer(loadBalancerId, "confirmed") with { Generation = inForce.Generation };
    }

    private async Task<Outcome<LoadBalancerApplied>> RunAsync(string loadBalancerId, RollbackRequest request, CancellationToken stopping)
    {
        if (FindInForce(loadBalancerId, out var missing) is not { } inForce)
        {
            return missing!;
        }

        var progress = new Progress();
        if ((request.To ?? inForce.GoesBackTo) is not { } sequence)
        {
            return Conflict($"there is no generation before entry {inForce.Sequence} of the history to go back to");
        }

        if (history.Find(loadBalancerId, sequence) is not { } target)
        {
            return new Failure("roll back", $"there is no entry {sequence} in the history of load balancer {loadBalancerId}; GET its history for those there are") { Kind = FailureKind.NotFound };
        }

        if (target.Digest == inForce.Digest && returns.IsInPlace(loadBalancerId, inForce))
        {
            return progress.Answer(loadBalancerId, "unchanged") with { Generation = inForce.Generation };
        }

        var why = new Return(target.Sequence, inForce.Sequence, Requested);
        var failure = await returns.RunAsync(loadBalancerId, target, why, request.WithPorts, progress, stopping);
        return failure is null ? progress.Answer(loadBalancerId, "rolled_back") with { Generation = target.Generation } : failure;
    }

    private HistoryEntry? FindInForce(string loadBalancerId, out Failure? missing)
    {
        var isKnown = ObjectId.Is(loadBalancerId) && (generations.Find(loadBalancerId) is not null || generations.IsManagedOverApi1(loadBalancerId));
        var inForce = isKnown ? history.InForce(loadBalancerId) : null;
        missing = inForce is not null ? null
            : isKnown ? Conflict($"load balancer {loadBalancerId} has no history: it was never started")
            : new Failure("roll back", $"there is no load balancer {loadBalancerId} on this amphora") { Kind = FailureKind.NotFound };
        return inForce;
    }

    private static Failure Conflict(string message) => new("roll back", message) { Kind = FailureKind.Conflict };
}
