// The tables flows and flow_steps.
using Amphora.Controller.Flows;
using Amphora.Controller.Store.Engine;

namespace Amphora.Controller.Store.Journal;

/// <summary>Flows as they were recorded. A flow is inserted in the transaction that locks what it is about, so that nothing is ever PENDING_*
/// without a flow that brings it out of it.</summary>
internal sealed class FlowRows(DatabaseTransaction transaction)
{
    private static readonly SqlFragment FlowColumns = new("id, kind, subject, input, state, error, owner, lease_until, fence, created_at, ended_at");
    private static readonly SqlFragment StepColumns = new("flow_id, path, ordinal, state, sequence, attempts, started_at, ended_at, error, output");

    /// <summary>A new one, with its steps.</summary>
    public async Task InsertAsync(NewFlow flow, CancellationToken cancellationToken)
    {
        var row = flow.Flow;
        await transaction.ExecuteAsync(
            $"""
            INSERT INTO flows ({FlowColumns}) VALUES (
                {row.Id}, {row.Kind}, {row.Subject}, {row.Input}, {FlowWords.FlowStates.Spell(row.State)}, NULL, NULL, NULL, 0, {row.CreatedAt}, NULL)
            """,
            cancellationToken);
        foreach (var batch in flow.Steps.Chunk(transaction.Dialect.MostRows))
        {
            var values = new SqlValues(batch.Select(step => new object?[] { row.Id, step.Path, step.Ordinal, FlowWords.StepStates.Spell(step.State), 0, 0, null, null, null, null }));
            await transaction.ExecuteAsync($"INSERT INTO flow_steps ({StepColumns}) VALUES {values}", cancellationToken);
        }
    }

    /// <summary>One by id.</summary>
    public Task<FlowRecord?> GetAsync(Guid id, CancellationToken cancellationToken) =>
        transaction.FirstAsync($"SELECT {FlowColumns} FROM flows WHERE id = {id}", ReadFlow, cancellationToken);

    /// <summary>The latest ones, of one subject or of all, newest first.</summary>
    public Task<IReadOnlyList<FlowRecord>> ListAsync(Guid? subject, int most, CancellationToken cancellationToken) => transaction.ListAsync(
        $"SELECT {FlowColumns} FROM flows WHERE subject = COALESCE({subject}, subject) ORDER BY created_at DESC, id LIMIT {most}", ReadFlow, cancellationToken);

    /// <summary>Flows of a kind that have not ended and that nobody runs, oldest first: a controller died, or has not come to them.</summary>
    public Task<IReadOnlyList<FlowRecord>> ListFreeAsync(string kind, CancellationToken cancellationToken) => transaction.ListAsync(
        $"""
        SELECT {FlowColumns} FROM flows
        WHERE kind = {kind} AND ended_at IS NULL AND (lease_until IS NULL OR lease_until < {transaction.Now})
        ORDER BY created_at, id
        """,
        ReadFlow,
        cancellationToken);

    /// <summary>Whether there is a flow of a kind about a subject that has not ended.</summary>
    public async Task<bool> IsOpenAsync(string kind, Guid subject, CancellationToken cancellationToken) => await transaction.FirstAsync(
        $"SELECT COUNT(*) AS open FROM flows WHERE kind = {kind} AND subject = {subject} AND ended_at IS NULL", static row => row.Number("open"), cancellationToken) > 0;

    /// <summary>How many have not ended, by state and by whether a controller has them.</summary>
    public Task<IReadOnlyList<(FlowState State, bool IsTaken, int Count)>> CountOpenAsync(CancellationToken cancellationToken) => transaction.ListAsync(
        $"""
        SELECT state, COALESCE(lease_until >= {transaction.Now}, {false}) AS taken, COUNT(*) AS flows FROM flows WHERE ended_at IS NULL
        GROUP BY 1, 2
        """,
        static row => (row.Word("state", FlowWords.FlowStates), row.Truth("taken"), (int)row.Number("flows")),
        cancellationToken);

    /// <summary>The steps of a flow, in the order of its definition.</summary>
    public Task<IReadOnlyList<StepRecord>> StepsAsync(Guid id, CancellationToken cancellationToken) =>
        transaction.ListAsync($"SELECT {StepColumns} FROM flow_steps WHERE flow_id = {id} ORDER BY ordinal", ReadStep, cancellationToken);

    /// <summary>Turns a flow that nobody runs around: whoever takes it next undoes it.</summary>
    /// <returns>False when it has ended, is run, or is not there.</returns>
    public async Task<bool> TurnAroundAsync(Guid id, string reason, CancellationToken cancellationToken) => await transaction.ExecuteAsync(
        $"""
        UPDATE flows SET state = {FlowWords.FlowStates.Spell(FlowState.Reverting)}, error = {reason}
        WHERE id = {id} AND ended_at IS NULL AND NOT superseded AND state = {FlowWords.FlowStates.Spell(FlowState.Running)}
            AND (lease_until IS NULL OR lease_until < {transaction.Now})
        """,
        cancellationToken) > 0;

    /// <summary>Flows that have given back what they are about, and whose controllers died before they could write that they have ended, touch it no
    /// more: it is locked for another one. In the transaction that locks it.</summary>
    public Task SupersedeAsync(Guid subject, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync($"UPDATE flows SET superseded = {true} WHERE subject = {subject} AND ended_at IS NULL", cancellationToken);

    /// <summary>Whether what a flow is about is still locked for it: it was not given back and locked for another flow, and whoever asks has not
    /// lost the flow. The answer holds as long as nobody can lock it.</summary>
    public async Task<bool> IsStillItsAsync(FlowLease lease, CancellationToken cancellationToken) => await transaction.FirstAsync(
        $"SELECT fence FROM flows WHERE id = {lease.FlowId} AND NOT superseded", static row => (long?)row.Number("fence"), cancellationToken) == lease.Fence;

    /// <summary>Removes flows that ended before a time.</summary>
    /// <returns>How many.</returns>
    public Task<int> PurgeAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync($"DELETE FROM flows WHERE ended_at < {before}", cancellationToken);

    /// <summary>Takes a flow for a controller: this one, or the oldest that nobody has.</summary>
    /// <returns>Null when it cannot be had.</returns>
    internal async Task<TakenFlow?> TakeAsync(Guid? id, string owner, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var taken = await transaction.FirstAsync(
            $"""
            UPDATE flows SET owner = {owner}, lease_until = {until}, fence = fence + 1
            WHERE id = (
                SELECT free.id FROM flows AS free
                WHERE free.id = COALESCE({id}, free.id) AND free.ended_at IS NULL AND (free.lease_until IS NULL OR free.lease_until < {transaction.Now})
                ORDER BY free.created_at, free.id LIMIT 1{transaction.Dialect.SkipLocked("free")})
            RETURNING {FlowColumns}
            """,
            static row => (Flow: ReadFlow(row), Fence: row.Number("fence")),
            cancellationToken);
        return taken.Flow is null ? null : new TakenFlow(new FlowLease(taken.Flow.Id, taken.Fence), taken.Flow, await StepsAsync(taken.Flow.Id, cancellationToken));
    }

    /// <summary>Makes sure that the lease holds until the end of the transaction.</summary>
    /// <exception cref="FlowLostException">It does not hold any more.</exception>
    internal async Task HoldAsync(FlowLease lease, CancellationToken cancellationToken)
    {
        var fence = await transaction.FirstAsync(
            $"SELECT fence FROM flows WHERE id = {lease.FlowId}{transaction.Dialect.ForUpdate}", static row => (long?)row.Number("fence"), cancellationToken);
        if (fence != lease.Fence)
        {
            throw new FlowLostException(lease);
        }
    }

    /// <summary>Writes how far a step is.</summary>
    internal Task WriteAsync(Guid flow, StepRecord step, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        $"""
        UPDATE flow_steps SET state = {FlowWords.StepStates.Spell(step.State)}, sequence = {step.Sequence}, attempts = {step.Attempts},
            started_at = {step.StartedAt}, ended_at = {step.EndedAt}, error = {step.Error}, output = {step.Output}
        WHERE flow_id = {flow} AND path = {step.Path}
        """,
        cancellationToken);

    /// <summary>Writes how far a flow is.</summary>
    internal Task WriteAsync(Guid flow, FlowState state, string? error, CancellationToken cancellationToken)
    {
        DateTimeOffset? ended = state is FlowState.Success or FlowState.Reverted ? transaction.Now : null;
        return transaction.ExecuteAsync(
            $"UPDATE flows SET state = {FlowWords.FlowStates.Spell(state)}, error = {error}, ended_at = {ended} WHERE id = {flow}", cancellationToken);
    }

    /// <summary>Sets who has a flow, and until when.</summary>
    internal Task SetLeaseAsync(Guid flow, DateTimeOffset? until, CancellationToken cancellationToken) => transaction.ExecuteAsync(
        $"UPDATE flows SET lease_until = {until}, owner = CASE WHEN {until is null} THEN NULL ELSE owner END WHERE id = {flow}", cancellationToken);

    private static FlowRecord ReadFlow(SqlRow row) => new()
    {
        Id = row.Id("id"),
        Kind = row.Text("kind"),
        Subject = row.Id("subject"),
        Input = row.Text("input"),
        State = row.Word("state", FlowWords.FlowStates),
        Error = row.TextOrNull("error"),
        Owner = row.TextOrNull("owner"),
        LeaseUntil = row.TimeOrNull("lease_until"),
        CreatedAt = row.Time("created_at"),
        EndedAt = row.TimeOrNull("ended_at"),
    };

    private static StepRecord ReadStep(SqlRow row) => new()
    {
        Path = row.Text("path"),
        Ordinal = (int)row.Number("ordinal"),
        State = row.Word("state", FlowWords.StepStates),
        Sequence = (int)row.Number("sequence"),
        Attempts = (int)row.Number("attempts"),
        StartedAt = row.TimeOrNull("started_at"),
        EndedAt = row.TimeOrNull("ended_at"),
        Error = row.TextOrNull("error"),
        Output = row.TextOrNull("output"),
    };
}
