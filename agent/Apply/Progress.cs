// What a change did so far, for its answer.
using System.Diagnostics;
using Amphora.Contract;
using Amphora.Contract.Rest;

namespace Amphora.Agent.Apply;

/// <summary>Collects differences and actions of one change.</summary>
internal sealed class Progress
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly List<string> _changes = [];
    private readonly List<ActionTaken> _actions = [];
    private long? _sequence;
    private DateTimeOffset? _confirmBy;

    /// <summary>The differences so far.</summary>
    public IReadOnlyList<string> Changes => _changes;

    /// <summary>Adds differences, as the planners word them.</summary>
    public void Differs(IEnumerable<string> changes) => _changes.AddRange(changes);

    /// <summary>Adds actions a slice took.</summary>
    public void Took(ValueList<ActionTaken> actions) => _actions.AddRange(actions);

    /// <summary>Adds one action that began at a <see cref="Stopwatch"/> timestamp and has just ended.</summary>
    public void Took(string action, string target, long startedTimestamp) =>
        _actions.Add(new ActionTaken(action, target, Stopwatch.GetElapsedTime(startedTimestamp).TotalMilliseconds));

    /// <summary>Says which entry of the history the change became.</summary>
    /// <param name="sequence">Its sequence.</param>
    /// <param name="confirmBy">By when somebody has to confirm it; null: nobody has to.</param>
    public void Recorded(long sequence, DateTimeOffset? confirmBy) => (_sequence, _confirmBy) = (sequence, confirmBy);

    /// <summary>The answer of a change.</summary>
    public LoadBalancerApplied Applied(Wanted wanted, string result) =>
        Answer(wanted.LoadBalancerId, result) with { Generation = wanted.Document.Generation };

    /// <summary>The answer of a removal.</summary>
    public LoadBalancerApplied Removed(string loadBalancerId) => Answer(loadBalancerId, "deleted");

    /// <summary>The answer of anything else.</summary>
    public LoadBalancerApplied Answer(string id, string result) => new()
    {
        Id = id,
        Result = result,
        Sequence = _sequence,
        ConfirmBy = _confirmBy,
        Changes = _changes.ToValueList(),
        Actions = _actions.ToValueList(),
        DurationMs = Stopwatch.GetElapsedTime(_started).TotalMilliseconds,
    };
}
