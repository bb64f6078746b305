// A journal in memory with the same rules as the one in the store; it can die at any write.
using Amphora.Controller.Flows;

namespace Amphora.Controller.Tests.Flows;

/// <summary>Holds flows; <see cref="DieAt"/> is the controller's kill -9 as the engine would never see it: nothing is written any more.</summary>
internal sealed class MemoryJournal(TimeProvider time) : IFlowJournal
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, (FlowRecord Flow, Dictionary<string, StepRecord> Steps, long Fence)> _flows = [];
    private int _writes;

    /// <summary>The write that does not happen, and after which none does, counted from 1; 0 is never.</summary>
    public int DieAt { get; set; }

    /// <summary>Writes so far.</summary>
    public int Writes => _writes;

    public void Add(NewFlow flow)
    {
        lock (_lock)
        {
            _flows[flow.Flow.Id] = (flow.Flow, flow.Steps.ToDictionary(step => step.Path), 0);
        }
    }

    public FlowRecord Flow(Guid id) => _flows[id].Flow;

    public StepRecord Step(Guid id, string path) => _flows[id].Steps[path];

    public IEnumerable<StepRecord> Steps(Guid id) => _flows[id].Steps.Values.OrderBy(step => step.Ordinal);

    /// <summary>The controller that had them is dead for so long that its leases are over.</summary>
    public void Revive()
    {
        DieAt = 0;
        foreach (var id in _flows.Keys.ToList())
        {
            _flows[id] = _flows[id] with { Flow = _flows[id].Flow with { Owner = null, LeaseUntil = null } };
        }
    }

    public Task<TakenFlow?> TakeAsync(Guid id, string owner, DateTimeOffset until, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_flows.TryGetValue(id, out var at) || at.Flow.EndedAt is not null || at.Flow.LeaseUntil > time.GetUtcNow())
            {
                return Task.FromResult<TakenFlow?>(null);
            }

            var flow = at.Flow with { Owner = owner, LeaseUntil = until };
            _flows[id] = (flow, at.Steps, at.Fence + 1);
            return Task.FromResult<TakenFlow?>(new TakenFlow(new FlowLease(id, at.Fence + 1), flow, [.. Steps(id)]));
        }
    }

    public async Task<TakenFlow?> TakeAnyAsync(string owner, DateTimeOffset until, CancellationToken cancellationToken)
    {
        foreach (var id in _flows.Keys)
        {
            if (await TakeAsync(id, owner, until, cancellationToken) is { } taken)
            {
                return taken;
            }
        }

        return null;
    }

    public Task RenewAsync(FlowLease lease, DateTimeOffset until, CancellationToken cancellationToken) =>
        Change(lease, flow => flow with { LeaseUntil = until });

    public Task WriteAsync(FlowLease lease, StepRecord step, CancellationToken cancellationToken) =>
        Change(lease, flow => flow, () => _flows[lease.FlowId].Steps[step.Path] = step);

    public Task WriteAsync(FlowLease lease, FlowState state, string? error, CancellationToken cancellationToken) =>
        Change(lease, flow => flow with { State = state, Error = error, EndedAt = state is FlowState.Success or FlowState.Reverted ? time.GetUtcNow() : null });

    public async Task<bool> TurnAroundAsync(FlowLease lease, string error, CancellationToken cancellationToken)
    {
        await WriteAsync(lease, FlowState.Reverting, error, cancellationToken);
        return true;
    }

    public Task ReleaseAsync(FlowLease lease, CancellationToken cancellationToken) => Change(lease, flow => flow with { Owner = null, LeaseUntil = null });

    private Task Change(FlowLease lease, Func<FlowRecord, FlowRecord> change, Action? write = null)
    {
        lock (_lock)
        {
            _writes++;
            if (_flows[lease.FlowId].Fence != lease.Fence || (DieAt != 0 && _writes >= DieAt))
            {
                return Task.FromException(new FlowLostException(lease));
            }

            write?.Invoke();
            _flows[lease.FlowId] = _flows[lease.FlowId] with { Flow = change(_flows[lease.FlowId].Flow) };
            return Task.CompletedTask;
        }
    }
}
