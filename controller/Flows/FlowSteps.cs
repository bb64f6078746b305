// The steps of a running flow: what stands in the journal, and what they made.
using System.Collections.Concurrent;

namespace Amphora.Controller.Flows;

/// <summary>Writes each change of a step before the run goes on, so that the journal is never behind what may have happened.</summary>
internal sealed class FlowSteps
{
    private readonly FlowServices _services;
    private readonly FlowLease _lease;
    private readonly IProgress<StepRecord>? _progress;
    private readonly ConcurrentDictionary<string, StepRecord> _records;
    private readonly ConcurrentDictionary<string, string> _known = [];
    private int _sequence;

    /// <summary>The steps as they were taken.</summary>
    public FlowSteps(TakenFlow taken, FlowServices services, IProgress<StepRecord>? progress)
    {
        (_services, _lease, _progress) = (services, taken.Lease, progress);
        _records = new(taken.Steps.ToDictionary(static step => step.Path));
        _sequence = taken.Steps.Select(static step => step.Sequence).DefaultIfEmpty().Max();
        foreach (var step in taken.Steps.Where(static step => step.Output is not null))
        {
            Publish(step.Path, services.Secrets.Read(Place(step.Path), step.Output!));
        }
    }

    /// <summary>What a decider in a scope sees.</summary>
    public StepValues Values(string scope) => new(scope, _known, _lease);

    /// <summary>Whether a step was done or kept out before.</summary>
    public bool IsOver(PlacedStep step) => _records[step.Path].State is StepState.Done or StepState.Skipped;

    /// <summary>Those that have begun, the last first.</summary>
    public IReadOnlyList<PlacedStep> Backwards(IEnumerable<PlacedStep> steps) =>
    [
        .. steps.Select(step => (Step: step, Record: _records[step.Path]))
            .Where(static pair => pair.Record.State is StepState.Running or StepState.Done or StepState.Failed or StepState.Reverting)
            .OrderByDescending(static pair => pair.Record.Sequence)
            .Select(static pair => pair.Step),
    ];

    /// <summary>A step begins.</summary>
    public async Task<StepValues> BeginAsync(PlacedStep step)
    {
        var record = _records[step.Path];
        await WriteAsync(record with
        {
            State = StepState.Running,
            Sequence = Interlocked.Increment(ref _sequence),
            Attempts = record.Attempts + 1,
            StartedAt = _services.Time.GetUtcNow(),
            EndedAt = null,
            Error = null,
            Output = null,
        });
        return Values(step.Scope);
    }

    /// <summary>A step is done; what it made is seen by those after it.</summary>
    public async Task EndAsync(PlacedStep step, StepValues values)
    {
        var output = values.Made.Count == 0 ? null : _services.Secrets.Write(Place(step.Path), values.Made);
        await WriteAsync(_records[step.Path] with { State = StepState.Done, EndedAt = _services.Time.GetUtcNow(), Output = output });
        Publish(step.Path, values.Made.ToDictionary(static made => made.Name, static made => made.Json));
    }

    /// <summary>A step, or undoing it, failed.</summary>
    public Task FailAsync(PlacedStep step, StepState state, string error) =>
        WriteAsync(_records[step.Path] with { State = state, EndedAt = _services.Time.GetUtcNow(), Error = error });

    /// <summary>Undoing a step begins.</summary>
    public async Task<StepValues> BeginRevertAsync(PlacedStep step)
    {
        await WriteAsync(_records[step.Path] with { State = StepState.Reverting });
        return Values(step.Scope);
    }

    /// <summary>A step is undone; when it had ended stays, as people ask how long doing it took.</summary>
    public Task EndRevertAsync(PlacedStep step) => WriteAsync(_records[step.Path] with { State = StepState.Reverted });

    /// <summary>Deciders keep steps out.</summary>
    public async Task SkipAsync(IEnumerable<PlacedStep> steps)
    {
        foreach (var record in steps.Select(step => _records[step.Path]).Where(static record => record.State != StepState.Skipped))
        {
            await WriteAsync(record with { State = StepState.Skipped });
        }
    }

    /// <summary>Steps that were undone are to be done again.</summary>
    public async Task ForgetAsync(IEnumerable<PlacedStep> steps)
    {
        foreach (var step in steps)
        {
            var record = _records[step.Path];
            if (record.Output is { } output)
            {
                foreach (var name in _services.Secrets.Read(Place(step.Path), output).Keys)
                {
                    _known.TryRemove(step.Scope + name, out _);
                }
            }

            await WriteAsync(record with { State = StepState.Pending, Output = null });
        }
    }

    // The journal has the last word even while the controller stops: only who has lost the flow must not write.
    private async Task WriteAsync(StepRecord record)
    {
        await _services.Journal.WriteAsync(_lease, record, CancellationToken.None);
        _records[record.Path] = record;
        _progress?.Report(record);
    }

    private void Publish(string path, Dictionary<string, string> made)
    {
        var scope = path[..(path.LastIndexOf('/') + 1)];
        foreach (var (name, json) in made)
        {
            _known[scope + name] = json;
        }
    }

    private string Place(string path) => $"{_lease.FlowId}/{path}";
}
