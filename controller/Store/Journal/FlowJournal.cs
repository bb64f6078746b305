// The journal of flows in the database.
using Amphora.Controller.Flows;

namespace Amphora.Controller.Store.Journal;

/// <summary>Each call is a transaction of its own. Every write holds the row of the flow, so that a controller that takes the flow waits for
/// it and sees it, and one that has lost the flow finds another fence.</summary>
internal sealed class FlowJournal(IDatabase database) : IFlowJournal
{
    /// <inheritdoc/>
    public Task<TakenFlow?> TakeAsync(Guid id, string owner, DateTimeOffset until, CancellationToken cancellationToken) =>
        database.InTransactionAsync((transaction, token) => new FlowRows(transaction).TakeAsync(id, owner, until, token), cancellationToken);

    /// <inheritdoc/>
    public Task<TakenFlow?> TakeAnyAsync(string owner, DateTimeOffset until, CancellationToken cancellationToken) =>
        database.InTransactionAsync((transaction, token) => new FlowRows(transaction).TakeAsync(null, owner, until, token), cancellationToken);

    /// <inheritdoc/>
    public Task RenewAsync(FlowLease lease, DateTimeOffset until, CancellationToken cancellationToken) =>
        HoldingAsync(lease, (rows, token) => rows.SetLeaseAsync(lease.FlowId, until, token), cancellationToken);

    /// <inheritdoc/>
    public Task WriteAsync(FlowLease lease, StepRecord step, CancellationToken cancellationToken) =>
        HoldingAsync(lease, (rows, token) => rows.WriteAsync(lease.FlowId, step, token), cancellationToken);

    /// <inheritdoc/>
    public Task WriteAsync(FlowLease lease, FlowState state, string? error, CancellationToken cancellationToken) =>
        HoldingAsync(lease, (rows, token) => rows.WriteAsync(lease.FlowId, state, error, token), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> TurnAroundAsync(FlowLease lease, string error, CancellationToken cancellationToken) =>
        database.InTransactionAsync(
            async (transaction, token) =>
            {
                var rows = new FlowRows(transaction);
                await rows.HoldAsync(lease, token);
                var isStillIts = await rows.IsStillItsAsync(lease, token);
                await (isStillIts ? rows.WriteAsync(lease.FlowId, FlowState.Reverting, error, token) : Task.CompletedTask);
                return isStillIts;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task ReleaseAsync(FlowLease lease, CancellationToken cancellationToken) =>
        HoldingAsync(lease, (rows, token) => rows.SetLeaseAsync(lease.FlowId, null, token), cancellationToken);

    private Task HoldingAsync(FlowLease lease, Func<FlowRows, CancellationToken, Task> write, CancellationToken cancellationToken) =>
        database.InTransactionAsync(
            async (transaction, token) =>
            {
                var rows = new FlowRows(transaction);
                await rows.HoldAsync(lease, token);
                await write(rows, token);
            },
            cancellationToken);
}
