// Where flows are written down while they run.
namespace Amphora.Controller.Flows;

/// <summary>Keeps flows over the death of controllers and lets one controller at a time run each. Who has lost a flow cannot write to it:
/// each time it is taken its fence grows, and every write names the fence it was taken with.</summary>
internal interface IFlowJournal
{
    /// <summary>Takes a flow that nobody runs.</summary>
    /// <param name="id">Which.</param>
    /// <param name="owner">Who takes it.</param>
    /// <param name="until">Until when, unless renewed.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The flow as it stands; null when it has ended, is somebody else's, or is not there.</returns>
    Task<TakenFlow?> TakeAsync(Guid id, string owner, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Takes any flow that has not ended and that nobody runs.</summary>
    /// <inheritdoc cref="TakeAsync"/>
    Task<TakenFlow?> TakeAnyAsync(string owner, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Keeps a flow longer.</summary>
    /// <exception cref="FlowLostException">Somebody else has it.</exception>
    Task RenewAsync(FlowLease lease, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Writes how far a step is, in place of what stood there.</summary>
    /// <exception cref="FlowLostException">Somebody else has the flow.</exception>
    Task WriteAsync(FlowLease lease, StepRecord step, CancellationToken cancellationToken);

    /// <summary>Writes how far the flow is.</summary>
    /// <exception cref="FlowLostException">Somebody else has the flow.</exception>
    Task WriteAsync(FlowLease lease, FlowState state, string? error, CancellationToken cancellationToken);

    /// <summary>Writes that the flow is to be undone from here on.</summary>
    /// <returns>False: it is not, as what it is about was given back and locked for another flow since. It had done everything.</returns>
    /// <exception cref="FlowLostException">Somebody else has the flow.</exception>
    Task<bool> TurnAroundAsync(FlowLease lease, string error, CancellationToken cancellationToken);

    /// <summary>Gives a flow back as it stands, for somebody else to go on with.</summary>
    Task ReleaseAsync(FlowLease lease, CancellationToken cancellationToken);
}

/// <summary>The right to run a flow.</summary>
/// <param name="FlowId">Which.</param>
/// <param name="Fence">Greater than that of everybody who had it before.</param>
internal sealed record FlowLease(Guid FlowId, long Fence);

/// <summary>A flow that was taken.</summary>
/// <param name="Lease">The right to run it.</param>
/// <param name="Flow">As it stands.</param>
/// <param name="Steps">As they stand, in the order of the definition.</param>
internal sealed record TakenFlow(FlowLease Lease, FlowRecord Flow, IReadOnlyList<StepRecord> Steps);

/// <summary>Another controller has the flow now: whoever had it before touches nothing any more.</summary>
/// <param name="lease">What is worth nothing any more.</param>
internal sealed class FlowLostException(FlowLease lease) : Exception($"cannot go on with flow {lease.FlowId}: another controller has it");
