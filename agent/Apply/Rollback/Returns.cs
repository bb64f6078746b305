// The way back, whichever API manages the load balancer.
using Amphora.Agent.Apply.History;
using Amphora.Agent.Apply.Uploaded;
using Amphora.Contract;

namespace Amphora.Agent.Apply.Rollback;

/// <summary>Puts an entry of the history back. Inside the write queue, or before it runs.</summary>
internal sealed class Returns(GenerationHistory history, DocumentReturn documents, UploadedReturn uploads, UploadedProcess process, PortsReturn ports)
{
    /// <summary>Puts an entry back.</summary>
    /// <param name="loadBalancerId">The load balancer.</param>
    /// <param name="target">The entry.</param>
    /// <param name="why">Why.</param>
    /// <param name="withPorts">True to put ports back as well; what is different of them is said anyway.</param>
    /// <param name="progress">Is told what differs and what is done.</param>
    /// <param name="cancellationToken">Looked at until something is changed.</param>
    public async Task<Failure?> RunAsync(
        string loadBalancerId, HistoryEntry target, Return why, bool withPorts, Progress progress, CancellationToken cancellationToken) =>
        await ports.RunAsync(target, withPorts, progress, cancellationToken)
            ?? (target.IsUploaded
                ? await uploads.RunAsync(loadBalancerId, target, why, progress, cancellationToken)
                : await documents.RunAsync(loadBalancerId, target, why, progress, cancellationToken));

    /// <summary>Puts back what the generation in force goes back to; removes one that has nothing before it and was not confirmed.</summary>
    /// <param name="loadBalancerId">The load balancer.</param>
    /// <param name="inForce">Its entry in force.</param>
    /// <param name="isUnconfirmed">True when somebody had to confirm it, and nobody did.</param>
    /// <param name="reason">Why, for people.</param>
    /// <param name="cancellationToken">Looked at until something is changed.</param>
    public async Task<Failure?> GoBackAsync(string loadBalancerId, HistoryEntry inForce, bool isUnconfirmed, string reason, CancellationToken cancellationToken) =>
        history.Find(loadBalancerId, inForce.GoesBackTo) is { } target
            ? await RunAsync(loadBalancerId, target, new Return(target.Sequence, inForce.Sequence, reason), withPorts: false, new Progress(), cancellationToken)
            : isUnconfirmed && !inForce.IsUploaded
                ? await documents.RemoveAsync(loadBalancerId, new Progress(), cancellationToken)
                : new Failure("roll back", $"cannot roll load balancer {loadBalancerId} back: there is no generation before entry {inForce.Sequence}");

    /// <summary>False when something else was uploaded over API 1.0 that is about to run: what runs now is about to go anyway.</summary>
    public bool IsInPlace(string loadBalancerId, HistoryEntry inForce) => !inForce.IsUploaded || process.IsStored(loadBalancerId, inForce);
}
